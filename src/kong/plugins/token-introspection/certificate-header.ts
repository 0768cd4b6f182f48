/**
 * The header in which a TLS terminator passes the client's certificate, read into the certificate's thumbprint (RFC 8705 §3.1).
 *
 * Every format has one reading only: Base64 is canonical, a certificate is one complete DER value that OpenSSL reads and writes back
 * unchanged, and `auto` decides by the first characters, never by trying. Nothing here raises.
 */
import * as ssl from "ngx.ssl";
import { decodeBase64, encodeBase64url } from "./base64";
import { sha256 } from "./sha256";

const byte = string.byte;
const char = string.char;
const find = string.find;
const gsub = string.gsub;
const lower = string.lower;
const match = string.match;
const rep = string.rep;
const sub = string.sub;

/** A way to write a certificate in a header; `auto` recognises which it is. */
export type CertificateHeaderFormat = "auto" | "pem_urlencoded" | "rfc9440" | "xfcc" | "der_base64";

type Result = LuaMultiReturn<[string] | [undefined, string]>;

/** Longest header that is read, in bytes. */
const MAX_HEADER_LENGTH = 16384;

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";
const PEM_LINE = rep(".", 64);

const NOT_DER = "it is not one complete DER certificate";

/**
 * Thumbprint of a certificate (RFC 8705 §3.1): SHA-256 of its DER, base64url without padding.
 *
 * @param der the certificate, which is not looked into.
 */
function derThumbprint(this: void, der: string): Result {
  const [hash, message] = sha256(der);
  if (hash === undefined) return $multi(undefined, message ?? "no SHA-256");
  return $multi(encodeBase64url(hash));
}

/** Whether the bytes are one DER SEQUENCE (X.690 §10.1: its length in the fewest bytes), and nothing after it. */
function isOneSequence(this: void, der: string): boolean {
  const [tag, first, second, third, fourth] = byte(der, 1, 5);
  if (tag !== 0x30 || first === undefined || second === undefined) return false;
  if (first < 0x80) return der.length === 2 + first;
  if (first === 0x81) return second >= 0x80 && der.length === 3 + second;
  if (third === undefined) return false;
  if (first === 0x82) return second > 0 && der.length === 4 + second * 256 + third;
  if (fourth === undefined) return false;
  return first === 0x83 && second > 0 && der.length === 5 + second * 65536 + third * 256 + fourth;
}

/**
 * Proves that the bytes are a certificate: OpenSSL reads them and writes the same bytes. That costs 140 to 200 microseconds on OpenSSL 3, so
 * callers remember the result.
 */
function isCertificate(this: void, der: string): boolean {
  if (!isOneSequence(der)) return false;
  // A line feed before each further line: one behind a last line that is full would make an empty line, which OpenSSL refuses.
  const [lines] = gsub(gsub(ngx.encode_base64(der), PEM_LINE, "%0\n")[0], "\n$", "");
  const [again] = ssl.cert_pem_to_der(`${BEGIN}\n${lines}\n${END}\n`);
  return again === der;
}

function certificateThumbprint(this: void, der: string | undefined): Result {
  if (der === undefined) return $multi(undefined, "its Base64 is malformed");
  if (!isCertificate(der)) return $multi(undefined, NOT_DER);
  return derThumbprint(der);
}

/**
 * First certificate of a PEM text. White space may stand anywhere in the Base64 and around the armour, in place of line feeds (nginx's
 * $ssl_client_cert has tabs, other proxies spaces); nothing else may.
 *
 * @returns the DER of the first certificate, decoded and not looked into; the others only have to be PEM.
 */
function firstOfPem(this: void, text: string): Result {
  let first: string | undefined;
  let [position] = find(text, "%S");
  while (position !== undefined) {
    if (sub(text, position, position + BEGIN.length - 1) !== BEGIN)
      return $multi(undefined, "there is something else beside PEM certificates");
    const start = position + BEGIN.length;
    const [end] = find(text, END, start, true);
    if (end === undefined) return $multi(undefined, "a PEM certificate has no end");
    const [body] = gsub(sub(text, start, end - 1), "%s+", "");
    const der = decodeBase64(body);
    if (der === undefined) return $multi(undefined, "the Base64 of a PEM certificate is malformed");
    if (!isOneSequence(der)) return $multi(undefined, NOT_DER);
    first ??= der;
    [position] = find(text, "%S", end + END.length);
  }
  if (first === undefined) return $multi(undefined, "it is empty");
  return $multi(first);
}

