-- Transpiled from src/kong/plugins/token-introspection/proxy.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local withoutUser, decodeUser, find, match, sub
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
function withoutUser(proxy)
  local authority = match(proxy, "^%a+://([^/?]*)")
  if authority == nil then
    return proxy, nil
  end
  local at = find(authority, "@[^@]*$")
  local host = at == nil and authority or sub(authority, at + 1)
  local address = "http://" .. host
  if at == nil then
    return address, nil
  end
  return address, "Basic " .. ngx.encode_base64(decodeUser(sub(authority, 1, at - 1)))
end
function decodeUser(user)
  local escaped = string.gsub(user, "%+", "%%2B")
  return ngx.unescape_uri(escaped)
end
find = string.find
local lower = string.lower
match = string.match
sub = string.sub
--- Whether a host is asked without a proxy: it is one of the comma-separated hosts, or below one of these domains, or the list is `*`.
-- An entry may begin with a dot.
local function isExempt(list, host)
  for entry in eachMatch(lower(list), "[^,%s]+") do
    if entry == "*" then
      return true
    end
    local domain = match(entry, "^%.?(.*)$")
    if domain ~= nil and domain ~= "" then
      if host == domain then
        return true
      end
      if #host > #domain and sub(host, -#domain - 1) == "." .. domain then
        return true
      end
    end
  end
  return false
end
--- The proxy on the way to a URL, in the form that resty.http takes. Its own rules for `no_proxy` are not used: with them the proxy's password
-- would be sent to hosts that are asked directly.
--
-- @returns undefined: none.
function ____exports.proxyFor(question, url)
  local ____temp_0
  if url.scheme == "https" then
    ____temp_0 = question.https_proxy
  else
    ____temp_0 = question.http_proxy
  end
  local proxy = ____temp_0
  if proxy == nil then
    return nil
  end
  if question.no_proxy ~= nil and isExempt(question.no_proxy, url.host) then
    return nil
  end
  local address, authorization = withoutUser(proxy)
  return url.scheme == "https" and { https_proxy = address, https_proxy_authorization = authorization }
    or { http_proxy = address, http_proxy_authorization = authorization }
end
return ____exports
