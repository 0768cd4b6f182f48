/** Stands in for resty.openssl.digest. */
import ffi = require("ffi");
import { C, asNumber, element, formatError, owned, succeeded } from "./libcrypto";

type Result<T> = LuaMultiReturn<[T | undefined | false, string?]>;

interface Digest {
  ctx: CData;
  algo: CData;
  buf: CData;
}

const length = ffi.new("unsigned int[1]");

function update(this: Digest, ...parts: string[]): Result<true> {
  for (const part of parts) {
    if (!succeeded(C.EVP_DigestUpdate(this.ctx, part, part.length))) return $multi(false, formatError("digest:update"));
  }
  return $multi(true);
}

function final(this: Digest, part?: string): Result<string> {
  if (part !== undefined && !succeeded(C.EVP_DigestUpdate(this.ctx, part, part.length)))
    return $multi(false, formatError("digest:final"));
  C.EVP_DigestFinal_ex(this.ctx, this.buf, length);
  const size = asNumber(element(length, 0));
  if (size <= 0) return $multi(undefined, formatError("digest:final: EVP_DigestFinal_ex"));
  return $multi(ffi.string(this.buf, size));
}

function reset(this: Digest): Result<true> {
  if (!succeeded(C.EVP_DigestInit_ex(this.ctx, this.algo, undefined)))
    return $multi(false, formatError("digest:reset"));
  return $multi(true);
}

const methods = { update, final, reset, get_provider_name: () => "default" };
const metatable = { __index: methods };

function create(type_?: string): LuaMultiReturn<[Digest | undefined, string?]> {
  const invalid = `digest.new: invalid digest type "${type_}"`;
  const algorithm = C.EVP_MD_fetch(undefined, type_ ?? "sha1", undefined);
  if (algorithm === undefined) return $multi(undefined, formatError(invalid));
  const algo = owned(algorithm, "EVP_MD_free");
  const ctx = owned(C.EVP_MD_CTX_new() as CData, "EVP_MD_CTX_free");
  if (!succeeded(C.EVP_DigestInit_ex(ctx, algo, undefined))) return $multi(undefined, formatError(invalid));
  const buf = ffi.new("unsigned char[?]", asNumber(C.EVP_MD_get_size(algo)));
  return $multi(setmetatable({ ctx, algo, buf }, metatable) as unknown as Digest);
}

function isDigest(value: unknown): boolean {
  return type(value) === "table" && getmetatable(value as object) === (metatable as unknown);
}

const module = { new: create, istype: isDigest };

export = module;
