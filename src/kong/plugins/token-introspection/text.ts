const byte = string.byte;
const find = string.find;
const lower = string.lower;
const sub = string.sub;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

function isBlank(this: void, character: number): boolean {
  return character === SPACE || character === TAB;
}

/** A text without line feeds and carriage returns at its end. */
export function withoutLineEnd(this: void, text: string): string {
  let last = text.length;
  while (byte(text, last) === LINE_FEED || byte(text, last) === CARRIAGE_RETURN) last--;
  return sub(text, 1, last);
}

/**
 * A text without spaces and tabs around it. By bytes: the pattern that one would write for it tries every end for every beginning, and
 * others choose how long a text is.
 */
export function trim(this: void, text: string): string {
  let first = 1;
  let last = text.length;
  while (first <= last && isBlank(byte(text, first))) first++;
  while (last >= first && isBlank(byte(text, last))) last--;
  return sub(text, first, last);
}

/** What stands before a character; all of the text where it has none. */
export function before(this: void, text: string, character: string): string {
  const [end] = find(text, character, 1, true);
  return end === undefined ? text : sub(text, 1, end - 1);
}

/** The media type of a Content-Type (RFC 9110 section 8.3.1), in lower case and without parameters. */
export function mediaTypeOf(this: void, contentType: string): string {
  return lower(trim(before(contentType, ";")));
}

/** `string.gmatch` for a pattern with at most one capture: what each match gives is one text. */
export const eachMatch = string.gmatch as unknown as (this: void, text: string, pattern: string) => LuaIterable<string>;
