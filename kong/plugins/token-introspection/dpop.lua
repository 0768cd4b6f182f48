-- Transpiled from src/kong/plugins/token-introspection/dpop.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____compare = require("kong.plugins.token-introspection.compare")
local equalInConstantTime = ____compare.equalInConstantTime
local ____jwk = require("kong.plugins.token-introspection.jwk")
local loadPublicJwk = ____jwk.loadPublicJwk
local readPublicJwk = ____jwk.readPublicJwk
local ____jws = require("kong.plugins.token-introspection.jws")
local readJwsContent = ____jws.readJwsContent
local readJwsHeader = ____jws.readJwsHeader
local splitJws = ____jws.splitJws
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____signature = require("kong.plugins.token-introspection.signature")
local keyKindOf = ____signature.keyKindOf
local verifySignature = ____signature.verifySignature
local ____uri = require("kong.plugins.token-introspection.uri")
local normaliseUri = ____uri.normaliseUri
local floor = math.floor
local max = math.max
--- Longest proof that is read, in bytes: one with an RSA key of 4096 bits has 2 KB.
local MAX_PROOF_LENGTH = 8192
--- Longest `jti`, in bytes.
local MAX_JTI_LENGTH = 256
--- Seconds that a proof may be dated ahead of our clock at least, whatever `leeway` says: clients round up, and clocks differ (§11.1).
local MIN_AHEAD = 5
--- Seconds that a proof may be dated ahead.
local function allowedAhead(leeway)
  return max(leeway, MIN_AHEAD)
end
local function bad(cause)
  return nil, { code = "invalid_dpop_proof", cause = "dpop: " .. cause, dpop = true }
end
--- Whether a proof's own times, which it need not have, let it be used now: it is a JWT (RFC 7519 §4.1.4 and §4.1.5).
local function isInForce(proof, expected)
  local ____proof_0 = proof
  local exp = ____proof_0.exp
  local nbf = ____proof_0.nbf
  if exp ~= nil and not (type(exp) == "number" and exp + expected.leeway > expected.now) then
    return false
  end
  return nbf == nil or type(nbf) == "number" and nbf <= expected.now + allowedAhead(expected.leeway)
end
--- The payload, where each of its members is there and of its type.
local function proofOf(payload)
  local ____payload_1 = payload
  local jti = ____payload_1.jti
  local htm = ____payload_1.htm
  local htu = ____payload_1.htu
  local iat = ____payload_1.iat
  local ath = ____payload_1.ath
  if type(jti) ~= "string" or jti == "" or #jti > MAX_JTI_LENGTH then
    return nil
  end
  if type(htm) ~= "string" or type(htu) ~= "string" or type(iat) ~= "number" or type(ath) ~= "string" then
    return nil
  end
  return payload
end
--- What a proof does not fit, as the end of "the proof is ..."; undefined when it fits.
local function misfit(proof, expected)
  if proof.htm ~= expected.method then
    return "for another method"
  end
  local uri = normaliseUri(proof.htu)
  if uri == nil or uri ~= expected.target then
    return "for another URI"
  end
  if proof.iat > expected.now + allowedAhead(expected.leeway) then
    return "dated ahead"
  end
  if proof.iat < floor(expected.now) - expected.maxAge - expected.leeway then
    return "too old"
  end
  if not isInForce(proof, expected) then
    return "expired, or not yet in force"
  end
  if not equalInConstantTime(proof.ath, expected.tokenHash) then
    return "for another access token"
  end
  return nil
end
--- Headers by their text: all proofs of a client have the same, as long as it keeps its key. Only those of proofs that were good are remembered, so
-- that strangers cannot push them out.
local proofHeaders = createMemo(1024, 1048576)
local function boundToAnother()
  return nil, { code = "invalid_token", cause = "dpop: the token is bound to another key", dpop = true }
end
--- Reads a proof's header. Its key must be the one of the token: until that is known, no key is worth to be loaded and no signature to be checked.
--
-- @param encoded as it stands in the proof.
-- @param thumbprint of the token's key.
local function readProofHeader(encoded, thumbprint)
  local known = recall(proofHeaders, encoded)
  if known ~= nil then
    if not equalInConstantTime(known.thumbprint, thumbprint) then
      return boundToAnother()
    end
    return known
  end
  local header, malformed = readJwsHeader(encoded)
  if header == nil then
    return bad("the proof is refused: " .. (malformed or ""))
  end
  local ____header_2 = header
  local algorithm = ____header_2.algorithm
  local members = ____header_2.members
  if members.typ ~= "dpop+jwt" then
    return bad("the proof's typ is not dpop+jwt")
  end
  local kind = keyKindOf(algorithm)
  if kind == nil then
    return bad("the proof's algorithm is not accepted")
  end
  local jwk, cause = readPublicJwk(members.jwk)
  if jwk == nil then
    return bad((cause or "") .. " (jwk of the proof)")
  end
  if jwk.kind ~= kind then
    return bad("the proof's algorithm is not one for its key")
  end
  if not equalInConstantTime(jwk.thumbprint, thumbprint) then
    return boundToAnother()
  end
  local key, unusable = loadPublicJwk(jwk)
  if key == nil then
    return bad(unusable or "the key is not usable")
  end
  return { algorithm = algorithm, thumbprint = thumbprint, key = key }
end
local function isListed(nonces, nonce)
  for ____, good in ipairs(nonces) do
    if equalInConstantTime(good, nonce) then
      return true
    end
  end
  return false
end
--- The last checks of a proof, whose claims are good: its signature, and the nonce where one is demanded. Called in the place of its caller, for the stack.
local function checkSignature(parts, signature, proofHeader, proof, nonces)
  if not verifySignature(proofHeader.key, proofHeader.algorithm, parts, signature) then
    return bad("the proof's signature is wrong")
  end
  if recall(proofHeaders, parts.header) == nil then
    remember(proofHeaders, parts.header, proofHeader)
  end
  local ____proof_3 = proof
  local nonce = ____proof_3.nonce
  if nonces ~= nil and (type(nonce) ~= "string" or not isListed(nonces, nonce)) then
    return nil, { code = "use_dpop_nonce", cause = "dpop: the proof has no nonce that is good now", dpop = true }
  end
  return proof
end
--- Checks a proof but for its being used once.
--
-- @param header the request's DPoP header as `ngx.req.get_headers` gives it: several are a table.
-- @returns the proof's payload; or why it is refused: `invalid_dpop_proof`, `invalid_token` for another key than the token's, and `use_dpop_nonce`
-- for a proof that is good but for its nonce.
local function checkDpopProof(header, expected)
  if header == nil then
    return bad("there is no proof")
  end
  if type(header) ~= "string" then
    return bad("there is more than one proof")
  end
  local parts, unsplit = splitJws(header, MAX_PROOF_LENGTH)
  if parts == nil then
    return bad("the proof is refused: " .. (unsplit or ""))
  end
  local payload, signature = readJwsContent(parts)
  if payload == nil then
    return bad("the proof is refused: " .. signature)
  end
  local proofHeader, unbound = readProofHeader(parts.header, expected.thumbprint)
  if proofHeader == nil then
    return nil, unbound
  end
  local proof = proofOf(payload)
  if proof == nil then
    return bad("a claim of the proof is missing or malformed")
  end
  local wrong = misfit(proof, expected)
  if wrong ~= nil then
    return bad("the proof is " .. wrong)
  end
  return checkSignature(parts, signature, proofHeader, proof, expected.nonces)
end
____exports.allowedAhead = allowedAhead
____exports.checkDpopProof = checkDpopProof
return ____exports
