-- Transpiled from src/kong/plugins/token-introspection/challenge.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____dpop_algorithms = require("kong.plugins.token-introspection.dpop-algorithms")
local DPOP_ALGORITHMS = ____dpop_algorithms.DPOP_ALGORITHMS
local concat = table.concat
local format = string.format
local DENIED = "The resource owner or authorization server denied the request."
local STATUS = {
  no_credentials = 401,
  invalid_request = 400,
  invalid_token = 401,
  invalid_dpop_proof = 401,
  use_dpop_nonce = 401,
  insufficient_scope = 403,
  insufficient_user_authentication = 401,
  consumer_not_found = 403,
  unavailable = 503,
  unexpected = 500,
}
local MESSAGE = {
  no_credentials = "Unauthenticated.",
  invalid_request = "The request carries more than one access token.",
  invalid_token = DENIED,
  invalid_dpop_proof = DENIED,
  use_dpop_nonce = DENIED,
  insufficient_scope = DENIED,
  insufficient_user_authentication = DENIED,
  consumer_not_found = DENIED,
  unavailable = "The authorization server is unavailable.",
  unexpected = "An unexpected error occurred.",
}
local ALGORITHMS = concat(DPOP_ALGORITHMS, " ")
--- The value of WWW-Authenticate (RFC 6750 section 3, RFC 9110 section 11.6.1): one challenge, each parameter once, values quoted.
-- Absent where authenticating differently would not help.
local function challengeOf(refusal, settings)
  local ____refusal_0 = refusal
  local code = ____refusal_0.code
  if code == "unavailable" or code == "unexpected" or code == "consumer_not_found" then
    return nil
  end
  local dpop = refusal.dpop == true or settings.dpop == "required" or code == "invalid_dpop_proof" or code == "use_dpop_nonce"
  local parameters = { format('realm="%s"', settings.realm) }
  if code ~= "no_credentials" then
    parameters[#parameters + 1] = format('error="%s"', code)
  end
  if code == "insufficient_scope" and refusal.scope ~= nil then
    parameters[#parameters + 1] = format('scope="%s"', refusal.scope)
  end
  if code == "insufficient_user_authentication" then
    if settings.acr_values ~= nil then
      parameters[#parameters + 1] = format('acr_values="%s"', concat(settings.acr_values, " "))
    end
    if settings.max_age ~= nil then
      parameters[#parameters + 1] = format('max_age="%d"', settings.max_age)
    end
  end
  if dpop then
    parameters[#parameters + 1] = format('algs="%s"', ALGORITHMS)
  end
  if settings.resource_metadata ~= nil then
    parameters[#parameters + 1] = format('resource_metadata="%s"', settings.resource_metadata)
  end
  return (dpop and "DPoP " or "Bearer ") .. concat(parameters, ", ")
end
--- Turns a refusal into the answer to the client.
--
-- @param grpc the answer is gRPC's: Kong derives grpc-status itself, and would not from a JSON answer.
function ____exports.answerOf(refusal, settings, grpc)
  local status = STATUS[refusal.code]
  local message = refusal.message or MESSAGE[refusal.code]
  local headers = {}
  local challenge = challengeOf(refusal, settings)
  if challenge ~= nil then
    headers["WWW-Authenticate"] = challenge
  end
  if refusal.nonce ~= nil then
    headers["DPoP-Nonce"] = refusal.nonce
    headers["Cache-Control"] = "no-store"
  end
  if refusal.retryAfter ~= nil then
    headers["Retry-After"] = format("%d", refusal.retryAfter)
  end
  if grpc then
    return { status = status, body = message, headers = headers }
  end
  headers["Content-Type"] = "application/json"
  return {
    status = status,
    body = format('{"data":[],"error":{"code":%d,"message":"%s"}}', status, message),
    headers = headers,
  }
end
return ____exports
