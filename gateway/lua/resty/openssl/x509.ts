/** Stands in for resty.openssl.x509: reading and checking certificates. */
import ffi = require("ffi");
import bn = require("./bn");
import { C, asNumber, element, formatError, owned, readFrom, rewind, succeeded, writeTo } from "./libcrypto";
import names = require("./x509/name");

type Result<T> = LuaMultiReturn<[T | undefined, string?]>;

interface X509 {
  ctx: CData;
}

interface HasContext {
  ctx: CData;
}

const MAXIMUM_DIGEST = 64;
const NID_BASIC_CONSTRAINTS = 87;
/** How OpenSSL writes true here. */
const IS_CA = 0xff;
const SECONDS_A_DAY = 86400;

function toText(this: X509, format?: string): Result<string> {
  const { ctx } = this;
  const written = writeTo((bio) => (format === "DER" ? C.i2d_X509_bio(bio, ctx) : C.PEM_write_bio_X509(bio, ctx)));
  if (written === undefined) return $multi(undefined, formatError("x509:tostring"));
  return $multi(written);
}

function toPem(this: X509): Result<string> {
  return toText.call(this, "PEM");
}

function hash(context: string, name: string, ctx: CData, type_: string | undefined): Result<string> {
  const algorithm = C.EVP_get_digestbyname(type_ ?? "sha1");
  if (algorithm === undefined) return $multi(undefined, `${context}: invalid digest type "${type_}"`);
  const buffer = ffi.new("unsigned char[?]", MAXIMUM_DIGEST);
  const length = ffi.new("unsigned int[1]");
  if (!succeeded(C[name](ctx, algorithm, buffer, length))) return $multi(undefined, formatError(context));
  return $multi(ffi.string(buffer, asNumber(element(length, 0))));
}

function digest(this: X509, type_?: string): Result<string> {
  return hash("x509:digest", "X509_digest", this.ctx, type_);
}

function pubkeyDigest(this: X509, type_?: string): Result<string> {
  return hash("x509:pubkey_digest", "X509_pubkey_digest", this.ctx, type_);
}

function checkPrivateKey(this: X509, key: HasContext): LuaMultiReturn<[boolean, string?]> {
  if (succeeded(C.X509_check_private_key(this.ctx, key.ctx))) return $multi(true);
  return $multi(false, formatError("x509:check_private_key"));
}

function verify(this: X509, key: HasContext): LuaMultiReturn<[boolean, string?]> {
  if (succeeded(C.X509_verify(this.ctx, key.ctx))) return $multi(true);
  return $multi(false, formatError("x509:verify"));
}

function getSubject(this: X509): Result<unknown> {
  return $multi(names.dup(C.X509_get_subject_name(this.ctx) as CData));
}

function getIssuer(this: X509): Result<unknown> {
  return $multi(names.dup(C.X509_get_issuer_name(this.ctx) as CData));
}

function getSerial(this: X509): Result<unknown> {
  const number = C.ASN1_INTEGER_to_BN(C.X509_get_serialNumber(this.ctx), undefined);
  if (number === undefined) return $multi(undefined, formatError("x509:get_serial_number"));
  return $multi(bn.wrap(number));
}

/** Seconds since the epoch, as the difference to the epoch. */
function secondsOf(time: CData | undefined): Result<number> {
  const epoch = C.ASN1_TIME_set(undefined, 0);
  const days = ffi.new("int[1]");
  const seconds = ffi.new("int[1]");
  const ok = succeeded(C.ASN1_TIME_diff(days, seconds, epoch, time));
  C.ASN1_STRING_free(epoch);
  if (!ok) return $multi(undefined, formatError("asn1_to_unix"));
  return $multi(asNumber(element(days, 0)) * SECONDS_A_DAY + asNumber(element(seconds, 0)));
}

function getNotBefore(this: X509): Result<number> {
  return secondsOf(C.X509_get0_notBefore(this.ctx));
}

function getNotAfter(this: X509): Result<number> {
  return secondsOf(C.X509_get0_notAfter(this.ctx));
}

function getLifetime(this: X509): LuaMultiReturn<[number?, number?, string?]> {
  const [from, fromError] = secondsOf(C.X509_get0_notBefore(this.ctx));
  const [to, toError] = secondsOf(C.X509_get0_notAfter(this.ctx));
  return $multi(from, to, fromError ?? toError);
}

function getVersion(this: X509): Result<number> {
  return $multi(asNumber(C.X509_get_version(this.ctx)) + 1);
}

function getPubkey(this: X509): Result<unknown> {
  const key = C.X509_get_pubkey(this.ctx);
  if (key === undefined) return $multi(undefined, formatError("x509:get_pubkey"));
  const pkey = require("resty.openssl.pkey") as { new: (this: void, key: CData) => Result<unknown> };
  return pkey.new(key);
}

/** ca and pathlen; with a name, that one alone. Nothing where the certificate has no such extension. */
function getBasicConstraints(this: X509, name?: string): LuaMultiReturn<[unknown, string?]> {
  const found = C.X509_get_ext_d2i(this.ctx, NID_BASIC_CONSTRAINTS, undefined, undefined);
  if (found === undefined) return $multi(undefined);
  const constraints = ffi.cast("gateway_basic_constraints *", found) as unknown as { ca: number; pathlen: CData };
  const ca = constraints.ca === IS_CA;
  const pathlen = asNumber(C.ASN1_INTEGER_get(constraints.pathlen));
  C.BASIC_CONSTRAINTS_free(found);
  if (name === undefined) return $multi({ ca, pathlen });
  return $multi(string.lower(name) === "ca" ? ca : pathlen);
}

const methods = {
  tostring: toText,
  to_PEM: toPem,
  digest,
  pubkey_digest: pubkeyDigest,
  check_private_key: checkPrivateKey,
  verify,
  get_subject_name: getSubject,
  get_issuer_name: getIssuer,
  get_serial_number: getSerial,
  get_not_before: getNotBefore,
  get_not_after: getNotAfter,
  get_lifetime: getLifetime,
  get_version: getVersion,
  get_pubkey: getPubkey,
  get_basic_constraints: getBasicConstraints,
};
const metatable = { __index: methods, __tostring: toText };

function wrap(ctx: CData): X509 {
  return setmetatable({ ctx: owned(ctx, "X509_free") }, metatable as never) as unknown as X509;
}

/** From PEM, DER, or either of them where `format` is left out. */
function create(certificate: string, format?: string): Result<X509> {
  if (typeof certificate !== "string") return $multi(undefined, "x509.new: expect nil or a string at #1");
  const ctx = readFrom(certificate, (bio) => {
    if (format !== "DER") {
      const pem = C.PEM_read_bio_X509(bio, undefined, undefined, undefined);
      if (pem !== undefined) return pem;
      rewind(bio);
    }
    return format === "PEM" ? undefined : C.d2i_X509_bio(bio, undefined);
  });
  if (ctx === undefined) return $multi(undefined, formatError("x509.new"));
  C.ERR_clear_error();
  return $multi(wrap(ctx));
}

function dup(ctx: CData): Result<X509> {
  const copy = C.X509_dup(ctx);
  if (copy === undefined) return $multi(undefined, "x509.dup: X509_dup() failed");
  return $multi(wrap(copy));
}

function isX509(value: unknown): boolean {
  return type(value) === "table" && getmetatable(value as object) === (metatable as unknown);
}

const module = { new: create, dup, istype: isX509 };

export = module;