/**
 * Thumbprint of the certificate in a PEM text that OpenSSL wrote, `$ssl_client_raw_cert`: one certificate, which is not parsed once more, with line feeds and
 * nothing else between its lines.
 *
 * @returns base64url SHA-256; or undefined and why not.
 */
function pemThumbprint(this: void, pem: string): Result {
  const [lines] = match(pem, "BEGIN CERTIFICATE%-+\n([^-]+)");
  if (lines === undefined) return $multi(undefined, "it is not PEM");
  const der = decodeBase64(gsub(lines, "\n", "")[0]);
  if (der === undefined) return $multi(undefined, "its Base64 is malformed");
  return derThumbprint(der);
}

function fromHexadecimal(this: void, digits: string): string {
  return char(tonumber(digits, 16) ?? 0);
}

/** Percent-decoding (RFC 3986 §2.1). A plus sign is a plus sign: AWS leaves the Base64 alphabet as it is. */
function percentDecode(this: void, text: string): string | undefined {
  if (find(text, "%", 1, true)[0] === undefined) return text;
  const [others] = gsub(text, "%%%x%x", "");
  if (find(others, "%", 1, true)[0] !== undefined) return undefined;
  const [decoded] = gsub(text, "%%(%x%x)", fromHexadecimal);
  return decoded;
}

function readPem(this: void, text: string): Result {
  const [der, cause] = firstOfPem(text);
  if (der === undefined) return $multi(undefined, cause ?? NOT_DER);
  return certificateThumbprint(der);
}

/** Traefik: Base64 of the DER, several with commas between, the leaf first. */
function readBase64List(this: void, text: string): Result {
  let [comma] = find(text, ",", 1, true);
  const leaf = comma === undefined ? text : sub(text, 1, comma - 1);
  while (comma !== undefined) {
    const [next] = find(text, ",", comma + 1, true);
    const der = decodeBase64(sub(text, comma + 1, next === undefined ? -1 : next - 1));
    if (der === undefined || !isOneSequence(der)) return $multi(undefined, "a certificate of the chain is malformed");
    comma = next;
  }
  return certificateThumbprint(decodeBase64(leaf));
}

/** PEM that was encoded as a form is (Java's URLEncoder, PHP's urlencode). In the armour a plus sign can only be a space, and there it is one everywhere. */
const BEGIN_IN_FORM = "-----BEGIN+CERTIFICATE-----";

function readPercentEncoded(this: void, value: string): Result {
  const inForm = sub(value, 1, BEGIN_IN_FORM.length) === BEGIN_IN_FORM;
  const text = percentDecode(inForm ? gsub(value, "%+", " ")[0] : value);
  if (text === undefined) return $multi(undefined, "its percent-encoding is malformed");
  if (find(text, "-", 1, true)[0] !== undefined) return readPem(text);
  return readBase64List(text);
}

/** RFC 9440 §2.2: a structured field that is one byte sequence (RFC 8941 §3.3.5), without parameters. */
function readByteSequence(this: void, value: string): Result {
  const [encoded] = match(value, "^:([^:]*):$");
  if (encoded === undefined) return $multi(undefined, "it is not one byte sequence");
  return certificateThumbprint(decodeBase64(encoded));
}

/** One value of Envoy's header, and where the next character stands. */
function readXfccValue(
  this: void,
  value: string,
  start: number,
): LuaMultiReturn<[string, number] | [undefined, undefined]> {
  if (byte(value, start) !== 0x22) {
    const [, end, text] = find(value, '^([^,;"]*)', start);
    if (end === undefined || typeof text !== "string") return $multi(undefined, undefined);
    return $multi(text, end + 1);
  }
  let position = start + 1;
  for (;;) {
    const [found] = find(value, '["\\]', position);
    if (found === undefined) return $multi(undefined, undefined);
    if (byte(value, found) === 0x22) {
      const [text] = gsub(sub(value, start + 1, found - 1), "\\(.)", "%1");
      return $multi(text, found + 1);
    }
    position = found + 2;
  }
}

