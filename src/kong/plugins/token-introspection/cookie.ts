import type { HeaderValue } from "./token";
import { eachMatch } from "./text";

const concat = table.concat;
const match = string.match;

function nameOf(this: void, pair: string): string | undefined {
  return match(pair, "^[ \t]*([^=]-)[ \t]*=")[0];
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
      value = value ?? match(pair, '=[ \t]*"?(.-)"?[ \t]*$')[0];
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
  const [rest] = match(concat(kept, ";"), "^[ \t]*(.-)[ \t]*$");
  return rest === "" ? undefined : rest;
}
