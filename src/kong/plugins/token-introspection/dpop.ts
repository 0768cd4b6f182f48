/** The checks of a DPoP proof (RFC 9449 §4.3), on values: nothing here asks nginx or remembers anything. */
import { equalInConstantTime } from "./compare";
import type { Key } from "./jwk";
import { loadPublicJwk, readPublicJwk } from "./jwk";
import { type JwsParts, readJwsContent, readJwsHeader, splitJws } from "./jws";
import { createMemo, recall, remember } from "./memo";
import type { Refusal } from "./refusal";
import { keyKindOf, verifySignature } from "./signature";
import { normaliseUri } from "./uri";

const floor = math.floor;
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
  /** The request's target as the client saw it, normalised (`requestTarget`). */
  readonly target: string;
  /** SHA-256 of the access token as it came, base64url: what `ath` must be. */
  readonly tokenHash: string;
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

/** The payload of a proof (§4.2). */
export interface DpopProof {
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly ath: string;
  readonly nonce?: Cjson.Value;
  readonly exp?: Cjson.Value;
  readonly nbf?: Cjson.Value;
}

type Result = LuaMultiReturn<[DpopProof] | [undefined, Refusal]>;

/** Seconds that a proof may be dated ahead. */
function allowedAhead(this: void, leeway: number): number {
  return max(leeway, MIN_AHEAD);
}

function bad(this: void, cause: string): LuaMultiReturn<[undefined, Refusal]> {
  return $multi(undefined, { code: "invalid_dpop_proof", cause: `dpop: ${cause}`, dpop: true } as Refusal);
}

/** Whether a proof's own times, which it need not have, let it be used now: it is a JWT (RFC 7519 §4.1.4 and §4.1.5). */
function isInForce(this: void, proof: DpopProof, expected: DpopExpectation): boolean {
  const { exp, nbf } = proof;
  if (exp !== undefined && !(typeof exp === "number" && exp + expected.leeway > expected.now)) return false;
  return nbf === undefined || (typeof nbf === "number" && nbf <= expected.now + allowedAhead(expected.leeway));
}

/** The payload, where each of its members is there and of its type. */
function proofOf(this: void, payload: Cjson.JsonObject): DpopProof | undefined {
  const { jti, htm, htu, iat, ath } = payload;
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI_LENGTH) return undefined;
  if (typeof htm !== "string" || typeof htu !== "string" || typeof iat !== "number" || typeof ath !== "string")
    return undefined;
  return payload as object as DpopProof;
}

/** What a proof does not fit, as the end of "the proof is ..."; undefined when it fits. */
function misfit(this: void, proof: DpopProof, expected: DpopExpectation): string | undefined {
  if (proof.htm !== expected.method) return "for another method";
  const uri = normaliseUri(proof.htu);
  if (uri === undefined || uri !== expected.target) return "for another URI";
  if (proof.iat > expected.now + allowedAhead(expected.leeway)) return "dated ahead";
  // `iat` counts whole seconds: a proof of this second is not older than one.
  if (proof.iat < floor(expected.now) - expected.maxAge - expected.leeway) return "too old";
  if (!isInForce(proof, expected)) return "expired, or not yet in force";
  if (!equalInConstantTime(proof.ath, expected.tokenHash)) return "for another access token";
  return undefined;
}

/** The header of a proof, read. */
interface ProofHeader {
  readonly algorithm: string;
  /** Of its key. */
  readonly thumbprint: string;
  readonly key: Key;
}

/**
 * Headers by their text: all proofs of a client have the same, as long as it keeps its key. Only those of proofs that were good are remembered, so
 * that strangers cannot push them out.
 */
const proofHeaders = createMemo<ProofHeader>(1024, 1048576);

function boundToAnother(this: void): LuaMultiReturn<[undefined, Refusal]> {
  // RFC 9449 §7.1: the proof may be good; it is the token that does not belong to its key.
  return $multi(undefined, {
    code: "invalid_token",
    cause: "dpop: the token is bound to another key",
    dpop: true,
  } as Refusal);
}

