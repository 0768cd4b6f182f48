/**
 * Queries and urlencoded forms. They are walked through by bytes, and no text is made of what is not sought: a client chooses the names, a megabyte of them, and
 * LuaJIT searches ever longer for each short text among others that were chosen to have its hash.
 */
const byte = string.byte;
const concat = table.concat;
const find = string.find;
const sub = string.sub;
const unescape = ngx.unescape_uri;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

/** The value of a hexadecimal digit; undefined for any other byte, and for none. */
function digitOf(this: void, character: number | undefined): number | undefined {
  if (character === undefined) return undefined;
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const letter = character >= 0x61 ? character - 0x20 : character;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : undefined;
}

/** The byte that stands for itself or is escaped here, and where the next one begins. */
function decodedAt(this: void, encoded: string, position: number): LuaMultiReturn<[number | undefined, number]> {
  const character = byte(encoded, position) as number | undefined;
  if (character === PLUS) return $multi(SPACE, position + 1);
  // Of a form these two end a name, unless they are escaped.
  if (character === EQUALS || character === AMPERSAND) return $multi(undefined, position);
  if (character === PERCENT) {
    const high = digitOf(byte(encoded, position + 1) as number | undefined);
    const low = digitOf(byte(encoded, position + 2) as number | undefined);
    if (high !== undefined && low !== undefined) return $multi(high * 16 + low, position + 3);
  }
  return $multi(character, position + 1);
}

/**
 * Whether the pair that begins here has this name.
 * @returns where the name ends: at `=`, at `&` or behind the text; undefined when it is another's.
 */
function endOfName(this: void, encoded: string, start: number, name: string): number | undefined {
  let position = start;
  for (const index of $range(1, name.length)) {
    const [character, following] = decodedAt(encoded, position);
    if (character !== byte(name, index)) return undefined;
    position = following;
  }
  const after = byte(encoded, position) as number | undefined;
  return after === undefined || after === EQUALS || after === AMPERSAND ? position : undefined;
}

/** The end of the pair that begins here: at `&`, or behind the text. */
function endOfPair(this: void, encoded: string, start: number): number {
  return find(encoded, "&", start, true)[0] ?? encoded.length + 1;
}

/**
 * Finds a parameter in a query or a urlencoded form.
 * @returns the decoded value of the first, and how often the parameter is there.
 */
export function findParameter(this: void, encoded: string, name: string): LuaMultiReturn<[string | undefined, number]> {
  let value: string | undefined;
  let count = 0;
  let start = 1;
  while (start <= encoded.length) {
    const end = endOfPair(encoded, start);
    const nameEnd = endOfName(encoded, start, name);
    if (nameEnd !== undefined) {
      count++;
      value = value ?? unescape(sub(encoded, nameEnd + 1, end - 1));
    }
    start = end + 1;
  }
  return $multi(value, count);
}

/** Pieces that are kept between parameters that are taken out: nobody has a reason to send one parameter so often. What follows goes too. */
const MOST_PIECES = 1000;

/** Takes a parameter out of a query or a urlencoded form; every other byte stays. */
export function withoutParameter(this: void, encoded: string, name: string): string {
  const kept: string[] = [];
  /** Where the pairs begin that are kept and not yet among those. */
  let pending = 1;
  let start = 1;
  while (start <= encoded.length + 1) {
    const end = endOfPair(encoded, start);
    if (endOfName(encoded, start, name) !== undefined) {
      if (pending < start) kept.push(sub(encoded, pending, start - 2));
      if (kept.length >= MOST_PIECES) return concat(kept, "&");
      pending = end + 1;
    }
    start = end + 1;
  }
  if (pending === 1) return encoded;
  if (pending <= encoded.length + 1) kept.push(sub(encoded, pending));
  return concat(kept, "&");
}
