import { clientThumbprint } from "./certificate";
import { equalInConstantTime } from "./compare";
import { type Confirmation, refuseScheme } from "./confirmation";
import { proveDpop } from "./prove-dpop";
import { type Refusal, refusal } from "./refusal";
import { giveNonce } from "./response";
import type { Config } from "./settings";

/**
 * Whether the caller holds the certificate that the token is bound to (RFC 8705 section 3).
 * @param thumbprint of the caller's certificate; undefined: it has none that is good.
 * @param cause why the one that is there is not good.
 */
function refuseCertificate(
  this: void,
  thumbprint: string | undefined,
  cause: string | undefined,
  bound: string,
): Refusal | undefined {
  if (thumbprint === undefined)
    return refusal("invalid_token", cause ?? "certificate: the token is bound to one, and the caller has none");
  if (equalInConstantTime(thumbprint, bound)) return undefined;
  return refusal("invalid_token", "certificate: the token is bound to another one than the caller's");
}

/**
 * Whether the caller proves to hold what the token is bound to. Runs on every request, for the proof is the request's.
 * @param byDpop the token came under the scheme DPoP.
 * @param name of the token (`tokenName`).
 */
export function refusePossession(
  this: void,
  config: Config,
  headers: OpenResty.Headers,
  byDpop: boolean,
  name: string,
  bound: Confirmation,
): Refusal | undefined {
  if (bound.thumbprint !== undefined && config.certificate_binding !== "off") {
    const [thumbprint, cause] = clientThumbprint(headers, config);
    const refused = refuseCertificate(thumbprint, cause, bound.thumbprint);
    if (refused !== undefined) return refused;
  }
  const refused = refuseScheme(bound, byDpop);
  if (refused !== undefined || bound.jkt === undefined) return refused;
  return proveDpop(headers, name, bound.jkt, config, giveNonce);
}
