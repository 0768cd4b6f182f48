-- Transpiled from src/kong/plugins/token-introspection/sign.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local cjson = require("cjson.safe")
local hmac = require("resty.openssl.hmac")
local openssl = require("resty.openssl.pkey")
local ____resty_2Eopenssl_2Epkey = require("resty.openssl.pkey")
local PADDINGS = ____resty_2Eopenssl_2Epkey.PADDINGS
local ____base64 = require("kong.plugins.token-introspection.base64")
local encodeBase64url = ____base64.encodeBase64url
local ____ecdsa = require("kong.plugins.token-introspection.ecdsa")
local ecdsaFromDer = ____ecdsa.ecdsaFromDer
local ____json = require("kong.plugins.token-introspection.json")
local decodeObject = ____json.decodeObject
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local find = string.find
--- Keys by their text. There are as many as there are configurations with one.
local loaded = createMemo(64, 1048576)
local MEMBERS = { RSA = {
  "n",
  "e",
  "d",
  "p",
  "q",
  "dp",
  "dq",
  "qi",
}, EC = { "crv", "x", "y", "d" } }
local NEITHER = "the key is neither PEM nor a JSON Web Key"
--- The JWK built anew from its string members, for the library raises for others.
local function nativeJwk(text)
  local jwk = decodeObject(text)
  if jwk == nil then
    return nil, NEITHER
  end
  local ____type = jwk.kty
  if ____type ~= "RSA" and ____type ~= "EC" then
    return nil, "the key's type is neither RSA nor EC"
  end
  if type(jwk.d) ~= "string" then
    return nil, "the key is not a private one"
  end
  local rebuilt = { kty = ____type }
  for ____, name in ipairs(MEMBERS[____type]) do
    local value = jwk[name]
    if type(value) == "string" then
      rebuilt[name] = value
    end
  end
  local encoded, message = cjson.encode(rebuilt)
  if encoded == nil then
    return nil, message or "the key cannot be read"
  end
  local keyId = jwk.kid
  return {
    text = encoded,
    keyId = type(keyId) == "string" and keyId or nil,
    algorithm = jwk.alg,
  }
end
--- Numbers of OpenSSL (NID) for kinds of keys: rsaEncryption, rsassaPss, id-ecPublicKey, prime256v1.
local NID_RSA = 6
local NID_RSA_PSS = 912
local NID_EC = 408
local NID_P256 = 415
local function kindOf(pkey)
  local nid = pkey.key_type
  if nid == NID_RSA or nid == NID_RSA_PSS then
    return "RSA"
  end
  if nid ~= NID_EC then
    return nil
  end
  local parameters = pkey:get_parameters()
  return parameters ~= nil and parameters.group == NID_P256 and "P-256" or nil
end
local function parse(text, format)
  local pkey = openssl.new(text, format == "JWK" and { format = format } or { format = format, type = "pr", passphrase = "" })
  return pkey
end
local function isPrivate(pkey)
  return pkey.key_type == NID_RSA_PSS or pkey:is_private()
end
--- The JWK's own word counts where it is one of ours; a key for RSASSA-PSS alone signs nothing else (RFC 4055 section 1.2).
local function algorithmOf(kind, pkey, said)
  if said == "RS256" or said == "PS256" or said == "ES256" then
    return said
  end
  if kind == "P-256" then
    return "ES256"
  end
  return pkey.key_type == NID_RSA_PSS and "PS256" or "RS256"
