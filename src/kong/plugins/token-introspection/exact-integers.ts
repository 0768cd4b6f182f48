/**
 * Integers of JSON with more digits than a Lua number holds (2^53). RFC 8259 section 6 allows them, some servers number their users so, and rounded they
 * would name somebody else.
 *
 * Before a text is decoded, such integers become strings with a mark in front. The mark is random, so that no string of a token can pass for one.
 */
import * as random from "resty.openssl.rand";
import { endOfString } from "./json";

const byte = string.byte;
const concat = table.concat;
const find = string.find;
const format = string.format;
const gsub = string.gsub;
const rep = string.rep;
const sub = string.sub;

/** Digits that a Lua number holds, whatever they are. */
const EXACT_DIGITS = 15;

const QUOTE = 0x22;
const MINUS = 0x2d;

const LONG = rep("%d", EXACT_DIGITS + 1);

function makeMark(this: void): string {
  const [bytes] = random.bytes(16);
  const [digits] = gsub(bytes ?? tostring(ngx.now()), ".", (character) => format("%02x", byte(character)));
  return "integer " + digits + " ";
}

const MARK = makeMark();

/** Puts quotes and mark around each long integer of a JSON text. */
function markLongIntegers(this: void, text: string): string {
  if (find(text, LONG)[0] === undefined) return text;
  const parts: string[] = [];
  let copied = 0;
  let [position] = find(text, '[%d"]');
  while (position !== undefined) {
    let [, end] = find(text, "^[%d.eE+-]+", position);
    if (byte(text, position) === QUOTE) {
      end = endOfString(text, position);
    } else if (end !== undefined && end - position >= EXACT_DIGITS) {
      const start = byte(text, position - 1) === MINUS ? position - 1 : position;
      const literal = sub(text, start, end);
      if (find(literal, "^-?%d+$")[0] !== undefined) {
        parts.push(sub(text, copied + 1, start - 1));
        parts.push('"' + MARK + literal + '"');
        copied = end;
      }
    }
    [position] = find(text, '[%d"]', (end ?? position) + 1);
  }
  parts.push(sub(text, copied + 1));
  return concat(parts);
}

/** The digits of a marked integer; undefined: the text is none. */
function digitsOf(this: void, text: string): string | undefined {
  return sub(text, 1, MARK.length) === MARK ? sub(text, MARK.length + 1) : undefined;
}

/** Takes quotes and marks away again from a JSON text. */
function unmark(this: void, text: string): string {
  const [plain] = gsub(text, '"' + MARK + '(-?%d+)"', "%1");
  return plain;
}

export { digitsOf, markLongIntegers, unmark };
