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

function prove(
  this: void,
  headers: OpenResty.Headers,
  tokenHash: string,
  thumbprint: string,
  settings: DpopSettings,
  now: number,
  nonces: Nonces | undefined,
): LuaMultiReturn<[Refusal | undefined, string | undefined]> {
  const { leeway } = settings;
  const [target, cause] = requestTarget(headers);
  if (target === undefined)
    return $multi({ code: "invalid_dpop_proof", cause: `dpop: ${cause ?? ""}`, dpop: true } as Refusal, undefined);
  const [proof, refused] = checkDpopProof(headers["dpop"], {
    method: ngx.req.get_method(),
    target,
    tokenHash,
    thumbprint,
    now,
    maxAge: settings.dpop_max_age,
    leeway,
    nonces,
  });
  if (proof === undefined) return $multi(refused, undefined);
  const window = { now, lifetime: settings.dpop_max_age + leeway, ahead: allowedAhead(leeway) };
  return $multi(useProof(settings.dpop_dictionary, thumbprint, proof, window), proof.nonce);
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
  let nonces: Nonces | undefined;
  if (settings.dpop_nonce) {
    nonces = currentNonces(settings.dpop_dictionary, now);
    if (nonces === undefined)
      return $multi(refusal("unexpected", "dpop_dictionary: it is missing or full, so there is no nonce"), undefined);
  }
  const [refused, used] = prove(headers, tokenHash, thumbprint, settings, now, nonces);
  const current = nonces?.[0];
  if (refused === undefined) return $multi(undefined, used === current ? undefined : current);
  if (current === undefined || refused.dpop !== true) return $multi(refused, undefined);
  return $multi({ code: refused.code, cause: refused.cause, dpop: true, nonce: current } as Refusal, undefined);
}

export { proveDpop };
