import { eachMatch } from "./text";

const concat = table.concat;
const find = string.find;
const sub = string.sub;
const unescape = ngx.unescape_uri;

function nameOf(this: void, pair: string): string {
  const [equals] = find(pair, "=", 1, true);
  return unescape(equals === undefined ? pair : sub(pair, 1, equals - 1));
}

/**
 * Finds a parameter in a query or a urlencoded form.
 * @returns the decoded value of the first, and how often the parameter is there.
 */
export function findParameter(this: void, encoded: string, name: string): LuaMultiReturn<[string | undefined, number]> {
  let value: string | undefined;
  let count = 0;
  for (const pair of eachMatch(encoded, "[^&]+")) {
    if (nameOf(pair) === name) {
      count++;
      const [equals] = find(pair, "=", 1, true);
      value = value ?? (equals === undefined ? "" : unescape(sub(pair, equals + 1)));
    }
  }
  return $multi(value, count);
}

/** Takes a parameter out of a query or a urlencoded form; every other byte stays. */
export function withoutParameter(this: void, encoded: string, name: string): string {
  const kept: string[] = [];
  for (const pair of eachMatch(encoded + "&", "([^&]*)&")) {
    if (nameOf(pair) !== name) kept.push(pair);
  }
  return concat(kept, "&");
}
