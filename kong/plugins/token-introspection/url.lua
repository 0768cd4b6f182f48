-- Transpiled from src/kong/plugins/token-introspection/url.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____settings_validators = require("kong.plugins.token-introspection.settings-validators")
local checkHttpUrl = ____settings_validators.checkHttpUrl
local lower = string.lower
local match = string.match
--- Takes a URL apart.
--
-- @returns the URL, or undefined and what is wrong with it.
function ____exports.parseUrl(text)
  local valid, wrong = checkHttpUrl(text)
  if valid == nil then
    return nil, wrong or "is no URL"
  end
  local anyScheme, authority, rest = match(text, "^(%a+)://([^/?]*)(.*)$")
  local anyHost, digits = match(authority or "", "^(.-):?(%d*)$")
  local address, addressDigits = match(authority or "", "^(%[.*%]):?(%d*)$")
  local scheme = lower(anyScheme or "") == "https" and "https" or "http"
  local host = lower(address or anyHost or "")
  local ____tonumber_1 = tonumber
  local ____temp_0
  if address == nil then
    ____temp_0 = digits
  else
    ____temp_0 = addressDigits
  end
  local port = ____tonumber_1(____temp_0) or (scheme == "https" and 443 or 80)
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
--- The name that TLS asks for and verifies.
function ____exports.serverName(url)
  local address = match(url.host, "^%[(.*)%]$")
  return address or url.host
end
return ____exports
