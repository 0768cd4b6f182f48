-- Transpiled from src/kong/plugins/token-introspection/answer.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- A failure that will pass: asking again may bring an answer.
function ____exports.unavailable(cause, retryAfter)
  return retryAfter == nil and { kind = "unavailable", cause = cause } or { kind = "unavailable", cause = cause, retryAfter = retryAfter }
end
--- A failure that somebody has to mend.
function ____exports.unexpected(cause)
  return { kind = "unexpected", cause = cause }
end
return ____exports
