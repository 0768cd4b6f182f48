-- Transpiled from src/kong/plugins/token-introspection/certificate-guard.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____peer = require("kong.plugins.token-introspection.peer")
local isPeerTrusted = ____peer.isPeerTrusted
local ____header_names = require("kong.plugins.token-introspection.header-names")
local normalizedName = ____header_names.normalizedName
local clearHeader = ngx.req.clear_header
--- Takes the certificate header off the request to the upstream service, in every spelling (S30): always where credentials are hidden, and else
-- where somebody sent it who may not. What mtls-auth put there, which is the handshake's certificate, may stay.
function ____exports.guardCertificateHeader(config, plan, headers)
  local name = plan.certificateHeader
  if name == nil then
    return
  end
  local trusted = not config.hide_credentials and isPeerTrusted()
  if trusted then
    return
  end
  for spelling, value in pairs(headers) do
    if normalizedName(spelling) == name and (config.hide_credentials or value ~= ngx.var.ssl_client_escaped_cert) then
      clearHeader(spelling)
    end
  end
end
return ____exports
