-- Transpiled from src/kong/plugins/token-introspection/settings-validators.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local splitAuthority
local ____header_names = require("kong.plugins.token-introspection.header-names")
local carriesOther = ____header_names.carriesOther
local coversReservedHeader = ____header_names.coversReservedHeader
local isHeaderName = ____header_names.isHeaderName
local ____ip_address = require("kong.plugins.token-introspection.ip-address")
local parseIpAddress = ____ip_address.parseIpAddress
function splitAuthority(authority)
  local address, addressPort = string.match(authority, "^%[([%x:.]+)%]:?(.*)$")
  if address ~= nil and parseIpAddress(address) ~= nil then
    local ____address_1 = address
    local ____temp_0
    if addressPort == "" then
      ____temp_0 = nil
    else
      ____temp_0 = addressPort
    end
    return ____address_1, ____temp_0
  end
  if string.sub(authority, 1, 1) == "[" then
    return nil, nil
  end
  local host, port = string.match(authority, "^([^:]*):?(.*)$")
  local ____host_3 = host
  local ____temp_2
  if port == "" then
    ____temp_2 = nil
  else
    ____temp_2 = port
  end
  return ____host_3, ____temp_2
end
--- An absolute http or https URL with a host and without user information, fragment, spaces or control characters.
function ____exports.checkHttpUrl(value)
  local scheme, rest = string.match(value, "^(%a+)://(.*)$")
  if scheme == nil or rest == nil then
    return nil, "must be an absolute URL"
  end
  local lowered = string.lower(scheme)
  if lowered ~= "http" and lowered ~= "https" then
    return nil, "Supported protocols are HTTP and HTTPS"
  end
  local authority = string.match(rest, "^[^/?#]*")
  if (string.find(authority or "", "@", 1, true)) ~= nil then
    return nil, "must not hold user information"
  end
  local host, port = splitAuthority(authority or "")
  if host == nil or host == "" then
    return nil, "missing host in url"
  end
  if port ~= nil and ((string.match(port, "^%d+$")) == nil or (tonumber(port) or 0) > 65535 or tonumber(port) == 0) then
    return nil, "invalid port in url"
  end
  if (string.find(value, "#", 1, true)) ~= nil then
    return nil, "must not have a fragment"
  end
  local withoutEncoded = string.gsub(value, "%%%x%x", "")
  if (string.find(withoutEncoded, "%", 1, true)) ~= nil then
    return nil, "must have two hexadecimal digits behind each '%'"
  end
  if (string.find(value, "[^!-~]")) ~= nil or (string.find(value, '["\\\\<>]')) ~= nil then
    return nil, "must not hold spaces, quotes, backslashes, control characters or anything beyond ASCII"
  end
  return true
end
--- An issuer identifier: a URL without query and fragment (RFC 8414 section 2).
function ____exports.checkIssuer(value)
  local valid, wrong = ____exports.checkHttpUrl(value)
  if valid == nil then
    return nil, wrong or "is no URL"
  end
  if (string.find(value, "?", 1, true)) ~= nil then
    return nil, "must not have a query (RFC 8414 section 2)"
  end
  return true
end
--- The URL of a forward proxy: http only, as the connection to the proxy itself is not encrypted; user and password may be in it.
function ____exports.checkProxyUrl(value)
  local scheme, authority, path = string.match(value, "^(%a+)://([^/?#]*)(.*)$")
  if scheme == nil or authority == nil then
    return nil, "must be an absolute URL"
  end
  if string.lower(scheme) ~= "http" then
    return nil, "proxies are reached over http only"
  end
  if path ~= "" and path ~= "/" then
    return nil, "must not have a path, query or fragment"
  end
  local host = string.gsub(authority, "^.*@", "")
  return ____exports.checkHttpUrl(("http://" .. host) .. "/")
end
--- What the forwarded claims' headers begin with: a header name ending in `-` that clears nothing which is not ours.
function ____exports.checkHeaderPrefix(value)
  if not isHeaderName(value) then
    return nil, "must be the beginning of a header name"
  end
  if string.sub(value, -1) ~= "-" then
    return nil, "must end in '-'"
  end
  if coversReservedHeader(value) then
    return nil, ("headers that begin with '" .. value) .. "' are not this plugin's to set"
  end
  return true
end
--- A request header in which a token or a certificate can be, and which can be taken off the request.
function ____exports.checkCredentialHeader(value)
  if carriesOther(value) then
    return nil, ("the header '" .. value) .. "' carries something else"
  end
  return true
end
--- The name of a shared dictionary that nginx has.
function ____exports.checkSharedDictionary(value)
  if ngx.shared[value] == nil then
    return nil, ("missing shared dict '" .. value) .. "'"
  end
  return true
end
return ____exports
