import type { HeaderValue } from "./token";
import { eachMatch, trim } from "./text";

const byte = string.byte;
const concat = table.concat;
const find = string.find;
const sub = string.sub;

const QUOTE = 0x22;

function nameOf(this: void, pair: string): string | undefined {
  const [equals] = find(pair, "=", 1, true);
  return equals === undefined ? undefined : trim(sub(pair, 1, equals - 1));
}

/** The value of a pair that has a name, without quotes around it. */
function valueOf(this: void, pair: string): string {
  const [equals] = find(pair, "=", 1, true);
  const value = trim(sub(pair, (equals ?? 0) + 1));
  const unopened = byte(value, 1) === QUOTE ? sub(value, 2) : value;
  return byte(unopened, unopened.length) === QUOTE ? sub(unopened, 1, -2) : unopened;
}

function textOf(this: void, header: HeaderValue): string {
  if (header === undefined) return "";
  return typeof header === "string" ? header : concat(header as string[], "; ");
}

/**
 * Finds a cookie (RFC 6265 section 4.2).
 * @param header the header Cookie, of which HTTP/2 may send several.
 * @returns the value of the first, without quotes around it, and how often the cookie is there.
 */
export function findCookie(
  this: void,
  header: HeaderValue,
  name: string,
): LuaMultiReturn<[string | undefined, number]> {
  let value: string | undefined;
  let count = 0;
  for (const pair of eachMatch(textOf(header), "[^;]+")) {
    if (nameOf(pair) === name) {
      count++;
      value = value ?? valueOf(pair);
    }
  }
  return $multi(value, count);
}

/**
 * Takes a cookie out of the header; every other cookie stays byte for byte.
 * @returns undefined when no other is left.
 */
export function withoutCookie(this: void, header: HeaderValue, name: string): string | undefined {
  const kept: string[] = [];
  for (const pair of eachMatch(textOf(header) + ";", "([^;]*);")) {
    if (nameOf(pair) !== name) kept.push(pair);
  }
  const rest = trim(concat(kept, ";"));
  return rest === "" ? undefined : rest;
}
