/** Kong's own plugin jwt with RS256: what a reader could have instead. */
import { generateKeyPairSync, sign } from "node:crypto";
import { bearer, makeCase } from "./builder.ts";
import type { Case } from "./case.ts";

/** The case, and the consumer that the plugin looks up. */
export function jwtCase(): { case: Case; consumer: unknown } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: "bench",
    exp: Math.floor(Date.now() / 1000) + 24 * 3600,
    sub: "4be3c0de-66c2-4d3c-9b4e-0d5f5d6c1f10",
    filler: "Zq7xK3vB9mT1".repeat(28),
  };
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  const token = `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
  const rsa_public_key = publicKey.export({ type: "spki", format: "pem" }).toString();
  return {
    consumer: {
      username: "bench",
      jwt_secrets: [{ key: "bench", algorithm: "RS256", rsa_public_key, secret: "unused" }],
    },
    case: makeCase(
      {
        name: "jwt",
        title: "Kong's own jwt plugin (RS256)",
        floor: undefined,
        plugins: [{ name: "jwt", config: { claims_to_verify: ["exp"] } }],
      },
      bearer(token),
    ),
  };
}
