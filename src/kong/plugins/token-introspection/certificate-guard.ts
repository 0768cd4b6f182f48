import { isPeerTrusted } from "./peer";
import { normalizedName } from "./header-names";
import type { Plan } from "./plan";
import type { Config } from "./settings";

const clearHeader = ngx.req.clear_header;

/**
 * Takes the certificate header off the request to the upstream service, in every spelling (S30): always where credentials are hidden, and else
 * where somebody sent it who may not. What mtls-auth put there, which is the handshake's certificate, may stay.
 */
export function guardCertificateHeader(this: void, config: Config, plan: Plan, headers: OpenResty.Headers): void {
  const name = plan.certificateHeader;
  if (name === undefined) return;
  const trusted = !config.hide_credentials && isPeerTrusted();
  if (trusted) return;
  for (const [spelling, value] of pairs(headers)) {
    if (normalizedName(spelling as string) === name && (config.hide_credentials || value !== ngx.var.ssl_client_escaped_cert)) {
      clearHeader(spelling as string);
    }
  }
}
