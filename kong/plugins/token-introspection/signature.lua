-- Transpiled from src/kong/plugins/token-introspection/signature.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____resty_2Eopenssl_2Epkey = require("resty.openssl.pkey")
local PADDINGS = ____resty_2Eopenssl_2Epkey.PADDINGS
local ____ecdsa = require("kong.plugins.token-introspection.ecdsa")
local ecdsaToDer = ____ecdsa.ecdsaToDer
local ALGORITHMS = {}
ALGORITHMS.ES256 = {
  kind = "P-256",
  digest = "sha256",
  length = 64,
  padding = nil,
  options = nil,
}
ALGORITHMS.ES384 = {
  kind = "P-384",
  digest = "sha384",
  length = 96,
  padding = nil,
  options = nil,
}
ALGORITHMS.RS256 = {
  kind = "RSA",
  digest = "sha256",
  length = nil,
  padding = PADDINGS.RSA_PKCS1_PADDING,
  options = nil,
}
ALGORITHMS.PS256 = {
  kind = "RSA",
  digest = "sha256",
  length = nil,
  padding = PADDINGS.RSA_PKCS1_PSS_PADDING,
  options = { pss_saltlen = 32 },
}
ALGORITHMS.EdDSA = {
  kind = "Ed25519",
  digest = nil,
  length = 64,
  padding = nil,
  options = nil,
}
ALGORITHMS.Ed25519 = {
  kind = "Ed25519",
  digest = nil,
  length = 64,
  padding = nil,
  options = nil,
}
--- The kind of key that an algorithm needs; undefined for an algorithm that is not accepted (`none`, HMAC, and every other).
local function keyKindOf(algorithm)
  local found = ALGORITHMS[algorithm]
  return found and found.kind
end
local function verify(key, found, signature, signingInput)
  local verified = key.pkey:verify(signature, signingInput, found.digest, found.padding, found.options)
  return verified == true
end
--- Whether the key made this signature with this algorithm. Never raises; false also when the algorithm is not accepted, is not one for this
-- kind of key, or the signature has another length than its algorithm's.
--
-- @param algorithm `alg` of the header.
-- @param signature bytes, in JOSE's form.
local function verifySignature(key, algorithm, signingInput, signature)
  local found = ALGORITHMS[algorithm]
  if found == nil or found.kind ~= key.kind then
    return false
  end
  if #signature ~= (found.length or key.modulusLength) then
    return false
  end
  local native = found.digest ~= nil and found.length ~= nil and ecdsaToDer(signature) or signature
  local ok, verified = pcall(verify, key, found, native, signingInput)
  return ok and verified == true
end
____exports.keyKindOf = keyKindOf
____exports.verifySignature = verifySignature
return ____exports
