/** DPoP proofs (RFC 9449 section 4.2), signed with ES256. */
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";

export interface ProofKey {
  /** RFC 7638 thumbprint, as in cnf.jkt. */
  readonly thumbprint: string;
  /** PEM. */
  readonly publicKey: string;
  prove(url: string, token: string): string;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export function makeProofKey(): ProofKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const jwk = { crv: "P-256", kty: "EC", x, y };
  const header = encode({ typ: "dpop+jwt", alg: "ES256", jwk });
  return {
    thumbprint: createHash("sha256").update(JSON.stringify(jwk)).digest("base64url"),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    prove(url, token) {
      const ath = createHash("sha256").update(token).digest("base64url");
      const signed = `${header}.${encode({ jti: randomUUID(), htm: "GET", htu: url, iat: Math.floor(Date.now() / 1000), ath })}`;
      const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${signed}.${signature.toString("base64url")}`;
    },
  };
}

/** A key, a text and its signature for the plugin that only checks a signature. */
export function makeSignature(): { public_key: string; signature: string; signed: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signed = "a text as long as header and payload of a proof ".repeat(10);
  return {
    public_key: publicKey.export({ type: "spki", format: "pem" }).toString(),
    signature: sign("sha256", Buffer.from(signed), privateKey).toString("base64"),
    signed,
  };
}
