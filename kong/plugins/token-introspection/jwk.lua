-- Transpiled from src/kong/plugins/token-introspection/jwk.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local openssl = require("resty.openssl.pkey")
local ____base64 = require("kong.plugins.token-introspection.base64")
local decodeBase64url = ____base64.decodeBase64url
local encodeBase64url = ____base64.encodeBase64url
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
local byte = string.byte
local char = string.char
--- Members that only private keys and secrets have (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
local PRIVATE_MEMBERS = {
  "d",
  "p",
  "q",
  "dp",
  "dq",
  "qi",
  "oth",
  "k",
}
local MIN_MODULUS_BITS = 2048
local MAX_MODULUS_BITS = 4096
--- OpenSSL itself wants no longer exponent beside a long modulus.
local MAX_EXPONENT_BYTES = 8
--- Keys that were parsed, by thumbprint: parsing one costs more than verifying with it.
local loaded = createMemo(1024, 65536)
local function bytesOf(jwk, name, length)
  local text = jwk[name]
  if type(text) ~= "string" then
    return nil
  end
  local bytes = decodeBase64url(text)
  return bytes ~= nil and #bytes == length and text or nil
end
--- A positive number, big-endian in the fewest bytes (RFC 7518 §2, Base64urlUInt), and odd.
local function oddNumberOf(jwk, name)
  local text = jwk[name]
  if type(text) ~= "string" then
    return nil
  end
  local bytes = decodeBase64url(text)
  if bytes == nil or bytes == "" or byte(bytes, 1) == 0 or byte(bytes, #bytes) % 2 == 0 then
    return nil
  end
  return bytes
end
local function bitLength(bytes)
  local bits = (#bytes - 1) * 8
  do
    local first = byte(bytes, 1)
    while first > 0 do
      bits = bits + 1
      first = bit.arshift(first, 1)
    end
  end
  return bits
end
local function readRsa(jwk)
  local modulus = oddNumberOf(jwk, "n")
  local exponent = oddNumberOf(jwk, "e")
  if modulus == nil or exponent == nil then
    return nil
  end
  local bits = bitLength(modulus)
  if bits < MIN_MODULUS_BITS or bits > MAX_MODULUS_BITS then
    return nil
  end
  if exponent == char(1) or #exponent > MAX_EXPONENT_BYTES then
    return nil
  end
  return ((('{"e":"' .. encodeBase64url(exponent)) .. '","kty":"RSA","n":"') .. encodeBase64url(modulus)) .. '"}'
end
local function readElliptic(jwk, curve, length)
  local x = bytesOf(jwk, "x", length)
  local y = bytesOf(jwk, "y", length)
  if x == nil or y == nil then
    return nil
  end
  return ((((('{"crv":"' .. curve) .. '","kty":"EC","x":"') .. x) .. '","y":"') .. y) .. '"}'
end
local function readEdwards(jwk)
  local x = bytesOf(jwk, "x", 32)
  if x == nil then
    return nil
  end
  return ('{"crv":"Ed25519","kty":"OKP","x":"' .. x) .. '"}'
end
local function kindOf(jwk)
  local ____type = jwk.kty
  local curve = jwk.crv
  if ____type == "RSA" then
    return "RSA"
  end
  if ____type == "EC" and (curve == "P-256" or curve == "P-384") then
    return curve
  end
  if ____type == "OKP" and curve == "Ed25519" then
    return curve
  end
  return nil
end
--- Reads a public key: EC with P-256 or P-384, RSA of 2048 to 4096 bits with an odd exponent above 1, OKP with Ed25519.
--
-- @param jwk any JSON value.
-- @returns undefined and why not: another type, a member that is missing or malformed, or a private one.
local function readPublicJwk(jwk)
  if type(jwk) ~= "table" or jwk == ngx.null then
    return nil, "the key is not a JSON object"
  end
  local members = jwk
  for ____, name in ipairs(PRIVATE_MEMBERS) do
    if members[name] ~= nil then
      return nil, "the key is a private one"
    end
  end
  local kind = kindOf(members)
  if kind == nil then
    return nil, "the key is of a type or curve that is not supported"
  end
  local canonical
  if kind == "RSA" then
    canonical = readRsa(members)
  elseif kind == "Ed25519" then
    canonical = readEdwards(members)
  else
    canonical = readElliptic(members, kind, kind == "P-256" and 32 or 48)
  end
  if canonical == nil then
    return nil, "the key is malformed, too short or too long"
  end
  local hash, message = sha256(canonical)
  if hash == nil then
    return nil, message or "no SHA-256"
  end
  return {
    kind = kind,
    canonical = canonical,
    thumbprint = encodeBase64url(hash),
  }
end
--- Length of an RSA modulus; the canonical text of a key was made above.
local function modulusLengthOf(key)
  if key.kind ~= "RSA" then
    return 0
  end
  local n = string.match(key.canonical, '"n":"([^"]+)"')
  return n == nil and 0 or #(decodeBase64url(n) or "")
end
local function parse(jwk)
  local pkey = openssl.new(jwk, { format = "JWK" })
  return pkey
end
--- Gives the key to OpenSSL, which checks it (a point has to be on its curve), and remembers it by its thumbprint. Call it only for a key
-- that somebody trusted, so that strangers cannot push good keys out of memory.
local function loadPublicJwk(key)
  local known = recall(loaded, key.thumbprint)
  if known ~= nil then
    return known
  end
  local ok, pkey = pcall(parse, key.canonical)
  if not ok or pkey == nil or type(pkey) == "string" then
    return nil, "the key is not one that OpenSSL accepts"
  end
  local accepted = {
    kind = key.kind,
    pkey = pkey,
    modulusLength = modulusLengthOf(key),
  }
  remember(loaded, key.thumbprint, accepted)
  return accepted
end
____exports.loadPublicJwk = loadPublicJwk
____exports.readPublicJwk = readPublicJwk
return ____exports
