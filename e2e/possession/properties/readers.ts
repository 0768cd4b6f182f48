/** A second reading of what clients write, made from the standards and not from the plugins: the two must agree. Texts are Latin-1 strings. */
import { createHash, X509Certificate } from "node:crypto";

/** RFC 4648 §4 with padding, §3.5: bits left over are zero. */
export function base64Bytes(text: string): Buffer | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  const decoded = Buffer.from(text, "base64");
  return decoded.toString("base64") === text ? decoded : undefined;
}

/** RFC 7515 §2. */
export function base64urlBytes(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const decoded = Buffer.from(text, "base64url");
  return decoded.toString("base64url") === text ? decoded : undefined;
}

/** X.690 §8.1.3, §10.1: tag SEQUENCE, a length in the fewest bytes, and exactly as many bytes as it says. */
function isSequence(der: Buffer): boolean {
  if (der.length < 2 || der[0] !== 0x30) return false;
  const first = der[1] ?? 0;
  if (first < 0x80) return der.length === first + 2;
  const count = first & 0x7f;
  if (count === 0 || count > 3 || der.length < 2 + count) return false;
  const length = der.readUIntBE(2, count);
  const fewest = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  return count === fewest && der.length === 2 + count + length;
}

interface Node_ {
  readonly tag: number;
  readonly children: readonly Node_[] | undefined;
  readonly content: Buffer;
}

function readNodes(der: Buffer): Node_[] {
  const nodes: Node_[] = [];
  for (let position = 0; position < der.length;) {
    const tag = der[position] ?? 0;
    const first = der[position + 1] ?? 0;
    const size = first < 0x80 ? 0 : first & 0x7f;
    const length = size === 0 ? first : der.readUIntBE(position + 2, size);
    const start = position + 2 + size;
    const content = der.subarray(start, start + length);
    nodes.push({ tag, content, children: (tag & 0x20) === 0 ? undefined : readNodes(content) });
    position = start + length;
  }
  return nodes;
}

/** A certificate in BER: the element of this number (in the order of writing) has its length in more bytes than it needs. */
export function withLongLength(der: Buffer, number: number): Buffer {
  let seen = 0;
  const write = (node: Node_): Buffer => {
    const long = seen === number;
    seen += 1;
    const content = node.children === undefined ? node.content : Buffer.concat(node.children.map(write));
    const { length } = content;
    const fewest = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
    const size = long ? fewest + 1 : fewest;
    const head = Buffer.alloc(2 + size);
    head[0] = node.tag;
    head[1] = size === 0 ? length : 0x80 | size;
    if (size > 0) head.writeUIntBE(length, 2, size);
    return Buffer.concat([head, content]);
  };
  return Buffer.concat(readNodes(der).map(write));
}

export function thumbprint(der: Buffer): string | undefined {
  if (!isSequence(der)) return undefined;
  try {
    if (!new X509Certificate(der).raw.equals(der)) return undefined;
  } catch {
    return undefined;
  }
  return createHash("sha256").update(der).digest("base64url");
}

function percentDecoded(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

const SPACE = "[ \\t\\n\\v\\f\\r]";
const PEM = new RegExp(`^(?:${SPACE}*-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----)+${SPACE}*$`);

function fromPem(text: string): string | undefined {
  if (!PEM.test(text)) return undefined;
  const bodies = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map(
    ([, body = ""]) => body.replaceAll(new RegExp(SPACE, "g"), ""),
  );
  const ders = bodies.map(base64Bytes);
  if (ders.some((der) => der === undefined || !isSequence(der))) return undefined;
  const [leaf] = ders;
  return leaf === undefined ? undefined : thumbprint(leaf);
}

function fromList(text: string): string | undefined {
  const ders = text.split(",").map(base64Bytes);
  if (ders.some((der) => der === undefined || !isSequence(der))) return undefined;
  const [leaf] = ders;
  return leaf === undefined ? undefined : thumbprint(leaf);
}

function fromBase64(text: string): string | undefined {
  const der = base64Bytes(text);
  return der === undefined ? undefined : thumbprint(der);
}

/** Envoy's documentation of x-forwarded-client-cert, character by character. */
function xfccElements(text: string): Map<string, string[]>[] | undefined {
  const elements: Map<string, string[]>[] = [new Map()];
  let rest = text;
  for (;;) {
    const name = /^[ \t]*([A-Za-z]+)=/.exec(rest);
    if (name === null) return undefined;
    rest = rest.slice(name[0].length);
    const quoted = /^"((?:[^"\\]|\\[^])*)"/.exec(rest);
    if (quoted === null && rest.startsWith('"')) return undefined;
    const bare = quoted ?? /^([^,;"]*)/.exec(rest);
    const value = (bare?.[1] ?? "").replace(quoted === null ? /$^/ : /\\([^])/g, "$1");
    rest = rest.slice(bare?.[0].length ?? 0);
    const element = elements.at(-1);
    const key = (name[1] ?? "").toLowerCase();
    element?.set(key, [...(element.get(key) ?? []), value]);
    if (rest === "") return elements;
    const separator = /^[ \t]*([,;])/.exec(rest);
    if (separator === null) return undefined;
    rest = rest.slice(separator[0].length);
    if (separator[1] === ",") elements.push(new Map());
  }
}

