const byte = string.byte;
const find = string.find;

/** Control characters and what is printable: all of ASCII. */
const NOT_ASCII = "[^%c -~]";

/** Whether a byte continues a character. */
function continues(this: void, value: number | undefined): boolean {
  return value !== undefined && value >= 0x80 && value <= 0xbf;
}

/** The length of the well-formed character at a position (RFC 3629 section 4); undefined when there is none. */
function lengthAt(this: void, text: string, position: number): number | undefined {
  const [first, second, third, fourth] = byte(text, position, position + 3);
  if (first === undefined || second === undefined || !continues(second)) return undefined;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (!continues(third)) return undefined;
  if (first === 0xe0) return second >= 0xa0 ? 3 : undefined;
  if (first === 0xed) return second <= 0x9f ? 3 : undefined;
  if (first >= 0xe1 && first <= 0xef) return 3;
  if (!continues(fourth)) return undefined;
  if (first === 0xf0) return second >= 0x90 ? 4 : undefined;
  if (first === 0xf4) return second <= 0x8f ? 4 : undefined;
  return first >= 0xf1 && first <= 0xf3 ? 4 : undefined;
}

/** Whether a text is UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
export function isUtf8(this: void, text: string): boolean {
  let [position] = find(text, NOT_ASCII);
  while (position !== undefined) {
    const length = lengthAt(text, position);
    if (length === undefined) return false;
    [position] = find(text, NOT_ASCII, position + length);
  }
  return true;
}
