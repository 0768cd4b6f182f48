-- Transpiled from src/kong/plugins/token-introspection/proxy.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local withoutUser, decodeUser, find, match, sub
local ____no_proxy = require("kong.plugins.token-introspection.no-proxy")
local isExempt = ____no_proxy.isExempt
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
match = string.match
sub = string.sub
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
  if question.no_proxy ~= nil and isExempt(question.no_proxy, url) then
    return nil
  end
  local address, authorization = withoutUser(proxy)
  return url.scheme == "https" and { https_proxy = address, https_proxy_authorization = authorization }
    or { http_proxy = address, http_proxy_authorization = authorization }
end
return ____exports
