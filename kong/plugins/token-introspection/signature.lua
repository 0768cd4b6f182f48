-- Transpiled from src/kong/plugins/token-introspection/signature.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local openssl = require("resty.openssl.digest")
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
--- One digest of each kind for the worker. Nothing yields between its reset and its end.
local digests = {}
local function emptyDigest(name)
  local known = digests[name]
  if known ~= nil then
    known:reset()
    return known
  end
  local created = openssl.new(name)
  if created ~= nil then
    digests[name] = created
  end
  return created
end
--- Verifies without ever making one text of what is signed: LuaJIT finds a long text among its texts by a few bytes near its beginning and its end, which
-- are the same in all proofs of a client, so that the search would take longer with each of them.
local function verifyInParts(key, digestName, signature, signed)
  local digest = emptyDigest(digestName)
  if digest == nil then
    return false
  end
  digest:update(signed.header, ".", signed.payload)
  local verified = key.pkey:verify(signature, digest)
  return verified == true
end
local function verify(key, found, signature, signed)
  if found.digest ~= nil and found.options == nil then
    return verifyInParts(key, found.digest, signature, signed)
  end
  local text = (signed.header .. ".") .. signed.payload
  local verified = key.pkey:verify(signature, text, found.digest, found.padding, found.options)
  return verified == true
end
--- Whether the key made this signature with this algorithm. Never raises; false also when the algorithm is not accepted, is not one for this
-- kind of key, or the signature has another length than its algorithm's.
--
-- @param algorithm `alg` of the header.
-- @param signature bytes, in JOSE's form.
local function verifySignature(key, algorithm, signed, signature)
  local found = ALGORITHMS[algorithm]
  if found == nil or found.kind ~= key.kind then
    return false
  end
  if #signature ~= (found.length or key.modulusLength) then
    return false
  end
  local native = found.digest ~= nil and found.length ~= nil and ecdsaToDer(signature) or signature
  local ok, verified = pcall(verify, key, found, native, signed)
  return ok and verified == true
end
____exports.keyKindOf = keyKindOf
____exports.verifySignature = verifySignature
return ____exports
