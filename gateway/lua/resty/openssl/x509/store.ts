/** Stands in for resty.openssl.x509.store: what certificates are verified with. */
import ffi = require("ffi");
import bits = require("bit");
import { C, asNumber, formatError, owned, succeeded, text } from "../libcrypto";
import x509 = require("../x509");
import chains = require("./chain");

type Result<T> = LuaMultiReturn<[T | undefined | false, string?]>;

interface HasContext {
  ctx: CData;
}

type Store = HasContext;

/** Flags of X509_VERIFY_PARAM_set_flags. */
const verify_flags = {
  X509_V_FLAG_CB_ISSUER_CHECK: 0x0,
  X509_V_FLAG_USE_CHECK_TIME: 0x2,
  X509_V_FLAG_CRL_CHECK: 0x4,
  X509_V_FLAG_CRL_CHECK_ALL: 0x8,
  X509_V_FLAG_IGNORE_CRITICAL: 0x10,
  X509_V_FLAG_X509_STRICT: 0x20,
  X509_V_FLAG_ALLOW_PROXY_CERTS: 0x40,
  X509_V_FLAG_POLICY_CHECK: 0x80,
  X509_V_FLAG_EXPLICIT_POLICY: 0x100,
  X509_V_FLAG_INHIBIT_ANY: 0x200,
  X509_V_FLAG_INHIBIT_MAP: 0x400,
  X509_V_FLAG_NOTIFY_POLICY: 0x800,
  X509_V_FLAG_EXTENDED_CRL_SUPPORT: 0x1000,
  X509_V_FLAG_USE_DELTAS: 0x2000,
  X509_V_FLAG_CHECK_SS_SIGNATURE: 0x4000,
  X509_V_FLAG_TRUSTED_FIRST: 0x8000,
  X509_V_FLAG_SUITEB_128_LOS_ONLY: 0x10000,
  X509_V_FLAG_SUITEB_192_LOS: 0x20000,
  X509_V_FLAG_SUITEB_128_LOS: 0x30000,
  X509_V_FLAG_PARTIAL_CHAIN: 0x80000,
  X509_V_FLAG_NO_ALT_CHAINS: 0x100000,
  X509_V_FLAG_NO_CHECK_TIME: 0x200000,
};

function verdict(ok: unknown, context: string): Result<true> {
  if (!succeeded(ok)) return $multi(false, formatError(context));
  return $multi(true);
}

function add(this: Store, certificate: HasContext): Result<true> {
  if (!x509.istype(certificate)) return $multi(false, "x509.store:add: expect an x509 or crl instance at #1");
  return verdict(C.X509_STORE_add_cert(this.ctx, certificate.ctx), "x509.store:add: X509_STORE_add_cert");
}

function useDefault(this: Store): Result<true> {
  return verdict(C.X509_STORE_set_default_paths(this.ctx), "x509.store:use_default");
}

function loadFile(this: Store, path: string): Result<true> {
  return verdict(C.X509_STORE_load_locations(this.ctx, path, undefined), "x509.store:load_file");
}

function loadDirectory(this: Store, path: string): Result<true> {
  return verdict(C.X509_STORE_load_locations(this.ctx, undefined, path), "x509.store:load_directory");
}

function setDepth(this: Store, depth: unknown): Result<true> {
  const number = tonumber(depth as string);
  if (number === undefined) return $multi(undefined, "x509.store:set_depth: expect a number at #1");
  return verdict(C.X509_STORE_set_depth(this.ctx, number), "x509.store:set_depth");
}

function setPurpose(this: Store, purpose: string): Result<true> {
  if (typeof purpose !== "string") return $multi(undefined, "x509.store:set_purpose: expect a string at #1");
  const index = asNumber(C.X509_PURPOSE_get_by_sname(purpose));
  if (index < 0) return $multi(false, `invalid purpose "${purpose}"`);
  const id = asNumber(C.X509_PURPOSE_get_id(C.X509_PURPOSE_get0(index)));
  return verdict(C.X509_STORE_set_purpose(this.ctx, id), "x509.store:set_purpose: X509_STORE_set_purpose");
}

function setFlags(this: Store, ...flags: number[]): Result<true> {
  let all = 0;
  for (const flag of flags) all = bits.bor(all, flag);
  return verdict(C.X509_STORE_set_flags(this.ctx, all), "x509.store:set_flags: X509_STORE_set_flags");
}

function verify(
  this: Store,
  certificate: HasContext,
  chain?: HasContext,
  returnChain?: boolean,
  _properties?: string,
  method?: string,
  flags?: number,
): Result<unknown> {
  if (!x509.istype(certificate)) return $multi(undefined, "x509.store:verify: expect a x509 instance at #1");
  if (chain !== undefined && !chains.istype(chain))
    return $multi(undefined, "x509.store:verify: expect a x509.chain instance at #1");
  const ctx = owned(C.X509_STORE_CTX_new() as CData, "X509_STORE_CTX_free");
  if (!succeeded(C.X509_STORE_CTX_init(ctx, this.ctx, certificate.ctx, chain?.ctx))) {
    return $multi(undefined, formatError("x509.store:verify: X509_STORE_CTX_init"));
  }
  if (method !== undefined && !succeeded(C.X509_STORE_CTX_set_default(ctx, method))) {
    return $multi(undefined, `x509.store:verify: invalid verify_method "${method}"`);
  }
  if (flags !== undefined) C.X509_STORE_CTX_set_flags(ctx, flags);
  const code = asNumber(C.X509_verify_cert(ctx));
  if (code === 1) {
    C.ERR_clear_error();
    if (returnChain !== true) return $multi(true);
    return chains.dup(C.X509_STORE_CTX_get0_chain(ctx) as CData);
  }
  if (code === 0) {
    const reason = text(C.X509_verify_cert_error_string(asNumber(C.X509_STORE_CTX_get_error(ctx))));
    C.ERR_clear_error();
    return $multi(undefined, reason);
  }
  return $multi(undefined, formatError("x509.store:verify: X509_verify_cert"));
}

const methods = {
  add,
  use_default: useDefault,
  load_file: loadFile,
  load_directory: loadDirectory,
  set_depth: setDepth,
  set_purpose: setPurpose,
  set_flags: setFlags,
  verify,
};
const metatable = { __index: methods };

function create(): Result<Store> {
  const ctx = C.X509_STORE_new();
  if (ctx === undefined) return $multi(undefined, "x509.store.new: X509_STORE_new() failed");
  return $multi(setmetatable({ ctx: ffi.gc(ctx, C.X509_STORE_free) }, metatable) as unknown as Store);
}

const module = { new: create, verify_flags };

export = module;
