/** IP addresses and ranges (CIDR), version 4 and 6, as lists of bytes. */
import bits = require("bit");

function parseV4(text: string): number[] | undefined {
  const [a, b, c, d] = string.match(text, "^(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)$");
  if (a === undefined) return undefined;
  const bytes: number[] = [];
  for (const part of [a, b, c, d]) {
    const value = tonumber(part, 10) ?? 256;
    if (value > 255) return undefined;
    bytes.push(value);
  }
  return bytes;
}

function parseGroups(text: string): number[] | undefined {
  const bytes: number[] = [];
  if (text === "") return bytes;
  for (const [part] of string.gmatch(`${text}:`, "([^:]*):")) {
    const [dot] = string.find(part, ".", 1, true);
    if (dot !== undefined) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      for (const byte of v4) bytes.push(byte);
    } else {
      const [hex] = string.match(part, "^%x%x?%x?%x?$");
      if (hex === undefined) return undefined;
      const value = tonumber(hex, 16) ?? 0;
      bytes.push(math.floor(value / 256));
      bytes.push(value % 256);
    }
  }
  return bytes;
}

function parseV6(text: string): number[] | undefined {
  const [bare] = string.match(text, "^%[?([%x:%.]+)%]?$");
  if (bare === undefined) return undefined;
  const [from, to] = string.find(bare, "::", 1, true);
  if (from === undefined) {
    const all = parseGroups(bare);
    return all !== undefined && all.length === 16 ? all : undefined;
  }
  const head = parseGroups(string.sub(bare, 1, from - 1));
  const tail = parseGroups(string.sub(bare, to + 1));
  if (head === undefined || tail === undefined || head.length + tail.length > 14) return undefined;
  const bytes: number[] = [];
  for (const byte of head) bytes.push(byte);
  while (bytes.length + tail.length < 16) bytes.push(0);
  for (const byte of tail) bytes.push(byte);
  return bytes;
}

/** The bytes of an address: 4 of version 4, 16 of version 6. */
function parse(text: string): number[] | undefined {
  return parseV4(text) ?? parseV6(text);
}

interface Range {
  bytes: number[];
  bits: number;
}

function parseRange(text: string): Range | undefined {
  const [address, suffix] = string.match(text, "^([^/]+)/?(%d*)$");
  if (address === undefined) return undefined;
  const bytes = parse(address);
  if (bytes === undefined) return undefined;
  const [slash] = string.find(text, "/", 1, true);
  const bits = slash === undefined ? bytes.length * 8 : tonumber(suffix, 10);
  if (bits === undefined || bits > bytes.length * 8) return undefined;
  return { bytes, bits };
}

function contains(range: Range, address: number[]): boolean {
  if (range.bytes.length !== address.length) return false;
  let left = range.bits;
  for (const position of $range(1, address.length)) {
    if (left <= 0) return true;
    const mask = left >= 8 ? 255 : 256 - math.pow(2, 8 - left);
    const own = range.bytes[position - 1];
    const other = address[position - 1];
    if (bits.band(own, mask) !== bits.band(other, mask)) return false;
    left = left - 8;
  }
  return true;
}

/** kong.ip: whether an address is one of `trusted_ips`. */
function newIp(trustedIps: string[]): Kong["ip"] {
  const ranges: Range[] = [];
  for (const text of trustedIps) {
    const range = parseRange(text);
    if (range !== undefined) ranges.push(range);
  }
  const known: LuaTable<string, boolean> = new LuaTable();
  let count = 0;

  function isTrusted(address: string): boolean {
    if (typeof address !== "string")
      error(`bad argument #2 to 'inet_pton' (cannot convert '${type(address)}' to 'const char *')`, 2);
    if (ranges.length === 0) return false;
    const remembered = known.get(address) as boolean | undefined;
    if (remembered !== undefined) return remembered;
    let trusted = false;
    const bytes = parse(address);
    if (bytes !== undefined) {
      for (const range of ranges) {
        if (contains(range, bytes)) trusted = true;
      }
    }
    if (count < 1000) {
      known.set(address, trusted);
      count = count + 1;
    }
    return trusted;
  }

  return { is_trusted: isTrusted };
}

export { newIp, parse, parseRange };
