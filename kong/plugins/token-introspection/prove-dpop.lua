-- Transpiled from src/kong/plugins/token-introspection/prove-dpop.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____dpop = require("kong.plugins.token-introspection.dpop")
local checkDpopProof = ____dpop.checkDpopProof
local ____dpop_nonce = require("kong.plugins.token-introspection.dpop-nonce")
local currentNonces = ____dpop_nonce.currentNonces
local ____dpop_replay = require("kong.plugins.token-introspection.dpop-replay")
local useProof = ____dpop_replay.useProof
local ____dpop_request = require("kong.plugins.token-introspection.dpop-request")
local requestTarget = ____dpop_request.requestTarget
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
--- A refusal for the proof tells the nonce to use (§8), where nonces are demanded.
local function withNonce(refused, nonces)
  if nonces == nil or refused.dpop ~= true then
    return refused
  end
  return { code = refused.code, cause = refused.cause, dpop = true, nonce = nonces[1] }
end
--- What the proof of this request must fit; undefined and why not, where the request itself is no target of any proof.
local function expectationOf(headers, tokenHash, thumbprint, settings, now, nonces)
  local target, cause = requestTarget(headers)
  if target == nil then
    return nil, cause or ""
  end
  local ____settings_0 = settings
  local maxAge = ____settings_0.dpop_max_age
  local leeway = ____settings_0.leeway
  return {
    method = ngx.req.get_method(),
    target = target,
    tokenHash = tokenHash,
    thumbprint = thumbprint,
    now = now,
    maxAge = maxAge,
    leeway = leeway,
    nonces = nonces,
  }
end
--- Whether the caller holds the key that its token is bound to (RFC 9449 §4.3, §7.1), by a proof made for this request and never used
-- before.
--
-- @param headers all of the request, as `ngx.req.get_headers(0)` gives them.
-- @param tokenHash SHA-256 of the access token as it came, base64url.
-- @param thumbprint `cnf.jkt` of the token.
-- @param renew is told the nonce that the answer should tell the client in `DPoP-Nonce` because the one it used is about to go (§8.2).
-- @returns why not, or undefined. A refusal holds the nonce to use, where nonces are demanded.
local function proveDpop(headers, tokenHash, thumbprint, settings, renew)
  local now = ngx.now()
  local ____settings_dpop_nonce_1
  if settings.dpop_nonce then
    ____settings_dpop_nonce_1 = currentNonces(settings.dpop_dictionary, now)
  else
    ____settings_dpop_nonce_1 = nil
  end
  local nonces = ____settings_dpop_nonce_1
  if settings.dpop_nonce and nonces == nil then
    return refusal("unexpected", "dpop_dictionary: it is missing or full, so there is no nonce")
  end
  local expected, cause = expectationOf(headers, tokenHash, thumbprint, settings, now, nonces)
  if expected == nil then
    return withNonce({ code = "invalid_dpop_proof", cause = "dpop: " .. cause, dpop = true }, nonces)
  end
  local proof, refused = checkDpopProof(headers.dpop, expected)
  if proof == nil then
    return withNonce(refused, nonces)
  end
  if nonces == nil then
    return useProof(settings, thumbprint, proof, now)
  end
  local usedUp = useProof(settings, thumbprint, proof, now)
  if usedUp ~= nil then
    return withNonce(usedUp, nonces)
  end
  if proof.nonce ~= nonces[1] then
    renew(nonces[1])
  end
  return nil
end
____exports.proveDpop = proveDpop
return ____exports
