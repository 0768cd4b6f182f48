/**
 * Public keys as JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037).
 *
 * A key from outside never reaches OpenSSL as it came: it is built anew from the members that its type needs, each of which is a string of
 * canonical Base64url and of the right length.
 */
import * as openssl from "resty.openssl.pkey";
import { decodeBase64url, encodeBase64url } from "./base64";
import { createMemo, recall, remember } from "./memo";
import { sha256 } from "./sha256";

const byte = string.byte;
const char = string.char;

/** What a key can be used for: its type, and its curve where it has one. */
export type KeyKind = "RSA" | "P-256" | "P-384" | "Ed25519";

/** A public key that looks right; whether it is one is known when it is loaded. */
export interface PublicJwk {
  readonly kind: KeyKind;
  /** The members that make the key, in the order and spelling of RFC 7638 §3. */
  readonly canonical: string;
  /** SHA-256 of that, base64url (RFC 7638 §3; `jkt` of RFC 9449 §6.1). */
  readonly thumbprint: string;
}

/** A key that OpenSSL has accepted. */
export interface Key {
  readonly kind: KeyKind;
  readonly pkey: RestyOpenssl.Pkey;
  /** RSA: the length of the modulus, and so of a signature, in bytes; else 0. */
  readonly modulusLength: number;
}

/** Members that only private keys and secrets have (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;

const MIN_MODULUS_BITS = 2048;
const MAX_MODULUS_BITS = 4096;
/** OpenSSL itself wants no longer exponent beside a long modulus. */
const MAX_EXPONENT_BYTES = 8;

/** Keys that were parsed, by thumbprint: parsing one costs more than verifying with it. */
const loaded = createMemo<Key>(1024, 65536);

function bytesOf(this: void, jwk: Cjson.JsonObject, name: string, length: number): string | undefined {
  const text = jwk[name];
  if (typeof text !== "string") return undefined;
  const bytes = decodeBase64url(text);
  return bytes !== undefined && bytes.length === length ? text : undefined;
}

/** A positive number, big-endian in the fewest bytes (RFC 7518 §2, Base64urlUInt), and odd. */
function oddNumberOf(this: void, jwk: Cjson.JsonObject, name: string): string | undefined {
  const text = jwk[name];
  if (typeof text !== "string") return undefined;
  const bytes = decodeBase64url(text);
  if (bytes === undefined || bytes === "" || byte(bytes, 1) === 0 || byte(bytes, bytes.length) % 2 === 0)
    return undefined;
  return bytes;
}

function bitLength(this: void, bytes: string): number {
  let bits = (bytes.length - 1) * 8;
  for (let first = byte(bytes, 1); first > 0; first >>= 1) bits += 1;
  return bits;
}

function readRsa(this: void, jwk: Cjson.JsonObject): string | undefined {
  const modulus = oddNumberOf(jwk, "n");
  const exponent = oddNumberOf(jwk, "e");
  if (modulus === undefined || exponent === undefined) return undefined;
  const bits = bitLength(modulus);
  if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) return undefined;
  if (exponent === char(1) || exponent.length > MAX_EXPONENT_BYTES) return undefined;
  return `{"e":"${encodeBase64url(exponent)}","kty":"RSA","n":"${encodeBase64url(modulus)}"}`;
}

function readElliptic(this: void, jwk: Cjson.JsonObject, curve: string, length: number): string | undefined {
  const x = bytesOf(jwk, "x", length);
  const y = bytesOf(jwk, "y", length);
  if (x === undefined || y === undefined) return undefined;
  return `{"crv":"${curve}","kty":"EC","x":"${x}","y":"${y}"}`;
}

function readEdwards(this: void, jwk: Cjson.JsonObject): string | undefined {
  const x = bytesOf(jwk, "x", 32);
  if (x === undefined) return undefined;
  return `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`;
}

function kindOf(this: void, jwk: Cjson.JsonObject): KeyKind | undefined {
  const type = jwk["kty"];
  const curve = jwk["crv"];
  if (type === "RSA") return "RSA";
  if (type === "EC" && (curve === "P-256" || curve === "P-384")) return curve;
  if (type === "OKP" && curve === "Ed25519") return curve;
  return undefined;
}

/**
 * Reads a public key: EC with P-256 or P-384, RSA of 2048 to 4096 bits with an odd exponent above 1, OKP with Ed25519.
 *
 * @param jwk any JSON value.
 * @returns undefined and why not: another type, a member that is missing or malformed, or a private one.
 */
function readPublicJwk(this: void, jwk: Cjson.Value | undefined): LuaMultiReturn<[PublicJwk] | [undefined, string]> {
  if (typeof jwk !== "object" || (jwk as unknown) === ngx.null)
    return $multi(undefined, "the key is not a JSON object");
  const members = jwk as Cjson.JsonObject;
  for (const name of PRIVATE_MEMBERS) {
    if (members[name] !== undefined) return $multi(undefined, "the key is a private one");
  }
  const kind = kindOf(members);
  if (kind === undefined) return $multi(undefined, "the key is of a type or curve that is not supported");
  let canonical: string | undefined;
  if (kind === "RSA") canonical = readRsa(members);
  else if (kind === "Ed25519") canonical = readEdwards(members);
  else canonical = readElliptic(members, kind, kind === "P-256" ? 32 : 48);
  if (canonical === undefined) return $multi(undefined, "the key is malformed, too short or too long");
  const [hash, message] = sha256(canonical);
  if (hash === undefined) return $multi(undefined, message ?? "no SHA-256");
  return $multi({ kind, canonical, thumbprint: encodeBase64url(hash) });
}

/** Length of an RSA modulus; the canonical text of a key was made above. */
function modulusLengthOf(this: void, key: PublicJwk): number {
  if (key.kind !== "RSA") return 0;
  const [n] = string.match(key.canonical, '"n":"([^"]+)"');
  return n === undefined ? 0 : (decodeBase64url(n) ?? "").length;
}

function parse(this: void, jwk: string): RestyOpenssl.Pkey | undefined {
  const [pkey] = openssl.new(jwk, { format: "JWK" });
  return pkey;
}

/**
 * Gives the key to OpenSSL, which checks it (a point has to be on its curve), and remembers it by its thumbprint. Call it only for a key
 * that somebody trusted, so that strangers cannot push good keys out of memory.
 */
function loadPublicJwk(this: void, key: PublicJwk): LuaMultiReturn<[Key] | [undefined, string]> {
  const known = recall(loaded, key.thumbprint);
  if (known !== undefined) return $multi(known);
  // Under pcall: the library raises for some members that it does not expect.
  const [ok, pkey] = pcall(parse, key.canonical);
  if (!ok || pkey === undefined || typeof pkey === "string")
    return $multi(undefined, "the key is not one that OpenSSL accepts");
  const accepted: Key = { kind: key.kind, pkey, modulusLength: modulusLengthOf(key) };
  remember(loaded, key.thumbprint, accepted);
  return $multi(accepted);
}

export { loadPublicJwk, readPublicJwk };
