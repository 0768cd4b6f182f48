/**
 * Distinguished names as text (RFC 4514, and what RFC 2253 section 4 asks a reader to take as well: spaces around separators, values in
 * quotes, types as `OID.1.2.3`). nginx writes names in this form. Nothing here touches Kong.
 */

const { byte, char, find, lower, sub } = string;
const { concat } = table;

/** One attribute of a name. */
export interface Attribute {
  /** The type, lower case, without `oid.`: `cn`, `2.5.4.3`. */
  readonly type: string;
  /** The value as text, unescaped; undefined where it has none: empty, or the `#hex` of something that is no character string. */
  readonly value: string | undefined;
}

/** A relative distinguished name: one attribute, or several joined by `+`. */
export type RelativeName = readonly Attribute[];

/** What each spelling of an attribute type means (RFC 4519). */
const types = {
  commonName: ["cn", "commonname", "2.5.4.3"],
  organizationName: ["o", "organizationname", "2.5.4.10"],
} as const;

/** BER tags of character strings that are read as they are: UTF8String, NumericString, PrintableString, IA5String, VisibleString. */
const textTags = new LuaSet<number>();
for (const tag of [0x0c, 0x12, 0x13, 0x16, 0x1a]) textTags.add(tag);

/** Something read, and the position behind it; or undefined and why it cannot be read. */
type Read<T> = LuaMultiReturn<[T, number] | [undefined, string]>;

function afterSpaces(text: string, position: number): number {
  const [, last] = find(text, "^ *", position);
  return (last ?? position - 1) + 1;
}

function isHexadecimal(pair: string): boolean {
  const [first] = find(pair, "^%x%x$");
  return first !== undefined;
}

function fromHexadecimal(digits: string): string {
  const bytes: string[] = [];
  for (const index of $range(1, digits.length, 2)) bytes.push(char(tonumber(sub(digits, index, index + 1), 16) ?? 0));
  return concat(bytes);
}

/** Text of a BER-encoded character string with a definite length that fills it exactly; undefined for anything else. */
function textFromBer(encoding: string): string | undefined {
  const [tag, length, first, second] = byte(encoding, 1, 4);
  if (tag === undefined || length === undefined) return undefined;
  const isText = textTags.has(tag);
  let start = 3;
  let expected = length;
  if (length === 0x81) {
    start = 4;
    expected = first ?? -1;
  } else if (length === 0x82) {
    start = 5;
    expected = (first ?? 0) * 256 + (second ?? -1);
  } else if (length >= 0x80) {
    return undefined;
  }
  const content = sub(encoding, start);
  return isText && content.length === expected ? content : undefined;
}

/** What stands behind a backslash: a pair of hexadecimal digits or a character that needs escaping. */
function readEscape(text: string, position: number): Read<string> {
  const pair = sub(text, position, position + 1);
  if (isHexadecimal(pair)) return $multi(char(tonumber(pair, 16) ?? 0), position + 2);
  const [special] = find(text, '^[ "#+,;<=>\\]', position);
  if (special === undefined)
    return $multi(undefined, `a backslash before nothing that is escaped, at byte ${position}`);
  return $multi(sub(text, position, position), position + 1);
}

/** `#` and the hexadecimal digits of the BER encoding (RFC 4514 section 2.4). The value is the empty string where it is no text. */
function readHexadecimal(text: string, position: number): Read<string> {
  const [, last] = find(text, "^%x+", position);
  if (last === undefined || (last - position) % 2 === 0) {
    return $multi(undefined, `no pairs of hexadecimal digits behind the # at byte ${position - 1}`);
  }
  return $multi(textFromBer(fromHexadecimal(sub(text, position, last))) ?? "", last + 1);
}

/** A value in quotes; the position is behind the opening one. */
function readQuoted(text: string, start: number): Read<string> {
  const parts: string[] = [];
  let position = start;
  while (true) {
    const [special] = find(text, '["\\]', position);
    if (special === undefined) return $multi(undefined, `the quote before byte ${start} is never closed`);
    parts.push(sub(text, position, special - 1));
    if (byte(text, special) === 0x22) return $multi(concat(parts), special + 1);
    const [escaped, next] = readEscape(text, special + 1);
    if (escaped === undefined) return $multi(undefined, next);
    parts.push(escaped);
    position = next;
  }
}