function fromXfcc(text: string): string | undefined {
  const elements = xfccElements(text);
  if (elements === undefined) return undefined;
  // In every hop, Cert and Hash stand once at most.
  if (elements.some((element) => ["cert", "hash"].some((key) => (element.get(key)?.length ?? 0) > 1))) return undefined;
  const last = elements.at(-1);
  const [hash] = last?.get("hash") ?? [];
  const [certificate] = last?.get("cert") ?? [];
  if (hash !== undefined && !/^[0-9A-Fa-f]{64}$/.test(hash)) return undefined;
  const expected = hash === undefined ? undefined : Buffer.from(hash, "hex").toString("base64url");
  if (certificate === undefined) return expected;
  const decoded = percentDecoded(certificate);
  const found = decoded === undefined ? undefined : fromPem(decoded);
  return found !== undefined && (expected === undefined || expected === found) ? found : undefined;
}

export type Format = "auto" | "pem_urlencoded" | "rfc9440" | "xfcc" | "der_base64";

/** The leaf's thumbprint of a certificate header. */
export function certificateHeader(value: string, format: Format): string | undefined {
  if (value.length > 16384) return undefined;
  switch (format) {
    case "rfc9440": {
      const encoded = /^:([^:]*):$/.exec(value)?.[1];
      return encoded === undefined ? undefined : fromBase64(encoded);
    }
    case "xfcc":
      return fromXfcc(value);
    case "der_base64":
      return fromBase64(value);
    case "pem_urlencoded": {
      const text = percentDecoded(value);
      if (text === undefined) return undefined;
      return text.includes("-") ? fromPem(text) : fromList(text);
    }
    case "auto": {
      if (value.startsWith(":")) return certificateHeader(value, "rfc9440");
      const pair = /^[ \t]*(by|hash|cert|chain|subject|uri|dns)=/i.test(value);
      return certificateHeader(value, pair ? "xfcc" : "pem_urlencoded");
    }
  }
}

/** An attribute of a distinguished name: type in lower case, value as bytes; no value where it is empty or no text. */
export type Attribute = readonly [type: string, value: string | undefined];

/** RFC 4514 §3, the leniencies of RFC 2253 §4, and a lone `#`, which OpenSSL does not escape. */
export function distinguishedName(text: string): Attribute[][] | undefined {
  if (/^ *$/.test(text)) return [];
  const names: Attribute[][] = [[]];
  const attribute = /^ *([A-Za-z0-9][A-Za-z0-9.-]*) *= */;
  const pair = '\\\\(?:[ "#+,;<=>\\\\]|[0-9A-Fa-f]{2})';
  const plain = new RegExp(`^(?!["#])(?:[^\\0"+,;<>\\\\]|${pair})*`);
  const quoted = new RegExp(`^"((?:[^"\\\\]|${pair})*)"`);
  let rest = text;
  for (;;) {
    const found = attribute.exec(rest);
    if (found === null) return undefined;
    rest = rest.slice(found[0].length);
    const hexadecimal = /^#((?:[0-9A-Fa-f]{2})+)/.exec(rest);
    const loneHash = /^#(?= *(?:[,+]|$))/.exec(rest);
    const inQuotes = quoted.exec(rest);
    const asIs = plain.exec(rest);
    let value: string | undefined;
    if (hexadecimal !== null) {
      value = berText(Buffer.from(hexadecimal[1] ?? "", "hex"));
      rest = rest.slice(hexadecimal[0].length);
    } else if (loneHash !== null) {
      value = "#";
      rest = rest.slice(1);
    } else if (inQuotes !== null) {
      value = unescaped(inQuotes[1] ?? "");
      rest = rest.slice(inQuotes[0].length);
    } else if (asIs !== null) {
      // Spaces at the end that are not escaped are no part of the value.
      const trimmed = new RegExp(`^((?:[^\\\\]|${pair})*?) *$`).exec(asIs[0])?.[1] ?? asIs[0];
      value = unescaped(trimmed);
      rest = rest.slice(asIs[0].length);
    } else return undefined;
    const type = (found[1] ?? "").toLowerCase().replace(/^oid\./, "");
    names.at(-1)?.push([type, value === "" ? undefined : value]);
    rest = rest.replace(/^ +/, "");
    if (rest === "") return names;
    if (rest.startsWith(",")) names.push([]);
    else if (!rest.startsWith("+")) return undefined;
    rest = rest.slice(1);
  }
}

