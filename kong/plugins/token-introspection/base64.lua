-- Transpiled from src/kong/plugins/token-introspection/base64.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local base64url = require("ngx.base64")
local byte = string.byte
local find = string.find
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
local function bytesIn(characters)
  local set = {}
  for position = 1, #characters do
    set[byte(characters, position)] = true
  end
  return set
end
--- Characters that have no bits below their first two, and below their first four.
local LAST_OF_TWO = bytesIn("AQgw")
local LAST_OF_THREE = bytesIn("AEIMQUYcgkosw048")
--- Whether no bits are left over in the last character.
local function endsWhole(text)
  local left = #text % 4
  if left == 0 then
    return true
  end
  return (left == 2 and LAST_OF_TWO or LAST_OF_THREE)[byte(text, #text)] ~= nil
end
--- Base64url without padding (RFC 7515 §2).
--
-- @returns the bytes; undefined for a foreign character, padding, or bits left over that are not zero.
local function decodeBase64url(text)
  local decoded = decodeUrl(text)
  if decoded == nil or not endsWhole(text) or (find(text, "=", 1, true)) ~= nil then
    return nil
  end
  return decoded
end
____exports.decodeBase64 = decodeBase64
____exports.decodeBase64url = decodeBase64url
____exports.encodeBase64url = encodeUrl
return ____exports
