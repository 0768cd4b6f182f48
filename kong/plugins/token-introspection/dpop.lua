-- Transpiled from src/kong/plugins/token-introspection/dpop.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____base64 = require("kong.plugins.token-introspection.base64")
local encodeBase64url = ____base64.encodeBase64url
local ____compare = require("kong.plugins.token-introspection.compare")
local equalInConstantTime = ____compare.equalInConstantTime
local ____jwk = require("kong.plugins.token-introspection.jwk")
local loadPublicJwk = ____jwk.loadPublicJwk
local readPublicJwk = ____jwk.readPublicJwk
local ____jws = require("kong.plugins.token-introspection.jws")
local parseJws = ____jws.parseJws
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
local ____signature = require("kong.plugins.token-introspection.signature")
local keyKindOf = ____signature.keyKindOf
local verifySignature = ____signature.verifySignature
local ____uri = require("kong.plugins.token-introspection.uri")
local normaliseTarget = ____uri.normaliseTarget
local normaliseUri = ____uri.normaliseUri
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
local function claimsOf(payload)
  local ____payload_0 = payload
  local jti = ____payload_0.jti
  local htm = ____payload_0.htm
  local htu = ____payload_0.htu
  local iat = ____payload_0.iat
  local ath = ____payload_0.ath
  if type(jti) ~= "string" or jti == "" or #jti > MAX_JTI_LENGTH then
    return nil
  end
  if type(htm) ~= "string" or type(htu) ~= "string" or type(iat) ~= "number" or type(ath) ~= "string" then
    return nil
  end
  return {
    jti = jti,
    method = htm,
    uri = htu,
    issuedAt = iat,
    tokenHash = ath,
  }
end
--- What the claims do not fit, as the end of "the proof is ..."; undefined when they fit.
local function misfit(claims, expected)
  if claims.method ~= expected.method then
    return "for another method"
  end
  local target = normaliseTarget(expected.target)
  if target == nil or normaliseUri(claims.uri) ~= target then
    return "for another URI"
  end
  if claims.issuedAt > expected.now + allowedAhead(expected.leeway) then
    return "dated ahead"
  end
  if claims.issuedAt < expected.now - expected.maxAge - expected.leeway then
    return "too old"
  end
  local hash = sha256(expected.accessToken)
  if hash == nil or not equalInConstantTime(claims.tokenHash, encodeBase64url(hash)) then
    return "for another access token"
  end
  return nil
end
--- The key that a proof names, which is also the one of the token: until that is known, no signature is worth the work.
local function boundKeyOf(jws, thumbprint)
  local kind = keyKindOf(jws.algorithm)
  if kind == nil then
    return bad("the proof's algorithm is not accepted")
  end
  local key, cause = readPublicJwk(jws.header.jwk)
  if key == nil then
    return bad((cause or "") .. " (jwk of the proof)")
  end
  if key.kind ~= kind then
    return bad("the proof's algorithm is not one for its key")
  end
  if not equalInConstantTime(key.thumbprint, thumbprint) then
    return nil, { code = "invalid_token", cause = "dpop: the token is bound to another key", dpop = true }
  end
  return key
end
local function isListed(nonces, nonce)
  for ____, good in ipairs(nonces) do
    if equalInConstantTime(good, nonce) then
      return true
    end
  end
  return false
end
--- Checks a proof but for its being used once.
--
-- @param header the request's DPoP header as `ngx.req.get_headers` gives it: several are a table.
-- @returns the proof; or why it is refused: `invalid_dpop_proof`, `invalid_token` for another key than the token's, and `use_dpop_nonce`
-- for a proof that is good but for its nonce.
local function checkDpopProof(header, expected)
  if header == nil then
    return bad("there is no proof")
  end
  if type(header) ~= "string" then
    return bad("there is more than one proof")
  end
  local jws, malformed = parseJws(header, MAX_PROOF_LENGTH)
  if jws == nil then
    return bad("the proof is refused: " .. (malformed or ""))
  end
  if jws.header.typ ~= "dpop+jwt" then
    return bad("the proof's typ is not dpop+jwt")
  end
  local publicKey, unbound = boundKeyOf(jws, expected.thumbprint)
  if publicKey == nil then
    return nil, unbound
  end
  local claims = claimsOf(jws.payload)
  if claims == nil then
    return bad("a claim of the proof is missing or malformed")
  end
  local wrong = misfit(claims, expected)
  if wrong ~= nil then
    return bad("the proof is " .. wrong)
  end
  local key, unusable = loadPublicJwk(publicKey)
  if key == nil then
    return bad(unusable or "the key is not usable")
  end
  if not verifySignature(key, jws.algorithm, jws.signingInput, jws.signature) then
    return bad("the proof's signature is wrong")
  end
  local nonces = expected.nonces
  if nonces == nil then
    return { jti = claims.jti, issuedAt = claims.issuedAt, nonce = nil }
  end
  local nonce = jws.payload.nonce
  if type(nonce) ~= "string" or not isListed(nonces, nonce) then
    return nil, { code = "use_dpop_nonce", cause = "dpop: the proof has no nonce that is good now", dpop = true }
  end
  return { jti = claims.jti, issuedAt = claims.issuedAt, nonce = nonce }
end
____exports.allowedAhead = allowedAhead
____exports.checkDpopProof = checkDpopProof
return ____exports
