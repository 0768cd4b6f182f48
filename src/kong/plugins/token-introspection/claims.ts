import * as cjson from "cjson.safe";
import { digitsOf, markLongIntegers, unmark } from "./exact-integers";
import { eachMatch } from "./text";

const concat = table.concat;
const format = string.format;
const floor = math.floor;
const jsonNull = cjson.null;

/** An instance of its own, so that its settings are no other module's. */
const json = cjson.new();
json.decode_array_with_array_mt(true);
json.decode_invalid_numbers(false);
json.encode_number_precision(16);
json.encode_escape_forward_slash(false);

/** The members of a token, as the authorization server gave them (RFC 7662 section 2.2). null stands for absence. */
export type Claims = Cjson.JsonObject;

/** A claim path: its parts between dots. */
export type ClaimPath = readonly string[];

const decode = json.decode;
export { decode as decodeJson };

/**
 * Decodes an answer's claims. Integers keep all their digits: as text (`scalarText`, `jsonText`) they are what the server wrote.
 * @returns undefined when the text is no JSON object.
 */
export function decodeClaims(this: void, text: string): Claims | undefined {
  const [decoded] = decode(markLongIntegers(text));
  if (!isTable(decoded)) return undefined;
  return decoded as Claims;
}

/** A value of decoded claims as JSON. @returns undefined when it cannot be encoded. */
export function jsonText(this: void, value: unknown): string | undefined {
  const [text] = json.encode(value);
  return text === undefined ? undefined : unmark(text);
}

/** A value as JSON. */
const encode = json.encode;
export { encode as encodeJson };

/** Splits `realm_access.roles` into its parts. */
export function claimPath(this: void, path: string): ClaimPath {
  const parts: string[] = [];
  for (const part of eachMatch(path + ".", "([^.]*)%.")) parts.push(part);
  return parts;
}

function isTable(this: void, value: unknown): value is object {
  return type(value) === "table";
}

/** Whether a decoded JSON value is an array. An array without elements is known by its metatable. */
export function isArray(this: void, value: unknown): value is Cjson.Value[] {
  if (!isTable(value)) return false;
  return (value as Cjson.Value[])[0] !== undefined || getmetatable(value) === json.array_mt;
}

/** Names that Keycloak used for claims of RFC 7662 section 2.2. */
const FALL_BACKS = new LuaTable<string, string>();
FALL_BACKS.set("client_id", "clientId");
FALL_BACKS.set("token_type", "typ");

/** A claim under Keycloak's name for it. */
function fallBackOf(this: void, claims: Claims, path: ClaimPath): Cjson.Value | undefined {
  const name = FALL_BACKS.get(concat(path as string[], ".")) as string | undefined;
  const value = name === undefined ? undefined : claims[name];
  return value === jsonNull ? undefined : value;
}

/**
 * Finds a claim. At each level the longest run of parts that names a member is taken, so that names which hold dots
 * (`https://api.example/roles`) are reached too. `client_id` and `token_type` may have Keycloak's names.
 * @returns undefined where there is none, or null.
 */
export function claimAt(this: void, claims: Claims, path: ClaimPath): Cjson.Value | undefined {
  let node: Claims = claims;
  let first = 1;
  const last = path.length;
  while (first <= last) {
    let value: Cjson.Value | undefined;
    let end = last;
    for (; end >= first; end--) {
      value = node[concat(path as string[], ".", first, end)];
      if (value !== undefined && value !== jsonNull) break;
    }
    if (end < first) return first === 1 ? fallBackOf(claims, path) : undefined;
    if (end === last) return value;
    if (!isTable(value) || isArray(value)) return undefined;
    node = value as Claims;
    first = end + 1;
  }
  return undefined;
}

/** A number as text: an integer in full digits, never with an exponent. */
function numberText(this: void, value: number): string {
  if (value === floor(value)) return value === 0 ? "0" : format("%.0f", value);
  // The fewest digits that mean this number.
  for (const digits of ["%.14g", "%.15g", "%.16g"]) {
    const text = format(digits, value);
    if (tonumber(text) === value) return text;
  }
  return format("%.17g", value);
}

/** Whether a number is one: a JSON text can name one that is too large for us, which the decoder makes infinite. */
function isFinite(this: void, value: number): boolean {
  return value - value === 0;
}

/** A claim that is a number, such as a time. @returns undefined when it is none. */
export function numberOf(this: void, value: unknown): number | undefined {
  const digits = typeof value === "string" ? digitsOf(value) : undefined;
  const number = digits === undefined ? value : tonumber(digits);
  return typeof number === "number" && isFinite(number) ? number : undefined;
}

/** A single value as text; undefined for null, an array or an object. */
export function scalarText(this: void, value: unknown): string | undefined {
  if (typeof value === "string") return digitsOf(value) ?? value;
  if (typeof value === "number") return isFinite(value) ? numberText(value) : undefined;
  if (typeof value === "boolean") return value ? "true" : "false";
  return undefined;
}

/** A string or number as text: what names somebody. A boolean names nobody, and no more does the empty text. */
export function nameText(this: void, value: unknown): string | undefined {
  const text = typeof value === "boolean" ? undefined : scalarText(value);
  return text === "" ? undefined : text;
}

/** The texts of a claim that may be one value or an array of them; nested arrays and objects have none. */
export function textsOf(this: void, value: unknown): string[] {
  const texts: string[] = [];
  if (isArray(value)) {
    for (const element of value) {
      const text = scalarText(element);
      if (text !== undefined) texts.push(text);
    }
    return texts;
  }
  const text = scalarText(value);
  if (text !== undefined) texts.push(text);
  return texts;
}

/** The set of a claim's space-separated words, or of an array's elements (some servers send `scope` so). */
export function wordsOf(this: void, value: unknown): LuaSet<string> {
  const words = new LuaSet<string>();
  for (const text of textsOf(value)) {
    for (const word of eachMatch(text, "[^ ]+")) words.add(word);
  }
  return words;
}

const CLIENT_ID = ["client_id"] as const;
const TOKEN_TYPE = ["token_type"] as const;

/** RFC 7662 section 2.2 `client_id`, or the name that Keycloak used for it. */
export function clientIdOf(this: void, claims: Claims): string | undefined {
  return nameText(claimAt(claims, CLIENT_ID));
}

/** RFC 7662 section 2.2 `token_type`, or the name that Keycloak used for it. */
export function tokenTypeOf(this: void, claims: Claims): Cjson.Value | undefined {
  return claimAt(claims, TOKEN_TYPE);
}
