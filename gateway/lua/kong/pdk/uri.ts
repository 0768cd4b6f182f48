/** Paths as Kong's router and PDK see them: RFC 3986 §6.2.2, with percent-encodings of plain characters undone and dot segments removed. */

const RESERVED: LuaSet<string> = new LuaSet();
for (const character of ["!", "#", "$", "%", "&", "'", "(", ")", "*", "+", ",", "/", ":", ";", "=", "?", "@", "[", "]"])
  RESERVED.add(character);

const UNESCAPED = "[^%w%-%._~!#%$&'%(%)%*%+,/:;=%?@%[%]%%]";

function decodeOne(hex: string): string {
  const code = tonumber(hex, 16);
  if (code === undefined) return `%${hex}`;
  const character = string.char(code);
  return RESERVED.has(character) ? string.upper(`%${hex}`) : character;
}

function encodeOne(character: string): string {
  return string.format("%%%02X", string.byte(character));
}

/** What may not stand in a request line is percent-encoded; an existing percent sign is kept. */
function escape(uri: string): string {
  const [first] = string.find(uri, UNESCAPED);
  if (first === undefined) return uri;
  const [escaped] = string.gsub(uri, UNESCAPED, encodeOne);
  return escaped;
}

/** The units of a path: each a slash and what follows it, up to the next slash. */
function splitUnits(path: string): string[] {
  const units: string[] = [];
  let from = 1;
  while (from <= path.length) {
    const [slash] = string.find(path, "/", from + 1, true);
    const to = slash === undefined ? path.length : slash - 1;
    units.push(string.sub(path, from, to));
    from = to + 1;
  }
  return units;
}

/**
 * The normal form of a path.
 *
 * @param merge two slashes in a row become one
 */
function normalize(uri: string, merge: boolean): string {
  let path = uri;
  const [percent] = string.find(path, "%", 1, true);
  if (percent !== undefined) [path] = string.gsub(path, "%%(%x%x)", decodeOne);
  const [dot] = string.find(path, ".", 1, true);
  const [twoSlashes] = string.find(path, "//", 1, true);
  if (dot === undefined && (!merge || twoSlashes === undefined)) return path;
  const units = splitUnits(path);
  const result: string[] = [];
  for (const position of $range(1, units.length)) {
    const unit = units[position - 1];
    const last = position === units.length;
    if (unit === "/.") {
      if (last) result.push("/");
    } else if (unit === "/..") {
      if (result.length > 0) table.remove(result);
      if (last) result.push("/");
    } else if (unit !== "/" || last || !merge) {
      result.push(unit);
    }
  }
  return table.concat(result);
}

export { escape, normalize };
