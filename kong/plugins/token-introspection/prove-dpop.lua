-- Transpiled from src/kong/plugins/token-introspection/prove-dpop.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____dpop = require("kong.plugins.token-introspection.dpop")
local allowedAhead = ____dpop.allowedAhead
local checkDpopProof = ____dpop.checkDpopProof
local ____dpop_nonce = require("kong.plugins.token-introspection.dpop-nonce")
local currentNonces = ____dpop_nonce.currentNonces
local ____dpop_replay = require("kong.plugins.token-introspection.dpop-replay")
local useProof = ____dpop_replay.useProof
local ____dpop_request = require("kong.plugins.token-introspection.dpop-request")
local requestTarget = ____dpop_request.requestTarget
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local function prove(headers, tokenHash, thumbprint, settings, now, nonces)
  local ____settings_0 = settings
  local leeway = ____settings_0.leeway
  local target, cause = requestTarget(headers)
  if target == nil then
    return { code = "invalid_dpop_proof", cause = "dpop: " .. (cause or ""), dpop = true }, nil
  end
  local proof, refused = checkDpopProof(headers.dpop, {
    method = ngx.req.get_method(),
    target = target,
    tokenHash = tokenHash,
    thumbprint = thumbprint,
    now = now,
    maxAge = settings.dpop_max_age,
    leeway = leeway,
    nonces = nonces,
  })
  if proof == nil then
    return refused, nil
  end
  local window = {
    now = now,
    lifetime = settings.dpop_max_age + leeway,
    ahead = allowedAhead(leeway),
  }
  return useProof(settings.dpop_dictionary, thumbprint, proof, window), proof.nonce
end
--- Whether the caller holds the key that its token is bound to (RFC 9449 §4.3, §7.1), by a proof made for this request and never used
-- before.
--
-- @param headers all of the request, as `ngx.req.get_headers(0)` gives them.
-- @param tokenHash SHA-256 of the access token as it came, base64url.
-- @param thumbprint `cnf.jkt` of the token.
-- @returns why not, or undefined; and the nonce that the answer should tell the client in `DPoP-Nonce` because the one it used is about to
-- go (§8.2), or undefined. A refusal holds the nonce itself, where nonces are demanded.
local function proveDpop(headers, tokenHash, thumbprint, settings)
  local now = ngx.now()
  local nonces
  if settings.dpop_nonce then
    nonces = currentNonces(settings.dpop_dictionary, now)
    if nonces == nil then
      return refusal("unexpected", "dpop_dictionary: it is missing or full, so there is no nonce"), nil
    end
  end
  local refused, used = prove(headers, tokenHash, thumbprint, settings, now, nonces)
  local current = nonces and nonces[1]
  if refused == nil then
    local ____temp_3
    if used == current then
      ____temp_3 = nil
    else
      ____temp_3 = current
    end
    return nil, ____temp_3
  end
  if current == nil or refused.dpop ~= true then
    return refused, nil
  end
  return { code = refused.code, cause = refused.cause, dpop = true, nonce = current }, nil
end
____exports.proveDpop = proveDpop
return ____exports
