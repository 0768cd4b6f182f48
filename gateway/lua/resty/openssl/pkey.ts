/** Stands in for resty.openssl.pkey: reading keys, signatures, and what a key is made of. */
import ffi = require("ffi");
import bn = require("./bn");
import digests = require("./digest");
import jwk = require("./jwk");
import { C, asNumber, element, formatError, owned, readFrom, rewind, succeeded, writeTo } from "./libcrypto";

type Result<T> = LuaMultiReturn<[T | undefined, string?]>;

interface Pkey {
  ctx: CData;
  /** OpenSSL's number for the kind of key. */
  key_type: number;
  key_size: number;
  key_type_is_ecx: boolean;
}

interface NewOptions {
  format?: string;
  type?: string;
  passphrase?: string;
}

interface SignatureOptions {
  pss_saltlen?: number;
  mgf1_md?: string;
  ecdsa_use_raw?: boolean;
}

const NID_RSA = 6;
const NID_RSA_PSS = 912;
const NID_EC = 408;
const ECX: LuaSet<number> = new LuaSet();
for (const nid of [1034, 1035, 1087, 1088]) ECX.add(nid);

const PADDINGS = {
  RSA_PKCS1_PADDING: 1,
  RSA_SSLV23_PADDING: 2,
  RSA_NO_PADDING: 3,
  RSA_PKCS1_OAEP_PADDING: 4,
  RSA_X931_PADDING: 5,
  RSA_PKCS1_PSS_PADDING: 6,
};

const RSA_PARTS = [
  ["n", "n"],
  ["e", "e"],
  ["d", "d"],
  ["p", "rsa-factor1"],
  ["q", "rsa-factor2"],
  ["dmp1", "rsa-exponent1"],
  ["dmq1", "rsa-exponent2"],
  ["iqmp", "rsa-coefficient1"],
];

const CONTEXT_TEXT = 64;

function numberPart(ctx: CData, name: string): unknown {
  const out = ffi.new("void *[1]");
  if (!succeeded(C.EVP_PKEY_get_bn_param(ctx, name, out))) {
    C.ERR_clear_error();
    return undefined;
  }
  return bn.wrap(element(out, 0) as CData);
}

function rawPart(ctx: CData, name: string): string | undefined {
  const length = ffi.new("size_t[1]", CONTEXT_TEXT);
  const buffer = ffi.new("unsigned char[?]", CONTEXT_TEXT);
  if (!succeeded(C[name](ctx, buffer, length))) {
    C.ERR_clear_error();
    return undefined;
  }
  return ffi.string(buffer, asNumber(element(length, 0)));
}

function getParameters(this: Pkey): Result<Dict> {
  const { ctx } = this;
  if (this.key_type === NID_RSA) {
    const parts: Dict = {};
    for (const [name, native] of RSA_PARTS) parts[name] = numberPart(ctx, native);
    return $multi(parts);
  }
  if (this.key_type === NID_EC) {
    const buffer = ffi.new("char[?]", CONTEXT_TEXT);
    const length = ffi.new("size_t[1]");
    C.EVP_PKEY_get_utf8_string_param(ctx, "group", buffer, CONTEXT_TEXT, length);
    return $multi({
      group: asNumber(C.OBJ_txt2nid(buffer)),
      x: numberPart(ctx, "qx"),
      y: numberPart(ctx, "qy"),
      private: numberPart(ctx, "priv"),
    });
  }
  if (this.key_type_is_ecx)
    return $multi({
      public: rawPart(ctx, "EVP_PKEY_get_raw_public_key"),
      private: rawPart(ctx, "EVP_PKEY_get_raw_private_key"),
    });
  return $multi(undefined, "key getter not defined");
}

function isPrivate(this: Pkey): boolean {
  if (this.key_type === NID_RSA) return numberPart(this.ctx, "d") !== undefined;
  if (this.key_type === NID_EC) return numberPart(this.ctx, "priv") !== undefined;
  return rawPart(this.ctx, "EVP_PKEY_get_raw_private_key") !== undefined;
}

function getKeyType(this: Pkey): Result<Dict> {
  return $multi({
    nid: this.key_type,
    sn: ffi.string(C.OBJ_nid2sn(this.key_type) as CData),
    ln: ffi.string(C.OBJ_nid2ln(this.key_type) as CData),
  });
}

