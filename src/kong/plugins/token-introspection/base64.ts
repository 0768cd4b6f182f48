/**
 * Strict Base64 (RFC 4648 §3): one value has one spelling. Whatever a decoder would skip, complete or round off is refused, because two
 * spellings of one certificate or proof are two keys of a cache and two jti's of a replay check.
 */
import * as base64url from "ngx.base64";

const byte = string.byte;
const find = string.find;
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

function bytesIn(this: void, characters: string): LuaSet<number> {
  const set = new LuaSet<number>();
  for (const position of $range(1, characters.length)) set.add(byte(characters, position));
  return set;
}

/** Characters that have no bits below their first two, and below their first four. */
const LAST_OF_TWO = bytesIn("AQgw");
const LAST_OF_THREE = bytesIn("AEIMQUYcgkosw048");

/** Whether no bits are left over in the last character. */
function endsWhole(this: void, text: string): boolean {
  const left = text.length % 4;
  if (left === 0) return true;
  return (left === 2 ? LAST_OF_TWO : LAST_OF_THREE).has(byte(text, text.length));
}

/**
 * Base64url without padding (RFC 7515 §2).
 *
 * @returns the bytes; undefined for a foreign character, padding, or bits left over that are not zero.
 */
function decodeBase64url(this: void, text: string): string | undefined {
  const [decoded] = decodeUrl(text);
  // The decoder refuses foreign characters, but takes a `=` for the end.
  if (decoded === undefined || !endsWhole(text) || find(text, "=", 1, true)[0] !== undefined) return undefined;
  return decoded;
}

export { decodeBase64, decodeBase64url, encodeUrl as encodeBase64url };
