-- Transpiled from src/kong/plugins/token-introspection/url.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local splitAuthority, lower, match
local ____settings_validators = require("kong.plugins.token-introspection.settings-validators")
local checkHttpUrl = ____settings_validators.checkHttpUrl
function splitAuthority(authority)
  local address, addressDigits = match(authority, "^(%[.*%]):?(%d*)$")
  if address ~= nil then
    return lower(address), addressDigits or ""
  end
  local host, digits = match(authority, "^([^:]*):?(%d*)$")
  return lower(host or ""), digits or ""
end
local gsub = string.gsub
lower = string.lower
match = string.match
--- Takes a URL apart.
--
-- @returns the URL, or undefined and what is wrong with it.
function ____exports.parseUrl(text)
  local valid, wrong = checkHttpUrl(text)
  if valid == nil then
    return nil, wrong or "is no URL"
  end
  local anyScheme, authority, rest = match(text, "^(%a+)://([^/?]*)(.*)$")
  local host, digits = splitAuthority(authority or "")
  local scheme = lower(anyScheme or "") == "https" and "https" or "http"
  local port = tonumber(digits) or (scheme == "https" and 443 or 80)
  local tail = rest or ""
  local path = string.sub(tail, 1, 1) == "/" and tail or "/" .. tail
  return {
    text = text,
    scheme = scheme,
    host = host,
    port = port,
    path = path,
    server = (((scheme .. "://") .. host) .. ":") .. tostring(port),
  }
end
--- The name that TLS asks for and verifies: without the dot that ends a name which is searched nowhere else (RFC 6066 section 3).
function ____exports.serverName(url)
  local address = match(url.host, "^%[(.*)%]$")
  return address or (gsub(url.host, "%.$", ""))
end
--- Whether the host is an IP address.
function ____exports.isAddress(url)
  return (match(url.host, "^%[")) ~= nil or (match(url.host, "^%d+%.%d+%.%d+%.%d+$")) ~= nil
end
return ____exports