/** A digest context made ready to sign or verify. */
function prepare(
  self: Pkey,
  init: string,
  digest: string | undefined,
  padding: number | undefined,
  options: SignatureOptions | undefined,
): Result<CData> {
  let algorithm: CData | undefined;
  if (digest !== undefined) {
    algorithm = C.EVP_MD_fetch(undefined, digest, undefined);
    if (algorithm === undefined) return $multi(undefined, `pkey:sign_verify_prepare: invalid digest type "${digest}"`);
    algorithm = owned(algorithm, "EVP_MD_free");
  }
  if (options?.ecdsa_use_raw === true)
    return $multi(undefined, "pkey: ecdsa_use_raw is not part of the development gateway");
  const ctx = owned(C.EVP_MD_CTX_new() as CData, "EVP_MD_CTX_free");
  const keyContext = ffi.new("void *[1]");
  if (!succeeded(C[init](ctx, keyContext, algorithm, undefined, self.ctx)))
    return $multi(undefined, formatError("pkey:sign_verify_prepare: Init failed"));
  const inner = element(keyContext, 0);
  if (self.key_type === NID_RSA && padding !== undefined) {
    if (asNumber(C.EVP_PKEY_CTX_set_rsa_padding(inner, padding)) <= 0)
      return $multi(undefined, formatError("pkey:sign_verify_prepare EVP_PKEY_CTX_set_rsa_padding"));
  }
  if (
    options?.mgf1_md !== undefined &&
    !succeeded(C.EVP_PKEY_CTX_set_rsa_mgf1_md_name(inner, options.mgf1_md, undefined))
  ) {
    return $multi(undefined, formatError("pkey:sign_verify_prepare: EVP_PKEY_CTX_set_rsa_mgf1_md_name"));
  }
  if (
    options?.pss_saltlen !== undefined &&
    !succeeded(C.EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, options.pss_saltlen))
  ) {
    return $multi(undefined, formatError("pkey:sign_verify_prepare: EVP_PKEY_CTX_set_rsa_pss_saltlen"));
  }
  return $multi(ctx);
}

function sign(this: Pkey, data: string, digest?: string, padding?: number, options?: SignatureOptions): Result<string> {
  // Of a key for RSASSA-PSS alone it cannot be said.
  if (this.key_type !== NID_RSA_PSS && !isPrivate.call(this))
    return $multi(undefined, "pkey:sign: missing private key");
  if (typeof data !== "string") return $multi(undefined, "pkey:sign: expect a digest instance or a string at #1");
  const [ctx, err] = prepare(this, "EVP_DigestSignInit", digest, padding, options);
  if (ctx === undefined) return $multi(undefined, err);
  const buffer = ffi.new("unsigned char[?]", this.key_size);
  const length = ffi.new("size_t[1]", this.key_size);
  if (!succeeded(C.EVP_DigestSign(ctx, buffer, length, data, data.length)))
    return $multi(undefined, formatError("pkey:sign: EVP_DigestSign"));
  return $multi(ffi.string(buffer, asNumber(element(length, 0))));
}

function verify(
  this: Pkey,
  signature: string,
  data: string | { readonly ctx: CData },
  digest?: string,
  padding?: number,
  options?: SignatureOptions,
): LuaMultiReturn<[boolean | undefined, string?]> {
  if (typeof signature !== "string") return $multi(undefined, "pkey:verify: expect a string at #1");
  if (digests.istype(data)) {
    const { ctx } = data as { readonly ctx: CData };
    if (succeeded(C.EVP_VerifyFinal(ctx, signature, signature.length, this.ctx))) return $multi(true);
    return $multi(false, formatError("pkey:verify"));
  }
  if (typeof data !== "string") return $multi(undefined, "pkey:verify: expect a digest instance or a string at #2");
  const [ctx, err] = prepare(this, "EVP_DigestVerifyInit", digest, padding, options);
  if (ctx === undefined) return $multi(undefined, err);
  if (succeeded(C.EVP_DigestVerify(ctx, signature, signature.length, data, data.length))) return $multi(true);
  return $multi(false, formatError("pkey:verify"));
}

function toText(this: Pkey, which?: string, format?: string): Result<string> {
  const { ctx } = this;
  if (
    which !== undefined &&
    which !== "public" &&
    which !== "private" &&
    which !== "PublicKey" &&
    which !== "PrivateKey"
  ) {
    return $multi(undefined, `pkey:tostring: can only export private or public key, not ${which}`);
  }
  const secret = which === "private" || which === "PrivateKey";
  const der = format === "DER";
  const written = writeTo((bio) => {
    if (!secret) return der ? C.i2d_PUBKEY_bio(bio, ctx) : C.PEM_write_bio_PUBKEY(bio, ctx);
    return der
      ? C.i2d_PrivateKey_bio(bio, ctx)
      : C.PEM_write_bio_PrivateKey(bio, ctx, undefined, undefined, 0, undefined, undefined);
  });
  if (written === undefined) return $multi(undefined, formatError("pkey:tostring"));
  return $multi(written);
}

function toPem(this: Pkey, which?: string): Result<string> {
  return toText.call(this, which, "PEM");
}

