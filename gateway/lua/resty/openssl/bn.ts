/** Stands in for resty.openssl.bn, as far as certificates and keys give big numbers. */
import ffi = require("ffi");
import { C, asNumber, owned, text } from "./libcrypto";

interface Bn {
  ctx: CData;
}

function toBinary(this: Bn, pad?: number): LuaMultiReturn<[string | undefined, string?]> {
  const length = math.floor((asNumber(C.BN_num_bits(this.ctx)) + 7) / 8);
  const buffer = ffi.new("unsigned char[?]", length + 1);
  C.BN_bn2bin(this.ctx, buffer);
  const bytes = ffi.string(buffer, length);
  return $multi(pad !== undefined && pad > length ? string.rep("\0", pad - length) + bytes : bytes);
}

function digits(name: string, ctx: CData): string {
  const pointer = C[name](ctx);
  const result = text(pointer);
  C.CRYPTO_free(pointer, "", 0);
  return result;
}

function toHex(this: Bn): LuaMultiReturn<[string]> {
  return $multi(digits("BN_bn2hex", this.ctx));
}

function toDecimal(this: Bn): LuaMultiReturn<[string]> {
  return $multi(digits("BN_bn2dec", this.ctx));
}

function toNumber(this: Bn): LuaMultiReturn<[number]> {
  return $multi(tonumber(digits("BN_bn2dec", this.ctx)) ?? 0);
}

const methods = { to_binary: toBinary, to_hex: toHex, to_dec: toDecimal, to_number: toNumber };
const metatable = { __index: methods };

/** Takes the number over: it is freed with the result. */
function wrap(ctx: CData): Bn {
  return setmetatable({ ctx: owned(ctx, "BN_free") }, metatable) as unknown as Bn;
}

/** From big-endian bytes. */
function fromBinary(bytes: string): LuaMultiReturn<[Bn | undefined, string?]> {
  return $multi(wrap(C.BN_bin2bn(bytes, bytes.length, undefined) as CData));
}

const module = { wrap, from_binary: fromBinary };

export = module;
