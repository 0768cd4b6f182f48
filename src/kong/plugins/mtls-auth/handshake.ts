import type { Configuration } from "./configuration";

/** Where nginx asks by itself, asking again would put our depth and authorities in the place of its own. */
function nginxAsks(): boolean {
  const setting = kong.configuration.nginx_proxy_ssl_verify_client ?? kong.configuration.nginx_http_ssl_verify_client;
  return setting !== undefined && setting !== "off";
}

/**
 * Asks for a certificate during the TLS handshake. It verifies nothing and demands nothing; the access phase does.
 *
 * A TLS session that is resumed later would come without the certificates that the client sent behind its own, and without this phase: so
 * sessions are not reused where we ask, or where our authorities have to verify.
 */
export function askForCertificate(configuration: Configuration): void {
  const asks = !nginxAsks();
  if (asks) {
    const [asked, problem] = kong.client.tls.request_client_certificate(configuration.trust?.authorities.ctx);
    if (asked !== true) kong.log.err("the client could not be asked for a certificate: ", problem);
  }
  if (asks || configuration.ownAuthorities) {
    const [disabled, problem] = kong.client.tls.disable_session_reuse();
    if (disabled !== true) kong.log.err("reuse of the TLS session could not be turned off: ", problem);
  }
}
