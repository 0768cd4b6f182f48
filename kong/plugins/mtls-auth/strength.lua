-- Transpiled from src/kong/plugins/mtls-auth/strength.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Digests for which texts with equal hashes can be made: an authority's signature by one of them can be moved to another certificate.
local brokenDigests = {}
for ____, digest in ipairs({ "MD2", "MD4", "MD5", "SHA1" }) do
  brokenDigests[digest] = true
end
local NID_RSA = 6
--- Shortest modulus of an RSA key, in bytes: 2048 bits.
local SHORTEST_MODULUS = 256
--- Raises where the key is not as OpenSSL describes one.
local function isShortKey(key)
  local kind = key:get_key_type()
  if (kind and kind.nid) ~= NID_RSA then
    return false
  end
  local parameters = key:get_parameters()
  local modulus = (parameters and parameters.n):to_binary()
  return modulus == nil or #modulus < SHORTEST_MODULUS
end
---
-- @param trusted the certificate is an authority's, whose own signature does not count. Raises where it cannot be read.
local function weaknessOfOne(certificate, trusted)
  local digest = certificate:get_signature_digest_name()
  if not trusted and digest ~= nil and brokenDigests[digest] ~= nil then
    return "a certificate is signed with " .. digest
  end
  local key = certificate:get_pubkey()
  if key == nil then
    return "a certificate's key cannot be read"
  end
  return isShortKey(key) and "the RSA key of a certificate has fewer than 2048 bits" or nil
end
--- What is too weak in a chain.
--
-- @param chain as OpenSSL built it: the client's certificate first, the authority's last.
-- @returns undefined where nothing is.
function ____exports.weaknessOf(chain)
  local left = #chain
  for ____, certificate in ipairs(chain) do
    left = left - 1
    local read, weakness = pcall(weaknessOfOne, certificate, left == 0)
    if not read then
      return "a certificate cannot be read"
    end
    if weakness ~= nil then
      return weakness
    end
  end
  return nil
end
return ____exports
