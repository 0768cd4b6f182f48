/** mtls-auth demands a client certificate and tells the upstream service who it belongs to. */
import { configurationOf } from "./configuration";
import { decide } from "./decision";
import { askForCertificate } from "./handshake";
import { refuseCertificate, refuseConnectionHeader } from "./refusal";
import { clearSpoofed, connectionNamesOurs, listHeaders, setHeaders } from "./request-headers";
import type { Config } from "./settings";

/** Before token-introspection (1040) and Kong's other authentication plugins. */
export const PRIORITY = 1600;

export const VERSION = "1.0.0";

/** During the TLS handshake. Kong runs this for the globally configured instance only. */
export function certificate(this: unknown, config: Config): void {
  askForCertificate(configurationOf(config));
}

/** For every request. */
export function access(this: unknown, config: Config): void {
  const configuration = configurationOf(config);
  if (configuration.headers.length > 0) {
    const sent = listHeaders();
    clearSpoofed(configuration, sent);
    if (connectionNamesOurs(configuration, sent)) return refuseConnectionHeader();
  }
  const decision = decide(configuration);
  if (decision.refusal !== undefined) {
    kong.log.notice("refused: ", decision.refusal);
    return refuseCertificate(config.error_response_code);
  }
  setHeaders(decision.headers);
  // token-introspection lets a header with this certificate go on where credentials are not hidden.
  if (decision.headers.length > 0) kong.ctx.shared.mtls_auth_passed = true;
}
