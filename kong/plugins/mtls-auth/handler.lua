-- Transpiled from src/kong/plugins/mtls-auth/handler.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____configuration = require("kong.plugins.mtls-auth.configuration")
local configurationOf = ____configuration.configurationOf
local ____decision = require("kong.plugins.mtls-auth.decision")
local decide = ____decision.decide
local ____handshake = require("kong.plugins.mtls-auth.handshake")
local askForCertificate = ____handshake.askForCertificate
local ____refusal = require("kong.plugins.mtls-auth.refusal")
local refuseCertificate = ____refusal.refuseCertificate
local refuseConnectionHeader = ____refusal.refuseConnectionHeader
local ____request_headers = require("kong.plugins.mtls-auth.request-headers")
local clearSpoofed = ____request_headers.clearSpoofed
local connectionNamesOurs = ____request_headers.connectionNamesOurs
local listHeaders = ____request_headers.listHeaders
local setHeaders = ____request_headers.setHeaders
--- Before token-introspection (1040) and Kong's other authentication plugins.
____exports.PRIORITY = 1600
____exports.VERSION = "1.0.0"
--- During the TLS handshake. Kong runs this for the globally configured instance only.
function ____exports.certificate(self, config)
  askForCertificate(configurationOf(config))
end
--- For every request.
function ____exports.access(self, config)
  local configuration = configurationOf(config)
  if #configuration.headers > 0 then
    local sent = listHeaders()
    clearSpoofed(configuration, sent)
    if connectionNamesOurs(configuration, sent) then
      return refuseConnectionHeader()
    end
  end
  local decision = decide(configuration)
  if decision.refusal ~= nil then
    kong.log.notice("refused: ", decision.refusal)
    return refuseCertificate(config.error_response_code)
  end
  setHeaders(decision.headers)
  if #decision.headers > 0 then
    kong.ctx.shared.mtls_auth_passed = true
  end
end
return ____exports