/**
 * Reads a proof's header. Its key must be the one of the token: until that is known, no key is worth to be loaded and no signature to be checked.
 *
 * @param encoded as it stands in the proof.
 * @param thumbprint of the token's key.
 */
function readProofHeader(
  this: void,
  encoded: string,
  thumbprint: string,
): LuaMultiReturn<[ProofHeader] | [undefined, Refusal]> {
  const known = recall(proofHeaders, encoded);
  if (known !== undefined) {
    if (!equalInConstantTime(known.thumbprint, thumbprint)) return boundToAnother();
    return $multi(known);
  }
  const [header, malformed] = readJwsHeader(encoded);
  if (header === undefined) return bad(`the proof is refused: ${malformed ?? ""}`);
  const { algorithm, members } = header;
  if (members["typ"] !== "dpop+jwt") return bad("the proof's typ is not dpop+jwt");
  const kind = keyKindOf(algorithm);
  if (kind === undefined) return bad("the proof's algorithm is not accepted");
  const [jwk, cause] = readPublicJwk(members["jwk"]);
  if (jwk === undefined) return bad(`${cause ?? ""} (jwk of the proof)`);
  if (jwk.kind !== kind) return bad("the proof's algorithm is not one for its key");
  if (!equalInConstantTime(jwk.thumbprint, thumbprint)) return boundToAnother();
  const [key, unusable] = loadPublicJwk(jwk);
  if (key === undefined) return bad(unusable ?? "the key is not usable");
  return $multi({ algorithm, thumbprint, key });
}

function isListed(this: void, nonces: readonly string[], nonce: string): boolean {
  for (const good of nonces) {
    if (equalInConstantTime(good, nonce)) return true;
  }
  return false;
}

/** The last checks of a proof, whose claims are good: its signature, and the nonce where one is demanded. Called in the place of its caller, for the stack. */
function checkSignature(
  this: void,
  parts: JwsParts,
  signature: string,
  proofHeader: ProofHeader,
  proof: DpopProof,
  nonces: readonly string[] | undefined,
): Result {
  if (!verifySignature(proofHeader.key, proofHeader.algorithm, parts, signature))
    return bad("the proof's signature is wrong");
  if (recall(proofHeaders, parts.header) === undefined) remember(proofHeaders, parts.header, proofHeader);
  const { nonce } = proof;
  if (nonces !== undefined && (typeof nonce !== "string" || !isListed(nonces, nonce))) {
    return $multi(undefined, {
      code: "use_dpop_nonce",
      cause: "dpop: the proof has no nonce that is good now",
      dpop: true,
    } as Refusal);
  }
  return $multi(proof);
}

/**
 * Checks a proof but for its being used once.
 *
 * @param header the request's DPoP header as `ngx.req.get_headers` gives it: several are a table.
 * @returns the proof's payload; or why it is refused: `invalid_dpop_proof`, `invalid_token` for another key than the token's, and `use_dpop_nonce`
 *   for a proof that is good but for its nonce.
 */
function checkDpopProof(this: void, header: string | string[] | undefined, expected: DpopExpectation): Result {
  if (header === undefined) return bad("there is no proof");
  if (typeof header !== "string") return bad("there is more than one proof");
  const [parts, unsplit] = splitJws(header, MAX_PROOF_LENGTH);
  if (parts === undefined) return bad(`the proof is refused: ${unsplit ?? ""}`);
  const [payload, signature] = readJwsContent(parts);
  if (payload === undefined) return bad(`the proof is refused: ${signature}`);
  const [proofHeader, unbound] = readProofHeader(parts.header, expected.thumbprint);
  if (proofHeader === undefined) return $multi(undefined, unbound as Refusal);
  const proof = proofOf(payload);
  if (proof === undefined) return bad("a claim of the proof is missing or malformed");
  const wrong = misfit(proof, expected);
  if (wrong !== undefined) return bad(`the proof is ${wrong}`);
  return checkSignature(parts, signature, proofHeader, proof, expected.nonces);
}

export { allowedAhead, checkDpopProof };
