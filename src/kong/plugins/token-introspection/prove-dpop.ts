import { allowedAhead, checkDpopProof } from "./dpop";
import type { Nonces } from "./dpop-nonce";
import { currentNonces } from "./dpop-nonce";
import { useProof } from "./dpop-replay";
import { requestTarget } from "./dpop-request";
import type { Refusal } from "./refusal";
import { refusal } from "./refusal";

/** The settings that DPoP needs. */
export interface DpopSettings {
  /** Seconds that a proof may be old. */
  readonly dpop_max_age: number;
  /** Whether proofs must hold a nonce of ours. */
  readonly dpop_nonce: boolean;
  /** Name of the shared dictionary that remembers used proofs. */
  readonly dpop_dictionary: string;
  /** Seconds of clock difference that are allowed. */
  readonly leeway: number;
}

/** A refusal for the proof tells the nonce to use (§8), where nonces are demanded. */
function withNonce(
  this: void,
  refused: Refusal,
  nonces: Nonces | undefined,
): LuaMultiReturn<[Refusal | undefined, (string | undefined)?]> {
  if (nonces === undefined || refused.dpop !== true) return $multi(refused);
  return $multi({ code: refused.code, cause: refused.cause, dpop: true, nonce: nonces[0] } as Refusal);
}

/**
 * Whether the caller holds the key that its token is bound to (RFC 9449 §4.3, §7.1), by a proof made for this request and never used
 * before.
 *
 * @param headers all of the request, as `ngx.req.get_headers(0)` gives them.
 * @param tokenHash SHA-256 of the access token as it came, base64url.
 * @param thumbprint `cnf.jkt` of the token.
 * @returns why not, or undefined; and the nonce that the answer should tell the client in `DPoP-Nonce` because the one it used is about to
 *   go (§8.2), or undefined. A refusal holds the nonce itself, where nonces are demanded.
 */
function proveDpop(
  this: void,
  headers: OpenResty.Headers,
  tokenHash: string,
  thumbprint: string,
  settings: DpopSettings,
): LuaMultiReturn<[Refusal | undefined, (string | undefined)?]> {
  const now = ngx.now();
  const { dpop_dictionary: dictionary, leeway, dpop_max_age: maxAge } = settings;
  const nonces = settings.dpop_nonce ? currentNonces(dictionary, now) : undefined;
  if (settings.dpop_nonce && nonces === undefined)
    return $multi(refusal("unexpected", "dpop_dictionary: it is missing or full, so there is no nonce"));
  const [target, cause] = requestTarget(headers);
  if (target === undefined)
    return withNonce({ code: "invalid_dpop_proof", cause: `dpop: ${cause ?? ""}`, dpop: true }, nonces);
  const method = ngx.req.get_method();
  const expected = { method, target, tokenHash, thumbprint, now, maxAge, leeway, nonces };
  const [proof, refused] = checkDpopProof(headers["dpop"], expected);
  if (proof === undefined) return withNonce(refused, nonces);
  const window = { now, lifetime: maxAge + leeway, ahead: allowedAhead(leeway) };
  const usedUp = useProof(dictionary, thumbprint, proof, window);
  if (usedUp !== undefined) return withNonce(usedUp, nonces);
  const current = nonces?.[0];
  return $multi(undefined, proof.nonce === current ? undefined : current);
}

export { proveDpop };