function xfccThumbprint(this: void, certificate: string | undefined, hash: string | undefined): Result {
  let expected: string | undefined;
  if (hash !== undefined) {
    if (hash.length !== 64 || find(hash, "%X")[0] !== undefined)
      return $multi(undefined, "Hash is not a SHA-256 in hexadecimal");
    const [bytes] = gsub(hash, "(%x%x)", fromHexadecimal);
    expected = encodeBase64url(bytes);
  }
  if (certificate === undefined) {
    if (expected === undefined) return $multi(undefined, "its last element has neither Cert nor Hash");
    return $multi(expected);
  }
  const text = percentDecode(certificate);
  if (text === undefined) return $multi(undefined, "the percent-encoding of Cert is malformed");
  const [thumbprint, cause] = readPem(text);
  if (thumbprint === undefined) return $multi(undefined, cause ?? NOT_DER);
  if (expected !== undefined && expected !== thumbprint)
    return $multi(undefined, "Cert and Hash are of different certificates");
  return $multi(thumbprint);
}

/**
 * Envoy's X-Forwarded-Client-Cert: elements with commas between, one per hop; pairs with semicolons between; values in double quotes where
 * they hold one of those. The last element is the hop nearest to us, so it is the one that counts.
 */
function readXfcc(this: void, value: string): Result {
  let certificate: string | undefined;
  let hash: string | undefined;
  let position = 1;
  for (;;) {
    const [, equals, name] = find(value, "^[ \t]*(%a+)=", position);
    if (equals === undefined || typeof name !== "string") return $multi(undefined, "an element is not made of pairs");
    const [text, after] = readXfccValue(value, equals + 1);
    if (text === undefined || after === undefined) return $multi(undefined, "a quoted value has no end");
    const key = lower(name);
    if (key === "cert") {
      if (certificate !== undefined) return $multi(undefined, "an element has Cert twice");
      certificate = text;
    } else if (key === "hash") {
      if (hash !== undefined) return $multi(undefined, "an element has Hash twice");
      hash = text;
    }
    const [, end, separator] = find(value, "^[ \t]*([,;])", after);
    if (end === undefined) {
      if (after <= value.length) return $multi(undefined, "something follows a value");
      return xfccThumbprint(certificate, hash);
    }
    position = end + 1;
    if (separator === ",") {
      certificate = undefined;
      hash = undefined;
    }
  }
}

const XFCC_KEYS = new LuaSet<string>();
for (const key of ["by", "hash", "cert", "chain", "subject", "uri", "dns"]) XFCC_KEYS.add(key);

/**
 * Which format a value is in. The formats are told apart by how they begin, and no two begin alike: a colon is RFC 9440, the name of a pair
 * is Envoy; Base64 has an equals sign at its end only.
 */
function recognise(this: void, value: string): Exclude<CertificateHeaderFormat, "auto"> {
  if (byte(value, 1) === 0x3a) return "rfc9440";
  const [name] = match(value, "^[ \t]*(%a+)=");
  if (name !== undefined && XFCC_KEYS.has(lower(name))) return "xfcc";
  return "pem_urlencoded";
}

/**
 * Reads a certificate header.
 *
 * @param value the header's value, as it came.
 * @param format how it is written: `pem_urlencoded` (nginx, AWS; Traefik's Base64 without armour counts too), `rfc9440`, `xfcc` (Envoy),
 *   `der_base64` (HAProxy, Caddy), or `auto`.
 * @returns the leaf's thumbprint (RFC 8705 §3.1): base64url SHA-256 without padding; or undefined and why not, as the rest of a sentence
 *   about the header, without any of its text.
 */
function readCertificateHeader(this: void, value: string, format: CertificateHeaderFormat): Result {
  if (value.length > MAX_HEADER_LENGTH) return $multi(undefined, `it is longer than ${MAX_HEADER_LENGTH} bytes`);
  const written = format === "auto" ? recognise(value) : format;
  if (written === "rfc9440") return readByteSequence(value);
  if (written === "xfcc") return readXfcc(value);
  if (written === "der_base64") return certificateThumbprint(decodeBase64(value));
  return readPercentEncoded(value);
}

export { MAX_HEADER_LENGTH, derThumbprint, pemThumbprint, readCertificateHeader };
