/**
 * Reads WWW-Authenticate as RFC 9110 §11.6.1 and §11.2 write it, and nothing else: what does not follow the grammar to the
 * letter raises an error. RFC 6750 §3 further limits the values of scope, error, error_description and error_uri.
 */

export interface Challenge {
  readonly scheme: string;
  /** Names in lower case: they count in any case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[\t \x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t \x21-\x7E\x80-\xFF])*)"/y;
const BLANK = /[ \t]*/y;

/** RFC 6750 §3: scope has 1*( %x21 / %x23-5B / %x5D-7E ) between spaces, error and its description the same and the space. */
const LIMITED: Readonly<Record<string, RegExp>> = {
  scope: /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/,
  error: /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/,
  error_description: /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/,
};

class Reader {
  private position = 0;

  constructor(private readonly text: string) {}

  get ended(): boolean {
    return this.position >= this.text.length;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match[1] ?? match[0];
  }

  takeCharacter(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  fail(what: string): never {
    throw new Error(`${what} at ${this.position} of WWW-Authenticate: ${this.text}`);
  }
}

function readParameter(reader: Reader): [string, string] {
  const name = reader.take(TOKEN) ?? reader.fail("no parameter name");
  if (!reader.takeCharacter("=")) reader.fail("no =");
  const quoted = reader.take(QUOTED);
  const value = quoted?.replace(/\\(.)/g, "$1") ?? reader.take(TOKEN) ?? reader.fail("no parameter value");
  const limit = LIMITED[name.toLowerCase()];
  if (limit !== undefined && (quoted === undefined || !limit.test(quoted)))
    reader.fail(`${name} is not as RFC 6750 has it`);
  return [name.toLowerCase(), value];
}

/** Reads one challenge. RFC 6750 §3 demands at least one parameter, each at most once. @throws Error on anything else. */
export function parseChallenge(text: string): Challenge {
  const reader = new Reader(text);
  const scheme = reader.take(TOKEN) ?? reader.fail("no scheme");
  if (!reader.takeCharacter(" ")) reader.fail("no space after the scheme");
  const parameters = new Map<string, string>();
  do {
    if (parameters.size > 0) reader.take(BLANK);
    const [name, value] = readParameter(reader);
    if (parameters.has(name)) reader.fail(`${name} is there twice`);
    parameters.set(name, value);
    reader.take(BLANK);
  } while (reader.takeCharacter(","));
  if (!reader.ended) reader.fail("something follows");
  return { scheme, parameters };
}
