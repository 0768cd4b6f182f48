import { type DpopExpectation, checkDpopProof } from "./dpop";
import type { Nonces } from "./dpop-nonce";
import { currentNonces } from "./dpop-nonce";
import { type ReplaySettings, useProof } from "./dpop-replay";
import { requestTarget } from "./dpop-request";
import type { Refusal } from "./refusal";
import { refusal } from "./refusal";

/** The settings that DPoP needs. */
export interface DpopSettings extends ReplaySettings {
  /** Whether proofs must hold a nonce of ours. */
  readonly dpop_nonce: boolean;
}

/** A refusal for the proof tells the nonce to use (§8), where nonces are demanded. */
function withNonce(this: void, refused: Refusal, nonces: Nonces | undefined): Refusal {
  if (nonces === undefined || refused.dpop !== true) return refused;
  return { code: refused.code, cause: refused.cause, dpop: true, nonce: nonces[0] };
}

/** What the proof of this request must fit; undefined and why not, where the request itself is no target of any proof. */
function expectationOf(
  this: void,
  headers: OpenResty.Headers,
  tokenHash: string,
  thumbprint: string,
  settings: DpopSettings,
  now: number,
  nonces: Nonces | undefined,
): LuaMultiReturn<[DpopExpectation] | [undefined, string]> {
  const [target, cause] = requestTarget(headers);
  if (target === undefined) return $multi(undefined, cause ?? "");
  const { dpop_max_age: maxAge, leeway } = settings;
  return $multi({ method: ngx.req.get_method(), target, tokenHash, thumbprint, now, maxAge, leeway, nonces });
}

/**
 * Whether the caller holds the key that its token is bound to (RFC 9449 §4.3, §7.1), by a proof made for this request and never used
 * before.
 *
 * @param headers all of the request, as `ngx.req.get_headers(0)` gives them.
 * @param tokenHash SHA-256 of the access token as it came, base64url.
 * @param thumbprint `cnf.jkt` of the token.
 * @param renew is told the nonce that the answer should tell the client in `DPoP-Nonce` because the one it used is about to go (§8.2).
 * @returns why not, or undefined. A refusal holds the nonce to use, where nonces are demanded.
 */
function proveDpop(
  this: void,
  headers: OpenResty.Headers,
  tokenHash: string,
  thumbprint: string,
  settings: DpopSettings,
  renew: (this: void, nonce: string) => void,
): Refusal | undefined {
  const now = ngx.now();
  const nonces = settings.dpop_nonce ? currentNonces(settings.dpop_dictionary, now) : undefined;
  if (settings.dpop_nonce && nonces === undefined)
    return refusal("unexpected", "dpop_dictionary: it is missing or full, so there is no nonce");
  const [expected, cause] = expectationOf(headers, tokenHash, thumbprint, settings, now, nonces);
  if (expected === undefined)
    return withNonce({ code: "invalid_dpop_proof", cause: `dpop: ${cause}`, dpop: true }, nonces);
  const [proof, refused] = checkDpopProof(headers["dpop"], expected);
  if (proof === undefined) return withNonce(refused, nonces);
  // In its own place (a tail call), for the stack: see the handler.
  if (nonces === undefined) return useProof(settings, thumbprint, proof, now);
  const usedUp = useProof(settings, thumbprint, proof, now);
  if (usedUp !== undefined) return withNonce(usedUp, nonces);
  if (proof.nonce !== nonces[0]) renew(nonces[0]);
  return undefined;
}

export { proveDpop };
