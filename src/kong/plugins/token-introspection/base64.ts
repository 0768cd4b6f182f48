/**
 * Strict Base64 (RFC 4648 §3): one value has one spelling. Whatever a decoder would skip, complete or round off is refused, because two
 * spellings of one certificate or proof are two keys of a cache and two jti's of a replay check.
 */
import * as base64url from "ngx.base64";

const ngxDecode = ngx.decode_base64;
const ngxEncode = ngx.encode_base64;
const decodeUrl = base64url.decode_base64url;
const encodeUrl = base64url.encode_base64url;

/**
 * Base64 with padding (RFC 4648 §4).
 *
 * @returns the bytes; undefined for a foreign character (white space too), missing padding, or bits left over that are not zero.
 */
function decodeBase64(this: void, text: string): string | undefined {
  const decoded = ngxDecode(text);
  if (decoded === undefined || ngxEncode(decoded) !== text) return undefined;
  return decoded;
}

/**
 * Base64url without padding (RFC 7515 §2).
 *
 * @returns the bytes; undefined for a foreign character, padding, or bits left over that are not zero.
 */
function decodeBase64url(this: void, text: string): string | undefined {
  const [decoded] = decodeUrl(text);
  if (decoded === undefined || encodeUrl(decoded) !== text) return undefined;
  return decoded;
}

export { decodeBase64, decodeBase64url, encodeUrl as encodeBase64url };
