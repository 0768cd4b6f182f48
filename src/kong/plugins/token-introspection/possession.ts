import { clientThumbprint } from "./certificate";
import { equalInConstantTime } from "./compare";
import { type Confirmation, refuseScheme } from "./confirmation";
import { proveDpop } from "./prove-dpop";
import { type Refusal, refusal } from "./refusal";
import { giveNonce } from "./response";
import type { Config } from "./settings";

/**
 * Whether the caller holds the certificate that the token is bound to (RFC 8705 section 3). Runs on every request, for the certificate is the request's.
 * @param bound thumbprint of that certificate; undefined: the token is not bound to one.
 */
export function refuseCertificate(
  this: void,
  config: Config,
  headers: OpenResty.Headers,
  bound: string | undefined,
): Refusal | undefined {
  if (bound === undefined || config.certificate_binding === "off") return undefined;
  const [thumbprint, cause] = clientThumbprint(headers, config);
  if (thumbprint === undefined)
    return refusal("invalid_token", cause ?? "certificate: the token is bound to one, and the caller has none");
  if (equalInConstantTime(thumbprint, bound)) return undefined;
  return refusal("invalid_token", "certificate: the token is bound to another one than the caller's");
}

/**
 * Whether the caller proves to hold the key that the token is bound to, and sent the token as such a one (RFC 9449 section 7.1). Runs on every request, for the
 * proof is the request's.
 * @param byDpop the token came under the scheme DPoP.
 * @param name of the token (`tokenName`).
 */
export function refuseKey(
  this: void,
  config: Config,
  headers: OpenResty.Headers,
  byDpop: boolean,
  name: string,
  bound: Confirmation,
): Refusal | undefined {
  const refused = refuseScheme(bound, byDpop);
  if (refused !== undefined || bound.jkt === undefined) return refused;
  return proveDpop(headers, name, bound.jkt, config, giveNonce);
}
