/** Signature algorithms of JOSE (RFC 7518 §3, RFC 8037 §3.1): verifying what others signed. */
import * as openssl from "resty.openssl.digest";
import { PADDINGS } from "resty.openssl.pkey";
import { ecdsaToDer } from "./ecdsa";
import type { Key, KeyKind } from "./jwk";
import type { Signed } from "./jws";

interface SignatureAlgorithm {
  readonly kind: KeyKind;
  /** Digest by OpenSSL's name; Ed25519 has its own. */
  readonly digest: string | undefined;
  /** Length of a signature in bytes; of RSA it is the modulus's. */
  readonly length: number | undefined;
  readonly padding: number | undefined;
  readonly options: RestyOpenssl.SignOptions | undefined;
}

const ALGORITHMS = new LuaTable<string, SignatureAlgorithm>();
ALGORITHMS.set("ES256", { kind: "P-256", digest: "sha256", length: 64, padding: undefined, options: undefined });
ALGORITHMS.set("ES384", { kind: "P-384", digest: "sha384", length: 96, padding: undefined, options: undefined });
ALGORITHMS.set("RS256", {
  kind: "RSA",
  digest: "sha256",
  length: undefined,
  padding: PADDINGS.RSA_PKCS1_PADDING,
  options: undefined,
});
// RFC 7518 §3.5: the salt is as long as the digest.
ALGORITHMS.set("PS256", {
  kind: "RSA",
  digest: "sha256",
  length: undefined,
  padding: PADDINGS.RSA_PKCS1_PSS_PADDING,
  options: { pss_saltlen: 32 },
});
ALGORITHMS.set("EdDSA", { kind: "Ed25519", digest: undefined, length: 64, padding: undefined, options: undefined });
// RFC 9864 §2.2: the same by the name that says the curve, which today's client libraries use.
ALGORITHMS.set("Ed25519", { kind: "Ed25519", digest: undefined, length: 64, padding: undefined, options: undefined });

/** The kind of key that an algorithm needs; undefined for an algorithm that is not accepted (`none`, HMAC, and every other). */
function keyKindOf(this: void, algorithm: string): KeyKind | undefined {
  const found = ALGORITHMS.get(algorithm) as SignatureAlgorithm | undefined;
  return found?.kind;
}

/** One digest of each kind for the worker. Nothing yields between its reset and its end. */
const digests = new LuaTable<string, RestyOpenssl.Digest>();

function emptyDigest(this: void, name: string): RestyOpenssl.Digest | undefined {
  const known = digests.get(name) as RestyOpenssl.Digest | undefined;
  if (known !== undefined) {
    known.reset();
    return known;
  }
  const [created] = openssl.new(name);
  if (created !== undefined) digests.set(name, created);
  return created;
}

/**
 * Verifies without ever making one text of what is signed: LuaJIT finds a long text among its texts by a few bytes near its beginning and its end, which
 * are the same in all proofs of a client, so that the search would take longer with each of them.
 */
function verifyInParts(this: void, key: Key, digestName: string, signature: string, signed: Signed): boolean {
  const digest = emptyDigest(digestName);
  if (digest === undefined) return false;
  digest.update(signed.header, ".", signed.payload);
  const [verified] = key.pkey.verify(signature, digest);
  return verified === true;
}

function verify(this: void, key: Key, found: SignatureAlgorithm, signature: string, signed: Signed): boolean {
  // What OpenSSL does with a digest of ours has no options: PSS cannot be asked for, and Ed25519 hashes by itself.
  if (found.digest !== undefined && found.options === undefined)
    return verifyInParts(key, found.digest, signature, signed);
  const text = signed.header + "." + signed.payload;
  const [verified] = key.pkey.verify(signature, text, found.digest, found.padding, found.options);
  return verified === true;
}

/**
 * Whether the key made this signature with this algorithm. Never raises; false also when the algorithm is not accepted, is not one for this
 * kind of key, or the signature has another length than its algorithm's.
 *
 * @param algorithm `alg` of the header.
 * @param signature bytes, in JOSE's form.
 */
function verifySignature(this: void, key: Key, algorithm: string, signed: Signed, signature: string): boolean {
  const found = ALGORITHMS.get(algorithm) as SignatureAlgorithm | undefined;
  if (found === undefined || found.kind !== key.kind) return false;
  if (signature.length !== (found.length ?? key.modulusLength)) return false;
  const native = found.digest !== undefined && found.length !== undefined ? ecdsaToDer(signature) : signature;
  const [ok, verified] = pcall(verify, key, found, native, signed);
  return ok && verified === true;
}

export { keyKindOf, verifySignature };
