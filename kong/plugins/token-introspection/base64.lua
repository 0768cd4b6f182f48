-- Transpiled from src/kong/plugins/token-introspection/base64.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local base64url = require("ngx.base64")
local ngxDecode = ngx.decode_base64
local ngxEncode = ngx.encode_base64
local decodeUrl = base64url.decode_base64url
local encodeUrl = base64url.encode_base64url
--- Base64 with padding (RFC 4648 §4).
--
-- @returns the bytes; undefined for a foreign character (white space too), missing padding, or bits left over that are not zero.
local function decodeBase64(text)
  local decoded = ngxDecode(text)
  if decoded == nil or ngxEncode(decoded) ~= text then
    return nil
  end
  return decoded
end
--- Base64url without padding (RFC 7515 §2).
--
-- @returns the bytes; undefined for a foreign character, padding, or bits left over that are not zero.
local function decodeBase64url(text)
  local decoded = decodeUrl(text)
  if decoded == nil or encodeUrl(decoded) ~= text then
    return nil
  end
  return decoded
end
____exports.decodeBase64 = decodeBase64
____exports.decodeBase64url = decodeBase64url
____exports.encodeBase64url = encodeUrl
return ____exports
