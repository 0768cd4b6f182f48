/** Stands in for resty.openssl.x509.chain: a list of certificates, counted from 1. */
import ffi = require("ffi");
import x509 = require("../x509");
import { C, asNumber, formatError } from "../libcrypto";

type Result<T> = LuaMultiReturn<[T | undefined, string?]>;

interface Chain {
  ctx: CData;
}

interface Certificate {
  ctx: CData;
}

function sizeOf(chain: Chain): number {
  return asNumber(C.OPENSSL_sk_num(chain.ctx));
}

function at(chain: Chain, position: number): unknown {
  if (position < 1 || position > sizeOf(chain)) return undefined;
  const [certificate] = x509.dup(C.OPENSSL_sk_value(chain.ctx, position - 1) as CData);
  return certificate;
}

function add(this: Chain, certificate: Certificate): Result<true> {
  if (!x509.istype(certificate)) return $multi(undefined, "x509.chain:add: expect a x509 instance at #1");
  const copy = C.X509_dup(certificate.ctx);
  if (copy === undefined) return $multi(undefined, formatError("x509.chain:add"));
  if (asNumber(C.OPENSSL_sk_push(this.ctx, copy)) === 0) return $multi(undefined, formatError("x509.chain:add"));
  return $multi(true);
}

function all(this: Chain): unknown[] {
  const list: unknown[] = [];
  for (const position of $range(1, sizeOf(this))) list.push(at(this, position));
  return list;
}

function count(this: Chain): number {
  return sizeOf(this);
}

const methods = { add, all, count };

function free(stack: CData): void {
  for (const index of $range(0, asNumber(C.OPENSSL_sk_num(stack)) - 1)) C.X509_free(C.OPENSSL_sk_value(stack, index));
  C.OPENSSL_sk_free(stack);
}

const metatable = {
  __index: (chain: Chain, key: unknown) =>
    typeof key === "number" ? at(chain, key) : (methods as Dict)[key as string],
  __len: (chain: Chain) => sizeOf(chain),
};

function wrap(ctx: CData): Chain {
  return setmetatable({ ctx: ffi.gc(ctx, free) }, metatable as never) as unknown as Chain;
}

function create(): Result<Chain> {
  return $multi(wrap(C.OPENSSL_sk_new_null() as CData));
}

/** A copy that shares the certificates. */
function dup(ctx: CData): Result<Chain> {
  const copy = C.X509_chain_up_ref(ctx);
  if (copy === undefined) return $multi(undefined, "x509.chain.dup: X509_chain_up_ref() failed");
  return $multi(wrap(copy));
}

function isChain(value: unknown): boolean {
  return type(value) === "table" && getmetatable(value as object) === (metatable as unknown);
}

const module = { new: create, dup, istype: isChain };

export = module;
