import { decodeBase64url } from "./base64";
import { decodeObject } from "./json";
import { parseObject } from "./json-object";

const find = string.find;
const sub = string.sub;

/** A JSON Web Signature in compact form (RFC 7515 §3.1), taken apart and not verified. */
export interface Jws {
  readonly header: Cjson.JsonObject;
  /** The member `alg` of the header. */
  readonly algorithm: string;
  readonly payload: Cjson.JsonObject;
  /** The JSON text of the payload. */
  readonly payloadText: string;
  /** What is signed. */
  readonly signed: Signed;
  /** The signature's bytes. */
  readonly signature: string;
}

/** What is signed: these two as they stand in the text, and a dot between them (RFC 7515 §5.1). */
export interface Signed {
  readonly header: string;
  readonly payload: string;
}

/** The parts of a compact JWS as they stand in its text, not decoded. */
export interface JwsParts extends Signed {
  readonly signature: string;
}

/** A header that was read. */
export interface JwsHeader {
  readonly members: Cjson.JsonObject;
  readonly algorithm: string;
}

const MALFORMED = "its Base64url is malformed";

/**
 * Takes a compact JWS apart at its dots.
 *
 * @param maxLength longest text that is read, in bytes.
 * @returns undefined and why not, without any of the text.
 */
function splitJws(this: void, text: string, maxLength: number): LuaMultiReturn<[JwsParts] | [undefined, string]> {
  if (text.length > maxLength) return $multi(undefined, `it is longer than ${maxLength} bytes`);
  const [first] = find(text, ".", 1, true);
  if (first === undefined) return $multi(undefined, "it is not three parts of Base64url");
  const [second] = find(text, ".", first + 1, true);
  if (second === undefined) return $multi(undefined, "it is not three parts of Base64url");
  const header = sub(text, 1, first - 1);
  const payload = sub(text, first + 1, second - 1);
  const signature = sub(text, second + 1);
  if (header === "" || payload === "" || signature === "")
    return $multi(undefined, "it is not three parts of Base64url");
  return $multi({ header, payload, signature });
}

/**
 * Reads a header: a JSON object without repeated names. Extensions that must be understood (`crit`, `b64`; RFC 7515 §4.1.11, RFC 7797) are not
 * understood here, so they are refused.
 *
 * @param encoded canonical Base64url.
 */
function readJwsHeader(this: void, encoded: string): LuaMultiReturn<[JwsHeader] | [undefined, string]> {
  const text = decodeBase64url(encoded);
  if (text === undefined) return $multi(undefined, MALFORMED);
  const members = decodeObject(text);
  if (members === undefined) return $multi(undefined, "its header is not a JSON object");
  if (members["crit"] !== undefined || members["b64"] !== undefined)
    return $multi(undefined, "its header demands an extension that is not supported");
  const algorithm = members["alg"];
  if (typeof algorithm !== "string") return $multi(undefined, "its header has no alg");
  return $multi({ members, algorithm });
}

/**
 * Reads payload and signature: canonical Base64url, the payload a JSON object without repeated names.
 *
 * @returns the payload and the signature's bytes; or undefined and why not.
 */
function readJwsContent(this: void, parts: JwsParts): LuaMultiReturn<[Cjson.JsonObject, string] | [undefined, string]> {
  const text = decodeBase64url(parts.payload);
  const signature = decodeBase64url(parts.signature);
  if (text === undefined || signature === undefined) return $multi(undefined, MALFORMED);
  const payload = decodeObject(text);
  if (payload === undefined) return $multi(undefined, "its payload is not a JSON object");
  return $multi(payload, signature);
}

/**
 * Takes a compact JWS apart and reads all of it, strictly. Its payload may be nested as deeply as that of an answer which is not signed.
 *
 * @param maxLength longest text that is read, in bytes.
 * @returns undefined and why not, without any of the text.
 */
function parseJws(this: void, text: string, maxLength: number): LuaMultiReturn<[Jws] | [undefined, string]> {
  const [parts, unsplit] = splitJws(text, maxLength);
  if (parts === undefined) return $multi(undefined, unsplit as string);
  const [header, badHeader] = readJwsHeader(parts.header);
  if (header === undefined) return $multi(undefined, badHeader as string);
  const payloadText = decodeBase64url(parts.payload);
  const signature = decodeBase64url(parts.signature);
  if (payloadText === undefined || signature === undefined) return $multi(undefined, MALFORMED);
  const [payload, badPayload] = parseObject(payloadText);
  if (payload === undefined) return $multi(undefined, "its payload is refused: " + (badPayload as string));
  return $multi({
    header: header.members,
    algorithm: header.algorithm,
    payload,
    payloadText,
    signed: parts,
    signature,
  });
}

export { parseJws, readJwsContent, readJwsHeader, splitJws };