function withoutTrailingSpaces(text: string): string {
  let last = text.length;
  while (last > 0 && byte(text, last) === 0x20) last -= 1;
  return sub(text, 1, last);
}

/** A plain value: to the next separator. Spaces before that are no part of it unless they are escaped. */
function readPlain(text: string, start: number): Read<string> {
  const parts: string[] = [];
  let position = start;
  while (true) {
    const [special] = find(text, '[%z"+,;<>\\]', position);
    const end = special ?? text.length + 1;
    const run = sub(text, position, end - 1);
    const found = special === undefined ? "" : sub(text, special, special);
    if (found === "" || found === "," || found === "+") {
      parts.push(withoutTrailingSpaces(run));
      return $multi(concat(parts), end);
    }
    if (found !== "\\") return $multi(undefined, `a character that must be escaped, at byte ${end}`);
    const [escaped, next] = readEscape(text, end + 1);
    if (escaped === undefined) return $multi(undefined, next);
    parts.push(run);
    parts.push(escaped);
    position = next;
  }
}

/** Whether a `#` is all of a value: OpenSSL, which writes what nginx gives, does not escape it there. */
function isLoneHash(text: string, position: number): boolean {
  const [lone] = find(text, "^# *$", position);
  return lone !== undefined || find(text, "^# *[,+]", position)[0] !== undefined;
}

function readValue(text: string, position: number): Read<string> {
  const first = byte(text, position);
  if (first === 0x23 && isLoneHash(text, position)) return $multi("#", position + 1);
  if (first === 0x23) return readHexadecimal(text, position + 1);
  if (first === 0x22) return readQuoted(text, position + 1);
  return readPlain(text, position);
}

function readAttribute(text: string, start: number): Read<Attribute> {
  const position = afterSpaces(text, start);
  const [, last] = find(text, "^%w[%w._-]*", position);
  if (last === undefined) return $multi(undefined, `no attribute type at byte ${position}`);
  const name = lower(sub(text, position, last));
  const equals = afterSpaces(text, last + 1);
  if (byte(text, equals) !== 0x3d) return $multi(undefined, `no = behind the attribute type at byte ${position}`);
  const [value, next] = readValue(text, afterSpaces(text, equals + 1));
  if (value === undefined) return $multi(undefined, next);
  const [oid] = find(name, "^oid%.");
  const attribute = { type: oid === undefined ? name : sub(name, 5), value: value === "" ? undefined : value };
  return $multi(attribute, afterSpaces(text, next));
}

/**
 * Reads a distinguished name.
 * @returns its relative names in the order of the text, which is the most specific first; the empty name has none. Or undefined and what is
 * wrong, without the text itself.
 */
export function readDistinguishedName(text: string): LuaMultiReturn<[RelativeName[]] | [undefined, string]> {
  const names: RelativeName[] = [];
  if (afterSpaces(text, 1) > text.length) return $multi(names);
  let position = 1;
  while (true) {
    const attributes: Attribute[] = [];
    let separator = "+";
    while (separator === "+") {
      const [attribute, next] = readAttribute(text, position);
      if (attribute === undefined) return $multi(undefined, next);
      attributes.push(attribute);
      separator = sub(text, next, next);
      position = next + 1;
    }
    names.push(attributes);
    if (separator === "") return $multi(names);
    if (separator !== ",") return $multi(undefined, `no separator at byte ${position - 1}`);
  }
}

function firstOfType(attributes: RelativeName, kind: keyof typeof types): Attribute | undefined {
  const [short, long, oid] = types[kind];
  for (const attribute of attributes) {
    if (attribute.type === short || attribute.type === long || attribute.type === oid) return attribute;
  }
  return undefined;
}

/**
 * The value of an attribute in a name. Where the name has several of that type, the first in the text counts: the most specific one, which
 * stands last in the certificate.
 * @returns undefined when the name has none, or one without text.
 */
export function attributeValue(names: readonly RelativeName[], kind: keyof typeof types): string | undefined {
  for (const attributes of names) {
    const attribute = firstOfType(attributes, kind);
    if (attribute !== undefined) return attribute.value;
  }
  return undefined;
}
