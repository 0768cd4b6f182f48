/** The checks of a DPoP proof (RFC 9449 §4.3), on values: nothing here asks nginx or remembers anything. */
import { encodeBase64url } from "./base64";
import { equalInConstantTime } from "./compare";
import type { PublicJwk } from "./jwk";
import { loadPublicJwk, readPublicJwk } from "./jwk";
import type { Jws } from "./jws";
import { parseJws } from "./jws";
import type { Refusal } from "./refusal";
import { sha256 } from "./sha256";
import { keyKindOf, verifySignature } from "./signature";
import type { Target } from "./uri";
import { normaliseTarget, normaliseUri } from "./uri";

const max = math.max;

/** Longest proof that is read, in bytes: one with an RSA key of 4096 bits has 2 KB. */
const MAX_PROOF_LENGTH = 8192;

/** Longest `jti`, in bytes. */
const MAX_JTI_LENGTH = 256;

/** Seconds that a proof may be dated ahead of our clock at least, whatever `leeway` says: clients round up, and clocks differ (§11.1). */
const MIN_AHEAD = 5;

/** What a proof must fit. */
export interface DpopExpectation {
  /** Method of the request. */
  readonly method: string;
  /** The request's target as the client saw it. */
  readonly target: Target;
  /** The access token as it came. */
  readonly accessToken: string;
  /** `cnf.jkt` of the token: the thumbprint of the key that it is bound to. */
  readonly thumbprint: string;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Seconds that a proof may be old, leeway aside. */
  readonly maxAge: number;
  /** Seconds of clock difference that are allowed. */
  readonly leeway: number;
  /** The nonces that are good now; undefined: none is demanded. */
  readonly nonces: readonly string[] | undefined;
}

/** What is left to check of a proof that is good by itself: that it was not used before. */
export interface DpopProof {
  readonly jti: string;
  /** `iat`, seconds since the epoch. */
  readonly issuedAt: number;
  /** The nonce that it holds, where one was demanded. */
  readonly nonce: string | undefined;
}

type Result = LuaMultiReturn<[DpopProof] | [undefined, Refusal]>;

/** Seconds that a proof may be dated ahead. */
function allowedAhead(this: void, leeway: number): number {
  return max(leeway, MIN_AHEAD);
}

function bad(this: void, cause: string): LuaMultiReturn<[undefined, Refusal]> {
  return $multi(undefined, { code: "invalid_dpop_proof", cause: `dpop: ${cause}`, dpop: true } as Refusal);
}

/** What is in the payload, each member of its type. */
interface Claims {
  readonly jti: string;
  readonly method: string;
  readonly uri: string;
  readonly issuedAt: number;
  readonly tokenHash: string;
}

function claimsOf(this: void, payload: Cjson.JsonObject): Claims | undefined {
  const { jti, htm, htu, iat, ath } = payload;
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI_LENGTH) return undefined;
  if (typeof htm !== "string" || typeof htu !== "string" || typeof iat !== "number" || typeof ath !== "string")
    return undefined;
  return { jti, method: htm, uri: htu, issuedAt: iat, tokenHash: ath };
}

/** What the claims do not fit, as the end of "the proof is ..."; undefined when they fit. */
function misfit(this: void, claims: Claims, expected: DpopExpectation): string | undefined {
  if (claims.method !== expected.method) return "for another method";
  const target = normaliseTarget(expected.target);
  if (target === undefined || normaliseUri(claims.uri) !== target) return "for another URI";
  if (claims.issuedAt > expected.now + allowedAhead(expected.leeway)) return "dated ahead";
  if (claims.issuedAt < expected.now - expected.maxAge - expected.leeway) return "too old";
  const [hash] = sha256(expected.accessToken);
  if (hash === undefined || !equalInConstantTime(claims.tokenHash, encodeBase64url(hash)))
    return "for another access token";
  return undefined;
}

/** The key that a proof names, which is also the one of the token: until that is known, no signature is worth the work. */
function boundKeyOf(this: void, jws: Jws, thumbprint: string): LuaMultiReturn<[PublicJwk] | [undefined, Refusal]> {
  const kind = keyKindOf(jws.algorithm);
  if (kind === undefined) return bad("the proof's algorithm is not accepted");
  const [key, cause] = readPublicJwk(jws.header["jwk"]);
  if (key === undefined) return bad(`${cause ?? ""} (jwk of the proof)`);
  if (key.kind !== kind) return bad("the proof's algorithm is not one for its key");
  if (!equalInConstantTime(key.thumbprint, thumbprint)) {
    // RFC 9449 §7.1: the proof may be good; it is the token that does not belong to its key.
    return $multi(undefined, {
      code: "invalid_token",
      cause: "dpop: the token is bound to another key",
      dpop: true,
    } as Refusal);
  }
  return $multi(key);
}

function isListed(this: void, nonces: readonly string[], nonce: string): boolean {
  for (const good of nonces) {
    if (equalInConstantTime(good, nonce)) return true;
  }
  return false;
}

/**
 * Checks a proof but for its being used once.
 *
 * @param header the request's DPoP header as `ngx.req.get_headers` gives it: several are a table.
 * @returns the proof; or why it is refused: `invalid_dpop_proof`, `invalid_token` for another key than the token's, and `use_dpop_nonce`
 *   for a proof that is good but for its nonce.
 */
function checkDpopProof(this: void, header: string | string[] | undefined, expected: DpopExpectation): Result {
  if (header === undefined) return bad("there is no proof");
  if (typeof header !== "string") return bad("there is more than one proof");
  const [jws, malformed] = parseJws(header, MAX_PROOF_LENGTH);
  if (jws === undefined) return bad(`the proof is refused: ${malformed ?? ""}`);
  if (jws.header["typ"] !== "dpop+jwt") return bad("the proof's typ is not dpop+jwt");
  const [publicKey, unbound] = boundKeyOf(jws, expected.thumbprint);
  if (publicKey === undefined) return $multi(undefined, unbound as Refusal);
  const claims = claimsOf(jws.payload);
  if (claims === undefined) return bad("a claim of the proof is missing or malformed");
  const wrong = misfit(claims, expected);
  if (wrong !== undefined) return bad(`the proof is ${wrong}`);
  const [key, unusable] = loadPublicJwk(publicKey);
  if (key === undefined) return bad(unusable ?? "the key is not usable");
  if (!verifySignature(key, jws.algorithm, jws.signingInput, jws.signature))
    return bad("the proof's signature is wrong");
  const nonces = expected.nonces;
  if (nonces === undefined) return $multi({ jti: claims.jti, issuedAt: claims.issuedAt, nonce: undefined });
  const nonce = jws.payload["nonce"];
  if (typeof nonce !== "string" || !isListed(nonces, nonce)) {
    return $multi(undefined, {
      code: "use_dpop_nonce",
      cause: "dpop: the proof has no nonce that is good now",
      dpop: true,
    } as Refusal);
  }
  return $multi({ jti: claims.jti, issuedAt: claims.issuedAt, nonce });
}

export { allowedAhead, checkDpopProof };
