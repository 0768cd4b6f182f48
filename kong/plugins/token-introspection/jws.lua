-- Transpiled from src/kong/plugins/token-introspection/jws.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____base64 = require("kong.plugins.token-introspection.base64")
local decodeBase64url = ____base64.decodeBase64url
local ____json = require("kong.plugins.token-introspection.json")
local decodeObject = ____json.decodeObject
local match = string.match
--- Takes a compact JWS apart, strictly: three parts of canonical Base64url, of which the first two are JSON objects without repeated names.
-- Extensions that must be understood (`crit`, `b64`; RFC 7515 §4.1.11, RFC 7797) are not understood here, so they are refused.
--
-- @param maxLength longest text that is read, in bytes.
-- @returns undefined and why not, without any of the text.
local function parseJws(text, maxLength)
  if #text > maxLength then
    return nil, ("it is longer than " .. tostring(maxLength)) .. " bytes"
  end
  local signingInput, first, second, third = match(text, "^(([%w_-]+)%.([%w_-]+))%.([%w_-]+)$")
  if signingInput == nil or first == nil or second == nil or third == nil then
    return nil, "it is not three parts of Base64url"
  end
  local headerText = decodeBase64url(first)
  local payloadText = decodeBase64url(second)
  local signature = decodeBase64url(third)
  if headerText == nil or payloadText == nil or signature == nil then
    return nil, "its Base64url is malformed"
  end
  local header = decodeObject(headerText)
  if header == nil then
    return nil, "its header is not a JSON object"
  end
  local payload = decodeObject(payloadText)
  if payload == nil then
    return nil, "its payload is not a JSON object"
  end
  if header.crit ~= nil or header.b64 ~= nil then
    return nil, "its header demands an extension that is not supported"
  end
  local algorithm = header.alg
  if type(algorithm) ~= "string" then
    return nil, "its header has no alg"
  end
  return {
    header = header,
    algorithm = algorithm,
    payload = payload,
    signingInput = signingInput,
    signature = signature,
  }
end
____exports.parseJws = parseJws
return ____exports
