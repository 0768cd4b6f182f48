/** Compact JWS of our own: client assertions (RFC 7523 §2.2), signed with our key or our secret. */
import * as cjson from "cjson.safe";
import * as hmac from "resty.openssl.hmac";
import * as openssl from "resty.openssl.pkey";
import { PADDINGS } from "resty.openssl.pkey";
import { encodeBase64url } from "./base64";
import { ecdsaFromDer } from "./ecdsa";
import { decodeObject } from "./json";
import { createMemo, recall, remember } from "./memo";

const find = string.find;

/** Algorithms that can be signed with. */
export type SigningAlgorithm = "RS256" | "PS256" | "ES256" | "HS256";

/** A private key of ours. */
export interface PrivateKey {
  readonly kind: "RSA" | "P-256";
  readonly pkey: RestyOpenssl.Pkey;
  /** `kid` of the JWK, for the header; a PEM has none. */
  readonly keyId: string | undefined;
  /** What it signs with where nobody says otherwise. */
  readonly algorithm: SigningAlgorithm;
}

type Loaded = LuaMultiReturn<[PrivateKey] | [undefined, string]>;

/** Keys by their text. There are as many as there are configurations with one. */
const loaded = createMemo<PrivateKey>(64, 1048576);

const MEMBERS = {
  RSA: ["n", "e", "d", "p", "q", "dp", "dq", "qi"],
  EC: ["crv", "x", "y", "d"],
} as const;

const NEITHER = "the key is neither PEM nor a JSON Web Key";

/** A key's text as OpenSSL takes it, and what else a JWK says of it. */
interface NativeKey {
  readonly text: string;
  readonly keyId: string | undefined;
  /** `alg` (RFC 7517 section 4.4). */
  readonly algorithm: Cjson.Value | undefined;
}

/** The JWK built anew from its string members, for the library raises for others. */
function nativeJwk(this: void, text: string): LuaMultiReturn<[NativeKey] | [undefined, string]> {
  const jwk = decodeObject(text);
  if (jwk === undefined) return $multi(undefined, NEITHER);
  const type = jwk["kty"];
  if (type !== "RSA" && type !== "EC") return $multi(undefined, "the key's type is neither RSA nor EC");
  if (typeof jwk["d"] !== "string") return $multi(undefined, "the key is not a private one");
  const rebuilt: Record<string, string> = { kty: type };
  for (const name of MEMBERS[type]) {
    const value = jwk[name];
    if (typeof value === "string") rebuilt[name] = value;
  }
  const [encoded, message] = cjson.encode(rebuilt);
  if (encoded === undefined) return $multi(undefined, message ?? "the key cannot be read");
  const keyId = jwk["kid"];
  return $multi({ text: encoded, keyId: typeof keyId === "string" ? keyId : undefined, algorithm: jwk["alg"] });
}

/** Numbers of OpenSSL (NID) for kinds of keys: rsaEncryption, rsassaPss, id-ecPublicKey, prime256v1. */
const NID_RSA = 6;
const NID_RSA_PSS = 912;
const NID_EC = 408;
const NID_P256 = 415;

function kindOf(this: void, pkey: RestyOpenssl.Pkey): "RSA" | "P-256" | undefined {
  const nid = pkey.key_type;
  if (nid === NID_RSA || nid === NID_RSA_PSS) return "RSA";
  if (nid !== NID_EC) return undefined;
  const [parameters] = pkey.get_parameters();
  return parameters !== undefined && parameters["group"] === NID_P256 ? "P-256" : undefined;
}

function parse(this: void, text: string, format: "JWK" | "PEM"): RestyOpenssl.Pkey | undefined {
  // Without a passphrase of ours OpenSSL would ask for one on the terminal.
  const [pkey] = openssl.new(text, format === "JWK" ? { format } : { format, type: "pr", passphrase: "" });
  return pkey;
}

function isPrivate(this: void, pkey: RestyOpenssl.Pkey): boolean {
  // The library cannot say it of this kind; it was read as a private key.
  return pkey.key_type === NID_RSA_PSS || pkey.is_private();
}

/** The JWK's own word counts where it is one of ours; a key for RSASSA-PSS alone signs nothing else (RFC 4055 section 1.2). */
function algorithmOf(
  this: void,
  kind: PrivateKey["kind"],
  pkey: RestyOpenssl.Pkey,
  said: Cjson.Value | undefined,
): SigningAlgorithm {
  if (said === "RS256" || said === "PS256" || said === "ES256") return said;
  if (kind === "P-256") return "ES256";
  return pkey.key_type === NID_RSA_PSS ? "PS256" : "RS256";
}

/**
 * Reads a private key and remembers it: parsing costs much.
 *
 * @param text PEM without a passphrase, or a JWK; RSA, or EC with P-256.
 * @returns undefined and why not, without any of the key.
 */
