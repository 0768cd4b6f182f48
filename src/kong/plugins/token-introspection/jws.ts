import { decodeBase64url } from "./base64";
import { decodeObject } from "./json";

const match = string.match;

/** A JSON Web Signature in compact form (RFC 7515 §3.1), taken apart and not verified. */
export interface Jws {
  readonly header: Cjson.JsonObject;
  /** The member `alg` of the header. */
  readonly algorithm: string;
  readonly payload: Cjson.JsonObject;
  /** What is signed: the first two parts and the dot. */
  readonly signingInput: string;
  /** The signature's bytes. */
  readonly signature: string;
}

/**
 * Takes a compact JWS apart, strictly: three parts of canonical Base64url, of which the first two are JSON objects without repeated names.
 * Extensions that must be understood (`crit`, `b64`; RFC 7515 §4.1.11, RFC 7797) are not understood here, so they are refused.
 *
 * @param maxLength longest text that is read, in bytes.
 * @returns undefined and why not, without any of the text.
 */
function parseJws(this: void, text: string, maxLength: number): LuaMultiReturn<[Jws] | [undefined, string]> {
  if (text.length > maxLength) return $multi(undefined, `it is longer than ${maxLength} bytes`);
  const [signingInput, first, second, third] = match(text, "^(([%w_-]+)%.([%w_-]+))%.([%w_-]+)$");
  if (signingInput === undefined || first === undefined || second === undefined || third === undefined) {
    return $multi(undefined, "it is not three parts of Base64url");
  }
  const headerText = decodeBase64url(first);
  const payloadText = decodeBase64url(second);
  const signature = decodeBase64url(third);
  if (headerText === undefined || payloadText === undefined || signature === undefined) {
    return $multi(undefined, "its Base64url is malformed");
  }
  const header = decodeObject(headerText);
  if (header === undefined) return $multi(undefined, "its header is not a JSON object");
  const payload = decodeObject(payloadText);
  if (payload === undefined) return $multi(undefined, "its payload is not a JSON object");
  if (header["crit"] !== undefined || header["b64"] !== undefined) {
    return $multi(undefined, "its header demands an extension that is not supported");
  }
  const algorithm = header["alg"];
  if (typeof algorithm !== "string") return $multi(undefined, "its header has no alg");
  return $multi({ header, algorithm, payload, signingInput, signature });
}

export { parseJws };
