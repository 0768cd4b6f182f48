-- Transpiled from src/kong/plugins/token-introspection/refusal.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- A refusal with the answer of its code.
--
-- @param cause for the log: what is wrong and where.
function ____exports.refusal(code, cause)
  return { code = code, cause = cause }
end
--- The same refusal, to a client that speaks DPoP.
function ____exports.speakDpop(refused)
  return {
    code = refused.code,
    cause = refused.cause,
    dpop = true,
    message = refused.message,
    nonce = refused.nonce,
    scope = refused.scope,
    retryAfter = refused.retryAfter,
  }
end
return ____exports
