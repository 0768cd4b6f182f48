/** Stands in for resty.openssl.rand. */
import ffi = require("ffi");
import { C, formatError, succeeded } from "./libcrypto";

function bytes(length: number, isPrivate?: boolean): LuaMultiReturn<[string | undefined, string?]> {
  if (typeof length !== "number") return $multi(undefined, "rand.bytes: expect a number at #1");
  const buffer = ffi.new("unsigned char[?]", length);
  const ok = isPrivate === true ? C.RAND_priv_bytes(buffer, length) : C.RAND_bytes(buffer, length);
  if (!succeeded(ok)) return $multi(undefined, formatError("rand.bytes"));
  return $multi(ffi.string(buffer, length));
}

const module = { bytes };

export = module;
