import { bytes } from "resty.openssl.rand";
import { encodeBase64url } from "./base64";
import type { Question } from "./question";
import { loadPrivateKey, signCompact } from "./sign";
import type { PrivateKey, SigningAlgorithm } from "./sign";

/** RFC 7523 section 2.2. */
export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Seconds that an assertion is good for: enough for one call, and for clocks that differ a little. */
const LIFETIME = 60;

/** The key of the configured method, and its algorithm. */
type Signer = LuaMultiReturn<[PrivateKey | string, SigningAlgorithm] | [undefined, string]>;

function signerOf(this: void, question: Question): Signer {
  if (question.client_auth === "client_secret_jwt") {
    if (question.client_secret === undefined) return $multi(undefined, "client_secret is not set");
    const algorithm: SigningAlgorithm = "HS256";
    return $multi(question.client_secret, algorithm);
  }
  if (question.client_jwk === undefined) return $multi(undefined, "client_jwk is not set");
  const [key, wrong] = loadPrivateKey(question.client_jwk);
  if (key === undefined) return $multi(undefined, "client_jwk: " + (wrong ?? ""));
  return $multi(key, question.client_jwt_alg ?? key.algorithm);
}

/**
 * An assertion of who we are (RFC 7523 section 3), for one use: servers remember its `jti`.
 * @param audience the issuer, or the endpoint where no issuer is configured.
 * @returns undefined and what is wrong, without any part of a key.
 */
export function makeAssertion(
  this: void,
  question: Question,
  audience: string,
): LuaMultiReturn<[string] | [undefined, string]> {
  const id = question.client_id;
  if (id === undefined) return $multi(undefined, "client_id is not set");
  const [key, algorithm] = signerOf(question);
  if (key === undefined) return $multi(undefined, algorithm);
  const [random, noRandom] = bytes(16);
  if (random === undefined) return $multi(undefined, noRandom ?? "no random bytes");
  const time = ngx.time();
  const claims = { iss: id, sub: id, aud: audience, jti: encodeBase64url(random), iat: time, exp: time + LIFETIME };
  const [assertion, wrong] = signCompact({ typ: "JWT" }, claims, key, algorithm);
  if (assertion === undefined)
    return $multi(undefined, `the assertion for ${question.client_auth} cannot be signed: ${wrong ?? ""}`);
  return $multi(assertion);
}
