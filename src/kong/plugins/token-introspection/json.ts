/**
 * Strict JSON for what is signed: an object whose member names are all different, at every depth. A text with a name twice is two texts, to
 * two readers (RFC 7515 §4, RFC 7519 §4).
 */
import * as cjson from "cjson.safe";
import newTable = require("table.new");
import { eachMatch } from "./text";
import { isUtf8 } from "./utf8";

const byte = string.byte;
const find = string.find;
const format = string.format;
const match = string.match;
const sub = string.sub;

/** Deepest nesting that is read. */
const MAX_DEPTH = 16;

// An instance of our own: its settings are not those of other plugins. NaN, Infinity and hexadecimal numbers are no JSON.
const strict = cjson.new();
strict.decode_max_depth(MAX_DEPTH);
strict.decode_invalid_numbers(false);

const QUOTE = 0x22;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const CONTROL = "[%z" + string.char(1) + "-" + string.char(31) + "]";

/** End of the string that begins at this quote, in a text that is JSON. */
function endOfString(this: void, text: string, start: number): number {
  let position = start + 1;
  for (;;) {
    const [found] = find(text, '["\\]', position);
    if (found === undefined) return text.length;
    if (byte(text, found) === QUOTE) return found;
    position = found + 2;
  }
}

/** The name within quotes: as it stands, save that escapes are undone, for `"\u0061"` is `"a"`. */
function nameOf(this: void, text: string, start: number, end: number): string {
  const name = sub(text, start + 1, end - 1);
  if (find(name, "\\", 1, true)[0] === undefined) return name;
  const [decoded] = strict.decode(`[${sub(text, start, end)}]`);
  return (decoded as string[])[0] ?? name;
}

/** Whether a word outside of strings is one of JSON's: the decoder reads numbers as C does, which has `1.`, `.5` and `01` too (RFC 8259 section 6). */
function isWord(this: void, word: string): boolean {
  if (word === "true" || word === "false" || word === "null") return true;
  const [integer, rest] = match(word, "^-?(%d+)(.*)$");
  if (integer === undefined || rest === undefined) return false;
  if (integer.length > 1 && byte(integer, 1) === ZERO) return false;
  const [exponent] = match(rest, "^%.%d+(.*)$");
  const tail = exponent ?? rest;
  return tail === "" || find(tail, "^[eE][+-]?%d+$")[0] !== undefined;
}

/** Whether the words between two strings or brackets are JSON's. */
function areWords(this: void, text: string, start: number, end: number): boolean {
  if (end < start) return true;
  for (const word of eachMatch(sub(text, start, end), "[^%s,:]+")) {
    if (!isWord(word)) return false;
  }
  return true;
}

/**
 * Whether a text, which the decoder takes for JSON, is something else to a strict reader: a member name twice in any object, a control character in a
 * string, a number that is none of JSON's.
 */
function isAmbiguous(this: void, text: string): boolean {
  // RFC 8259 section 7 forbids them in strings, where the decoder takes them as they are; between values some are white space.
  const controls = find(text, CONTROL)[0] !== undefined;
  // The names of each open object by depth; an array has false.
  const open: LuaTable<number, LuaSet<string> | false> = new LuaTable();
  let depth = 0;
  let reached = 0;
  let [position] = find(text, '[{}%[%]"]');
  while (position !== undefined) {
    if (!areWords(text, reached + 1, position - 1)) return true;
    const character = byte(text, position);
    if (character === QUOTE) {
      const end = endOfString(text, position);
      if (controls && find(sub(text, position, end), CONTROL)[0] !== undefined) return true;
      const names = depth === 0 ? false : open.get(depth);
      if (names !== false && find(text, "^[ \t\r\n]*:", end + 1)[0] !== undefined) {
        const name = nameOf(text, position, end);
        if (names.has(name)) return true;
        names.add(name);
      }
      position = end;
    } else if (character === OPENING_BRACE) {
      depth += 1;
      open.set(depth, new LuaSet());
    } else if (character === 0x5b) {
      depth += 1;
      open.set(depth, false);
    } else {
      depth -= 1;
    }
    reached = position;
    [position] = find(text, '[{}%[%]"]', position + 1);
  }
  return !areWords(text, reached + 1, text.length);
}

/** Members that a table is made for: a proof of possession has five to eight. Growing one by one would leave garbage. */
const USUAL_MEMBERS = 8;

/** Whether a text is printable ASCII without escapes. */
function isPrintable(this: void, text: string): boolean {
  for (const position of $range(1, text.length)) {
    const character = byte(text, position);
    if (character < 0x20 || character > 0x7e || character === BACKSLASH) return false;
  }
  return true;
}

/**
 * Reads an object that can be read in one way only, at a glance: printable ASCII without escapes and white space, strings and integers alone in it, no name
 * twice. That is what nearly all signed payloads are, and it is read without patterns and the decoder, neither of which LuaJIT compiles.
 *
 * @returns undefined where only the decoder, and a closer look, can tell.
 */
function readPlain(this: void, text: string): Cjson.JsonObject | undefined {
  const last = text.length;
  if (byte(text, 1) !== OPENING_BRACE || byte(text, last) !== CLOSING_BRACE || !isPrintable(text)) return undefined;
  const members = newTable<Cjson.JsonObject>(0, USUAL_MEMBERS);
  let position = 1;
  // Each turn takes `{` or `,`, a name, a colon and a value.
  while (position < last) {
    if (byte(text, position) !== (position === 1 ? OPENING_BRACE : COMMA) || byte(text, position + 1) !== QUOTE)
      return undefined;
    const [nameEnd] = find(text, '"', position + 2, true);
    if (nameEnd === undefined || byte(text, nameEnd + 1) !== COLON) return undefined;
    const name = sub(text, position + 2, nameEnd - 1);
    if (members[name] !== undefined) return undefined;
    const start = nameEnd + 2;
    if (byte(text, start) === QUOTE) {
      const [end] = find(text, '"', start + 1, true);
      if (end === undefined) return undefined;
      members[name] = sub(text, start + 1, end - 1);
      position = end + 1;
    } else {
      const [comma] = find(text, ",", start, true);
      position = comma ?? last;
      const digits = sub(text, start, position - 1);
      const value = tonumber(digits);
      // Not `1.0`, `01`, `0x1` or `-0`, and not what a number cannot hold.
      if (value === undefined || format("%d", value) !== digits) return undefined;
      members[name] = value;
    }
  }
  return members;
}

/**
 * Reads a JSON object.
 *
 * @returns the object, with `ngx.null` for null; undefined when the text is no JSON, another value than an object, or could be read in two ways.
 */
function decodeObject(this: void, text: string): Cjson.JsonObject | undefined {
  const plain = readPlain(text);
  if (plain !== undefined) return plain;
  if (find(text, "^[ \t\r\n]*{")[0] === undefined) return undefined;
  const [value] = strict.decode(text);
  // The decoder takes a NUL for the end.
  if (value === undefined || find(text, "\0", 1, true)[0] !== undefined || !isUtf8(text) || isAmbiguous(text))
    return undefined;
  return value as Cjson.JsonObject;
}

export { decodeObject, endOfString, isAmbiguous };
