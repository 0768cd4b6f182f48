import { decodeJson } from "./claims";

const byte = string.byte;
const find = string.find;
const sub = string.sub;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;

/** The end of the string that begins at a position; the text is known to be JSON. */
function endOfString(this: void, text: string, start: number): number {
  let position = start + 1;
  while (true) {
    const [found] = find(text, '["\\]', position);
    if (found === undefined) return text.length;
    if (byte(text, found) === QUOTE) return found;
    position = found + (byte(text, found) === BACKSLASH ? 2 : 1);
  }
}

/** A member's name with its escapes resolved, for `"\u0061"` and `"a"` are the same name. */
function nameOf(this: void, literal: string): string {
  if (find(literal, "\\", 1, true)[0] === undefined) return literal;
  const [decoded] = decodeJson("[" + literal + "]");
  const name = (decoded as string[] | undefined)?.[0];
  return name === undefined ? literal : '"' + name + '"';
}

/**
 * Whether any object in a JSON text names a member twice. RFC 8259 section 4: what a reader makes of that is not foretold, so that such an
 * answer could mean two things.
 * @param text JSON that a decoder has accepted.
 */
export function repeatsMember(this: void, text: string): boolean {
  const names: LuaTable<string, boolean>[] = [];
  let depth = 0;
  let [position] = find(text, '["{}%[%]]');
  while (position !== undefined) {
    const character = byte(text, position);
    let next = position + 1;
    if (character === OPEN_OBJECT || character === OPEN_ARRAY) {
      names[depth] = new LuaTable();
      depth++;
    } else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) {
      depth--;
    } else {
      const end = endOfString(text, position);
      next = end + 1;
      const [after] = find(text, "[^ \t\r\n]", next);
      if (after !== undefined && byte(text, after) === COLON) {
        const name = nameOf(sub(text, position, end));
        const seen = names[depth - 1];
        if (seen !== undefined) {
          if (seen.has(name)) return true;
          seen.set(name, true);
        }
      }
    }
    [position] = find(text, '["{}%[%]]', next);
  }
  return false;
}
