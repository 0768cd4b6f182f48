/** Parts of a JSON text, as they stand in it. The texts given here have been decoded already, so that they are known to be JSON. */
import { decodeJson } from "./claims";
import { endOfString } from "./json";

const byte = string.byte;
const find = string.find;
const sub = string.sub;

const QUOTE = 0x22;

/** The end of the object or array that begins at this bracket. */
function endOfNested(this: void, text: string, start: number): number {
  let depth = 0;
  let [position] = find(text, '[{}%[%]"]', start);
  while (position !== undefined) {
    const character = byte(text, position);
    if (character === QUOTE) position = endOfString(text, position);
    else depth += character === 0x7b || character === 0x5b ? 1 : -1;
    if (depth === 0) return position;
    [position] = find(text, '[{}%[%]"]', position + 1);
  }
  return text.length;
}

/** The end of the value that begins here. */
function endOfValue(this: void, text: string, start: number): number {
  const character = byte(text, start);
  if (character === QUOTE) return endOfString(text, start);
  if (character === 0x7b || character === 0x5b) return endOfNested(text, start);
  const [after] = find(text, "[,%]} \t\r\n]", start);
  return (after ?? text.length + 1) - 1;
}

/** Whether a string, with its quotes, is this name: escapes may stand for any character (RFC 8259 section 8.3). */
function isNamed(this: void, quoted: string, name: string): boolean {
  if (find(quoted, "\\", 1, true)[0] === undefined) return quoted === `"${name}"`;
  const [decoded] = decodeJson(`[${quoted}]`);
  return decoded !== undefined && (decoded as string[])[0] === name;
}

/**
 * The text of a member's value, byte for byte.
 * @param text a JSON object, with no name twice.
 * @param name of a member of the object itself.
 * @returns undefined where there is none.
 */
export function memberText(this: void, text: string, name: string): string | undefined {
  let [open] = find(text, '"', 1, true);
  while (open !== undefined) {
    const close = endOfString(text, open);
    const [start] = find(text, "[^ \t\r\n:]", close + 1);
    if (start === undefined) return undefined;
    const end = endOfValue(text, start);
    if (isNamed(sub(text, open, close), name)) return sub(text, start, end);
    [open] = find(text, '"', end + 1, true);
  }
  return undefined;
}