const methods = {
  get_parameters: getParameters,
  get_key_type: getKeyType,
  is_private: isPrivate,
  sign,
  verify,
  tostring: toText,
  to_PEM: toPem,
};
const metatable = { __index: methods, __tostring: toText };

function wrap(given: CData): Pkey {
  const ctx = owned(given, "EVP_PKEY_free");
  const nid = asNumber(C.EVP_PKEY_get_base_id(ctx));
  return setmetatable(
    { ctx, key_type: nid, key_size: asNumber(C.EVP_PKEY_get_size(ctx)), key_type_is_ecx: ECX.has(nid) },
    metatable as never,
  ) as unknown as Pkey;
}

function readPem(bio: CData, options: NewOptions): CData | undefined {
  let key: CData | undefined;
  // An empty passphrase keeps OpenSSL from asking for one on the terminal.
  if (options.type !== "pu") key = C.PEM_read_bio_PrivateKey(bio, undefined, undefined, options.passphrase ?? "");
  if (key !== undefined || options.type === "pr") return key;
  rewind(bio);
  return C.PEM_read_bio_PUBKEY(bio, undefined, undefined, undefined);
}

function readDer(bio: CData, options: NewOptions): CData | undefined {
  let key: CData | undefined;
  if (options.type !== "pu") key = C.d2i_PrivateKey_bio(bio, undefined);
  if (key !== undefined || options.type === "pr") return key;
  rewind(bio);
  return C.d2i_PUBKEY_bio(bio, undefined);
}

function checkOptions(options: NewOptions): string | undefined {
  const format = options.format ?? "*";
  const kind = options.type ?? "*";
  if (format !== "DER" && format !== "PEM" && format !== "JWK" && format !== "*")
    return `expecting 'DER', 'PEM', 'JWK' or '*' as "format"`;
  if (kind !== "pu" && kind !== "pr" && kind !== "*") return `expecting 'pr', 'pu' or '*' as "type"`;
  if (format === "JWK" && kind === "pu") return "explictly load private or public key from JWK format is not supported";
  return undefined;
}

function load(text: string, options: NewOptions): Result<CData> {
  const wrong = checkOptions(options);
  if (wrong !== undefined) return $multi(undefined, wrong);
  const format = options.format ?? "*";
  if (format === "JWK") return jwk.load(text);
  const key = readFrom(text, (bio) => {
    if (format === "DER") return readDer(bio, options);
    const pem = readPem(bio, options);
    if (pem !== undefined || format === "PEM") return pem;
    rewind(bio);
    return readDer(bio, options);
  });
  if (key !== undefined) return $multi(key);
  if (format === "*" && string.sub(text, 1, 1) === "{") return jwk.load(text);
  return $multi(undefined, formatError());
}

/** From PEM, DER or JWK; from a pointer to a key; or a new one, `{ type = "EC", curve = "prime256v1" }`. */
function create(source?: string | CData | Dict, options?: NewOptions): Result<Pkey> {
  if (typeof source === "string") {
    const [key, err] = load(source, options ?? {});
    if (key === undefined) return $multi(undefined, `pkey.new:load_key: ${err}`);
    C.ERR_clear_error();
    return $multi(wrap(key));
  }
  if ((type(source) as string) === "cdata") return $multi(wrap(source as CData));
  if (source === undefined || type(source) === "table") return generate((source ?? {}) as Dict);
  return $multi(undefined, `pkey.new: unexpected type ${type(source)} at #1`);
}

function generate(settings: Dict): Result<Pkey> {
  const kind = (settings.type as string | undefined) ?? "RSA";
  const ctx = C.EVP_PKEY_CTX_new_from_name(undefined, kind, undefined);
  if (ctx === undefined) return $multi(undefined, `pkey.new:generate_key: unsupported type ${kind}`);
  const held = owned(ctx, "EVP_PKEY_CTX_free");
  C.EVP_PKEY_keygen_init(held);
  if (kind === "RSA") C.EVP_PKEY_CTX_ctrl_str(held, "rsa_keygen_bits", tostring(settings.bits ?? 2048));
  if (kind === "EC")
    C.EVP_PKEY_CTX_ctrl_str(held, "ec_paramgen_curve", (settings.curve as string | undefined) ?? "prime192v1");
  const out = ffi.new("void *[1]");
  if (!succeeded(C.EVP_PKEY_generate(held, out)))
    return $multi(undefined, formatError("pkey.new:generate_key: EVP_PKEY_gen"));
  return $multi(wrap(element(out, 0) as CData));
}

function isPkey(value: unknown): boolean {
  return type(value) === "table" && getmetatable(value as object) === (metatable as unknown);
}

const module = { new: create, istype: isPkey, PADDINGS };

export = module;
