-- Transpiled from src/kong/plugins/mtls-auth/handshake.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Where nginx asks by itself, asking again would put our depth and authorities in the place of its own.
local function nginxAsks()
  local ____kong_configuration_nginx_proxy_ssl_verify_client_0 = kong.configuration.nginx_proxy_ssl_verify_client
  if ____kong_configuration_nginx_proxy_ssl_verify_client_0 == nil then
    ____kong_configuration_nginx_proxy_ssl_verify_client_0 = kong.configuration.nginx_http_ssl_verify_client
  end
  local setting = ____kong_configuration_nginx_proxy_ssl_verify_client_0
  return setting ~= nil and setting ~= "off"
end
--- Asks for a certificate during the TLS handshake. It verifies nothing and demands nothing; the access phase does.
--
-- A TLS session that is resumed later would come without the certificates that the client sent behind its own, and without this phase: so
-- sessions are not reused where we ask, or where our authorities have to verify.
function ____exports.askForCertificate(configuration)
  local asks = not nginxAsks()
  if asks then
    local ____kong_client_tls_request_client_certificate_3 = kong.client.tls.request_client_certificate
    local ____opt_1 = configuration.trust
    local asked, problem = ____kong_client_tls_request_client_certificate_3(____opt_1 and ____opt_1.authorities.ctx)
    if asked ~= true then
      kong.log.err("the client could not be asked for a certificate: ", problem)
    end
  end
  if asks or configuration.ownAuthorities then
    local disabled, problem = kong.client.tls.disable_session_reuse()
    if disabled ~= true then
      kong.log.err("reuse of the TLS session could not be turned off: ", problem)
    end
  end
end
return ____exports