function loadPrivateKey(this: void, text: string): Loaded {
  const known = recall(loaded, text);
  if (known !== undefined) return $multi(known);
  let native: NativeKey = { text, keyId: undefined, algorithm: undefined };
  const isJwk = find(text, "^%s*{")[0] !== undefined;
  if (isJwk) {
    const [rebuilt, wrong] = nativeJwk(text);
    if (rebuilt === undefined) return $multi(undefined, wrong ?? "the key cannot be read");
    native = rebuilt;
  } else if (find(text, "-----BEGIN", 1, true)[0] === undefined) {
    return $multi(undefined, NEITHER);
  } else if (find(text, "ENCRYPTED", 1, true)[0] !== undefined) {
    return $multi(undefined, "the key has a passphrase: store it without one");
  }
  const [ok, pkey] = pcall(parse, native.text, isJwk ? "JWK" : "PEM");
  if (!ok || pkey === undefined || typeof pkey === "string")
    return $multi(undefined, "the key is not one that OpenSSL accepts");
  const [kindKnown, kind] = pcall(kindOf, pkey);
  if (!kindKnown || kind === undefined || (kind !== "RSA" && kind !== "P-256")) {
    return $multi(undefined, "the key is neither RSA nor EC with P-256");
  }
  const [good, holdsPrivateKey] = pcall(isPrivate, pkey);
  if (!good || holdsPrivateKey !== true) return $multi(undefined, "the key is not a private one");
  const key: PrivateKey = { kind, pkey, keyId: native.keyId, algorithm: algorithmOf(kind, pkey, native.algorithm) };
  remember(loaded, text, key);
  return $multi(key);
}

function signWithKey(
  this: void,
  key: PrivateKey,
  input: string,
  algorithm: SigningAlgorithm,
): LuaMultiReturn<[string] | [undefined, string]> {
  if ((algorithm === "ES256") !== (key.kind === "P-256"))
    return $multi(undefined, `the key is not one for ${algorithm}`);
  // The library would sign with PSS all the same.
  if (key.pkey.key_type === NID_RSA_PSS && algorithm !== "PS256")
    return $multi(undefined, "the key is for PS256 alone");
  if (algorithm === "ES256") {
    const [der, message] = key.pkey.sign(input, "sha256");
    if (der === undefined) return $multi(undefined, message ?? "OpenSSL did not sign");
    const raw = ecdsaFromDer(der, 32);
    if (raw === undefined) return $multi(undefined, "OpenSSL did not sign with P-256");
    return $multi(raw);
  }
  const padding = algorithm === "PS256" ? PADDINGS.RSA_PKCS1_PSS_PADDING : PADDINGS.RSA_PKCS1_PADDING;
  const [signature, message] = key.pkey.sign(
    input,
    "sha256",
    padding,
    algorithm === "PS256" ? { pss_saltlen: 32 } : undefined,
  );
  if (signature === undefined) return $multi(undefined, message ?? "OpenSSL did not sign");
  return $multi(signature);
}

function signWithSecret(this: void, secret: string, input: string): LuaMultiReturn<[string] | [undefined, string]> {
  const [code, message] = hmac.new(secret, "sha256");
  if (code === undefined) return $multi(undefined, message ?? "no HMAC");
  const [mac, failure] = code.final(input);
  if (mac === undefined) return $multi(undefined, failure ?? "no HMAC");
  return $multi(mac);
}

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1).
 *
 * @param header further members of the header, such as `typ`; `alg` is added, and `kid` where the key has one.
 * @param claims the payload.
 * @param key a private key for RS256, PS256 and ES256; the secret itself for HS256.
 * @returns undefined and why not: the key does not fit the algorithm, or OpenSSL failed.
 */
function signCompact(
  this: void,
  header: Readonly<Record<string, string>>,
  claims: Readonly<Record<string, unknown>>,
  key: PrivateKey | string,
  algorithm: SigningAlgorithm,
): LuaMultiReturn<[string] | [undefined, string]> {
  const whole: Record<string, string> = {};
  for (const name in header) whole[name] = header[name] ?? "";
  whole["alg"] = algorithm;
  if (typeof key !== "string" && key.keyId !== undefined) whole["kid"] = key.keyId;
  const [headerText] = cjson.encode(whole);
  const [payloadText, unencodable] = cjson.encode(claims);
  if (headerText === undefined || payloadText === undefined)
    return $multi(undefined, unencodable ?? "the claims are not JSON");
  const input = `${encodeBase64url(headerText)}.${encodeBase64url(payloadText)}`;
  let signature: string | undefined;
  let message: string | undefined;
  if (typeof key === "string") {
    if (algorithm !== "HS256") return $multi(undefined, `${algorithm} needs a private key`);
    [signature, message] = signWithSecret(key, input);
  } else {
    if (algorithm === "HS256") return $multi(undefined, "HS256 needs a secret");
    [signature, message] = signWithKey(key, input, algorithm);
  }
  if (signature === undefined) return $multi(undefined, message ?? "OpenSSL did not sign");
  return $multi(`${input}.${encodeBase64url(signature)}`);
}

export { loadPrivateKey, signCompact };
