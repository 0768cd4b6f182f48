/** Stands in for resty.openssl.hmac. */
import ffi = require("ffi");
import { C, asNumber, element, formatError, owned, succeeded } from "./libcrypto";

type Result<T> = LuaMultiReturn<[T | undefined | false, string?]>;

interface Hmac {
  ctx: CData;
  algo: CData;
  buf: CData;
}

const length = ffi.new("unsigned int[1]");

function update(this: Hmac, ...parts: string[]): Result<true> {
  for (const part of parts) {
    if (!succeeded(C.HMAC_Update(this.ctx, part, part.length))) return $multi(false, formatError("hmac:update"));
  }
  return $multi(true);
}

function final(this: Hmac, part?: string): Result<string> {
  if (part !== undefined && !succeeded(C.HMAC_Update(this.ctx, part, part.length)))
    return $multi(false, formatError("hmac:final"));
  if (!succeeded(C.HMAC_Final(this.ctx, this.buf, length)))
    return $multi(undefined, formatError("hmac:final: HMAC_Final"));
  return $multi(ffi.string(this.buf, asNumber(element(length, 0))));
}

function reset(this: Hmac): Result<true> {
  if (!succeeded(C.HMAC_Init_ex(this.ctx, undefined, 0, undefined, undefined)))
    return $multi(false, formatError("hmac:reset"));
  return $multi(true);
}

const methods = { update, final, reset };
const metatable = { __index: methods };

function create(key: string, type_?: string): LuaMultiReturn<[Hmac | undefined, string?]> {
  const ctx = owned(C.HMAC_CTX_new() as CData, "HMAC_CTX_free");
  const algo = C.EVP_get_digestbyname(type_ ?? "sha1");
  if (algo === undefined) return $multi(undefined, `hmac.new: invalid digest type "${type_}"`);
  if (!succeeded(C.HMAC_Init_ex(ctx, key, key.length, algo, undefined)))
    return $multi(undefined, formatError("hmac.new"));
  const buf = ffi.new("unsigned char[?]", asNumber(C.EVP_MD_get_size(algo)));
  return $multi(setmetatable({ ctx, algo, buf }, metatable) as unknown as Hmac);
}

const module = { new: create };

export = module;