function unescaped(text: string): string {
  return text.replace(/\\([0-9A-Fa-f]{2}|[^])/g, (_, what: string) =>
    what.length === 2 ? String.fromCharCode(parseInt(what, 16)) : what,
  );
}

/** UTF8String, NumericString, PrintableString, IA5String, VisibleString with a definite length. */
function berText(ber: Buffer): string | undefined {
  if (ber.length < 2 || ![0x0c, 0x12, 0x13, 0x16, 0x1a].includes(ber[0] ?? 0)) return undefined;
  const first = ber[1] ?? 0;
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || size > 2 || ber.length < 2 + size) return undefined;
  const length = size === 0 ? first : ber.readUIntBE(2, size);
  return ber.length === 2 + size + length ? ber.subarray(2 + size).toString("latin1") : undefined;
}

/** A cookie (RFC 6265 §5.4): value of the first of this name, how many there are, and the others. */
export function cookie(header: string, name: string): { value: string | null; count: number; others: string[] } {
  const pairs = header.split(";");
  const nameOf = (pair: string): string | undefined =>
    pair.includes("=") ? pair.slice(0, pair.indexOf("=")).replace(/^[ \t]+|[ \t]+$/g, "") : undefined;
  const own = pairs.filter((pair) => nameOf(pair) === name);
  const [first] = own;
  const raw = first?.slice(first.indexOf("=") + 1).replace(/^[ \t]+|[ \t]+$/g, "");
  const others = pairs.filter((pair) => nameOf(pair) !== name);
  return { value: raw?.replace(/^"([^]*)"$/, "$1") ?? null, count: own.length, others };
}

/** application/x-www-form-urlencoded, on bytes (URL standard §5.1). */
export function parameter(encoded: string, name: string): { value: string | null; count: number; others: string[] } {
  const decoded = (text: string): string =>
    text
      .replaceAll("+", " ")
      .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  const nameOf = (pair: string): string => decoded(pair.split("=")[0] ?? "");
  const pairs = encoded.split("&");
  const own = pairs.filter((pair) => pair !== "" && nameOf(pair) === name);
  const [first] = own;
  const others = pairs.filter((pair) => pair === "" || nameOf(pair) !== name);
  const value = first === undefined ? null : first.includes("=") ? decoded(first.slice(first.indexOf("=") + 1)) : "";
  return { value, count: own.length, others };
}

/** JSON (RFC 8259) as an object, no member name twice at any depth, sixteen levels at most. */
export function isStrictObject(text: string): boolean {
  let position = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) position += found.length;
    return found;
  };
  const blank = (): unknown => take(/[ \t\r\n]*/y);
  const string = (): string | undefined => take(/"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y);
  const value = (depth: number): boolean => {
    blank();
    const first = text[position];
    if (first === '"') return string() !== undefined;
    if (first !== "{" && first !== "[")
      return take(/true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y) !== undefined;
    if (depth > 16) return false;
    position += 1;
    const end = first === "{" ? "}" : "]";
    const seen = new Set<string>();
    blank();
    if (text[position] === end) return (position += 1) > 0;
    for (;;) {
      if (first === "{") {
        blank();
        const name = string();
        if (name === undefined) return false;
        const plain = JSON.parse(name) as string;
        if (seen.has(plain)) return false;
        seen.add(plain);
        blank();
        if (text[position] !== ":") return false;
        position += 1;
      }
      if (!value(depth + 1)) return false;
      blank();
      const next = text[position];
      position += 1;
      if (next === end) return true;
      if (next !== ",") return false;
    }
  };
  blank();
  if (text[position] !== "{" || !value(1)) return false;
  blank();
  return position === text.length;
}
