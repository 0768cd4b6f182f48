import type { HeaderValue } from "./token";
import { eachMatch, trim } from "./text";

const byte = string.byte;
const concat = table.concat;
const find = string.find;
const sub = string.sub;

const QUOTE = 0x22;

/** A pair's name, and its value as it stands; twice undefined: it has no name. */
function split(this: void, pair: string): LuaMultiReturn<[string, string] | [undefined, undefined]> {
  const [equals] = find(pair, "=", 1, true);
  if (equals === undefined) return $multi(undefined, undefined);
  return $multi(trim(sub(pair, 1, equals - 1)), sub(pair, equals + 1));
}

/** A value without blanks around it, and without the pair of quotes that may stand there (RFC 6265 section 4.1.1). */
function unquoted(this: void, text: string): string {
  const value = trim(text);
  const quoted = value.length > 1 && byte(value, 1) === QUOTE && byte(value, value.length) === QUOTE;
  return quoted ? sub(value, 2, -2) : value;
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
    const [found, text] = split(pair);
    if (found === name) {
      count++;
      value = value ?? unquoted(text);
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
    if (split(pair)[0] !== name) kept.push(pair);
  }
  const rest = trim(concat(kept, ";"));
  return rest === "" ? undefined : rest;
}