end
--- Reads a private key and remembers it: parsing costs much.
--
-- @param text PEM without a passphrase, or a JWK; RSA, or EC with P-256.
-- @returns undefined and why not, without any of the key.
local function loadPrivateKey(text)
  local known = recall(loaded, text)
  if known ~= nil then
    return known
  end
  local native = { text = text, keyId = nil, algorithm = nil }
  local isJwk = (find(text, "^%s*{")) ~= nil
  if isJwk then
    local rebuilt, wrong = nativeJwk(text)
    if rebuilt == nil then
      return nil, wrong or "the key cannot be read"
    end
    native = rebuilt
  elseif (find(text, "-----BEGIN", 1, true)) == nil then
    return nil, NEITHER
  elseif (find(text, "ENCRYPTED", 1, true)) ~= nil then
    return nil, "the key has a passphrase: store it without one"
  end
  local ok, pkey = pcall(parse, native.text, isJwk and "JWK" or "PEM")
  if not ok or pkey == nil or type(pkey) == "string" then
    return nil, "the key is not one that OpenSSL accepts"
  end
  local kindKnown, kind = pcall(kindOf, pkey)
  if not kindKnown or kind == nil or kind ~= "RSA" and kind ~= "P-256" then
    return nil, "the key is neither RSA nor EC with P-256"
  end
  local good, holdsPrivateKey = pcall(isPrivate, pkey)
  if not good or holdsPrivateKey ~= true then
    return nil, "the key is not a private one"
  end
  local key = {
    kind = kind,
    pkey = pkey,
    keyId = native.keyId,
    algorithm = algorithmOf(kind, pkey, native.algorithm),
  }
  remember(loaded, text, key)
  return key
end
local function signWithKey(key, input, algorithm)
  if algorithm == "ES256" ~= (key.kind == "P-256") then
    return nil, "the key is not one for " .. algorithm
  end
  if key.pkey.key_type == NID_RSA_PSS and algorithm ~= "PS256" then
    return nil, "the key is for PS256 alone"
  end
  if algorithm == "ES256" then
    local der, message = key.pkey:sign(input, "sha256")
    if der == nil then
      return nil, message or "OpenSSL did not sign"
    end
    local raw = ecdsaFromDer(der, 32)
    if raw == nil then
      return nil, "OpenSSL did not sign with P-256"
    end
    return raw
  end
  local padding = algorithm == "PS256" and PADDINGS.RSA_PKCS1_PSS_PADDING or PADDINGS.RSA_PKCS1_PADDING
  local signature, message = key.pkey:sign(input, "sha256", padding, algorithm == "PS256" and { pss_saltlen = 32 } or nil)
  if signature == nil then
    return nil, message or "OpenSSL did not sign"
  end
  return signature
end
local function signWithSecret(secret, input)
  local code, message = hmac.new(secret, "sha256")
  if code == nil then
    return nil, message or "no HMAC"
  end
  local mac, failure = code:final(input)
  if mac == nil then
    return nil, failure or "no HMAC"
  end
  return mac
end
--- Signs claims as a compact JWS (RFC 7515 §7.1).
--
-- @param header further members of the header, such as `typ`; `alg` is added, and `kid` where the key has one.
-- @param claims the payload.
-- @param key a private key for RS256, PS256 and ES256; the secret itself for HS256.
-- @returns undefined and why not: the key does not fit the algorithm, or OpenSSL failed.
local function signCompact(header, claims, key, algorithm)
  local whole = {}
  for name in pairs(header) do
    whole[name] = header[name] or ""
  end
  whole.alg = algorithm
  if type(key) ~= "string" and key.keyId ~= nil then
    whole.kid = key.keyId
  end
  local headerText = cjson.encode(whole)
  local payloadText, unencodable = cjson.encode(claims)
  if headerText == nil or payloadText == nil then
    return nil, unencodable or "the claims are not JSON"
  end
  local input = (encodeBase64url(headerText) .. ".") .. encodeBase64url(payloadText)
  local signature
  local message
  if type(key) == "string" then
    if algorithm ~= "HS256" then
      return nil, algorithm .. " needs a private key"
    end
    signature, message = signWithSecret(key, input)
  else
    if algorithm == "HS256" then
      return nil, "HS256 needs a secret"
    end
    signature, message = signWithKey(key, input, algorithm)
  end
  if signature == nil then
    return nil, message or "OpenSSL did not sign"
  end
  return (input .. ".") .. encodeBase64url(signature)
end
____exports.loadPrivateKey = loadPrivateKey
____exports.signCompact = signCompact
return ____exports
