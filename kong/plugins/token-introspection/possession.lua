-- Transpiled from src/kong/plugins/token-introspection/possession.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____certificate = require("kong.plugins.token-introspection.certificate")
local clientThumbprint = ____certificate.clientThumbprint
local ____compare = require("kong.plugins.token-introspection.compare")
local equalInConstantTime = ____compare.equalInConstantTime
local ____confirmation = require("kong.plugins.token-introspection.confirmation")
local refuseScheme = ____confirmation.refuseScheme
local ____prove_dpop = require("kong.plugins.token-introspection.prove-dpop")
local proveDpop = ____prove_dpop.proveDpop
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local ____response = require("kong.plugins.token-introspection.response")
local giveNonce = ____response.giveNonce
--- Whether the caller holds the certificate that the token is bound to (RFC 8705 section 3). Runs on every request, for the certificate is the request's.
--
-- @param bound thumbprint of that certificate; undefined: the token is not bound to one.
function ____exports.refuseCertificate(config, headers, bound)
  if bound == nil or config.certificate_binding == "off" then
    return nil
  end
  local thumbprint, cause = clientThumbprint(headers, config)
  if thumbprint == nil then
    return refusal("invalid_token", cause or "certificate: the token is bound to one, and the caller has none")
  end
  if equalInConstantTime(thumbprint, bound) then
    return nil
  end
  return refusal("invalid_token", "certificate: the token is bound to another one than the caller's")
end
--- Whether the caller proves to hold the key that the token is bound to, and sent the token as such a one (RFC 9449 section 7.1). Runs on every request, for the
-- proof is the request's.
--
-- @param byDpop the token came under the scheme DPoP.
-- @param name of the token (`tokenName`).
function ____exports.refuseKey(config, headers, byDpop, name, bound)
  local refused = refuseScheme(bound, byDpop)
  if refused ~= nil or bound.jkt == nil then
    return refused
  end
  return proveDpop(headers, name, bound.jkt, config, giveNonce)
end
return ____exports
