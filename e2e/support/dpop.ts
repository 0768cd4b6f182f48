/** DPoP proofs (RFC 9449), right and wrong, made with the library jose. */
import { createHash, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { nowSeconds } from "./authorization-server.ts";
import { keepSecret } from "./secrets.ts";

export interface ProofKey {
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  /** The thumbprint that a bound token's `cnf.jkt` holds (RFC 7638). */
  readonly thumbprint: string;
}

export async function newProofKey(algorithm = "ES256"): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return {
    algorithm,
    privateKey,
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    thumbprint: await calculateJwkThumbprint(publicJwk),
  };
}

/** What is wrong on purpose; a claim that is undefined is left out. */
export interface ProofChanges {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Makes a proof for GET of a URL with a token. */
export async function proofFor(key: ProofKey, url: string, token: string, changes: ProofChanges = {}): Promise<string> {
  const claims = {
    jti: randomUUID(),
    htm: "GET",
    htu: url,
    iat: nowSeconds(),
    ath: createHash("sha256").update(token).digest("base64url"),
    ...changes.claims,
  };
  const header = { typ: "dpop+jwt", alg: key.algorithm, jwk: key.publicJwk, ...changes.header };
  return keepSecret(await new SignJWT(claims).setProtectedHeader(header as never).sign(key.privateKey));
}
