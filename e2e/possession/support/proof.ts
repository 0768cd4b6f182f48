/** DPoP proofs (RFC 9449 §4.2), good ones and ones that are wrong in a single point. Made with Node's own crypto, so that anything can be written. */
import {
  constants,
  createHash,
  generateKeyPairSync,
  randomUUID,
  sign,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { calculateJwkThumbprint, type JWK } from "jose";
import { nowSeconds } from "../../support/authorization-server.ts";

export type Algorithm = "ES256" | "ES384" | "RS256" | "PS256" | "EdDSA";

export interface ProofKey {
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: JsonWebKey;
  /** RFC 7638 §3: `cnf.jkt` of a token that is bound to it. */
  readonly thumbprint: string;
}

export type Json = Readonly<Record<string, unknown>>;

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const GENERATE: Readonly<Record<Algorithm, () => Pair>> = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync("ed25519"),
};

export async function proofKeyOf(pair: Pair, algorithm: Algorithm): Promise<ProofKey> {
  const jwk = pair.publicKey.export({ format: "jwk" });
  return { ...pair, algorithm, jwk, thumbprint: await calculateJwkThumbprint(jwk as JWK) };
}

/** Makes a key pair for an algorithm. */
export function newProofKey(algorithm: Algorithm): Promise<ProofKey> {
  return proofKeyOf(GENERATE[algorithm](), algorithm);
}

export function base64url(value: string | Buffer): string {
  return Buffer.from(value).toString("base64url");
}

/** The signature of a text (RFC 7518 §3, RFC 8037 §3.1). */
export function signatureOf(key: KeyObject, algorithm: Algorithm, text: string): Buffer {
  const data = Buffer.from(text);
  const ecdsa = { key, dsaEncoding: "ieee-p1363" } as const;
  switch (algorithm) {
    case "ES256":
      return sign("sha256", data, ecdsa);
    case "ES384":
      return sign("sha384", data, ecdsa);
    case "RS256":
      return sign("sha256", data, key);
    case "PS256":
      return sign("sha256", data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    case "EdDSA":
      return sign(null, data, key);
  }
}

/** Signs these texts as header and payload, whatever they are. */
export function signed(key: ProofKey, header: string, payload: string): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${signatureOf(key.privateKey, key.algorithm, input).toString("base64url")}`;
}

/** Hash of an access token, the claim `ath`. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

export function headerOf(key: ProofKey): Json {
  return { typ: "dpop+jwt", alg: key.algorithm, jwk: key.jwk };
}

/** Claims for a request. They are dated a second ahead, so that no change of configuration just before makes them older than it. */
export function claimsOf(request: { readonly method?: string; readonly url: string; readonly token: string }): Json {
  const { method = "GET", url, token } = request;
  return { jti: randomUUID(), htm: method, htu: url, iat: nowSeconds() + 1, ath: tokenHash(token) };
}

/** Without the members that a change sets to undefined. */
export function changed(original: Json, changes: Json): Json {
  return Object.fromEntries(Object.entries({ ...original, ...changes }).filter(([, value]) => value !== undefined));
}

/** A proof with these changes to header and claims. */
export function proofOf(key: ProofKey, claims: Json, header: Json = {}): string {
  return signed(key, JSON.stringify(changed(headerOf(key), header)), JSON.stringify(claims));
}
