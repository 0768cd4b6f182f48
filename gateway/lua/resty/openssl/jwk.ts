/** Keys out of JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037). Like lua-resty-openssl it raises for a member that is no string. */
import cjson = require("cjson.safe");
import ffi = require("ffi");
import base64 = require("ngx.base64");
import { C, element, formatError, owned, succeeded } from "./libcrypto";

type Result<T> = LuaMultiReturn<[T | undefined, string?]>;
type Members = Record<string, string | undefined>;

/** OSSL_KEYMGMT_SELECT_*: public key and parameters, or the private key as well. */
const SELECT_PUBLIC = 0x86;
const SELECT_PAIR = 0x87;

/** Members of an RSA key and OpenSSL's names for them. */
const RSA_MEMBERS = [
  ["n", "n"],
  ["e", "e"],
  ["d", "d"],
  ["p", "rsa-factor1"],
  ["q", "rsa-factor2"],
  ["dp", "rsa-exponent1"],
  ["dq", "rsa-exponent2"],
  ["qi", "rsa-coefficient1"],
];

interface Curve {
  group: string;
  size: number;
}

const CURVES: Record<string, Curve | undefined> = {
  "P-256": { group: "prime256v1", size: 32 },
  "P-384": { group: "secp384r1", size: 48 },
  "P-521": { group: "secp521r1", size: 66 },
};

/** NIDs of the curves of RFC 8037. */
const OKP_CURVES: Record<string, number | undefined> = { X25519: 1034, X448: 1035, Ed25519: 1087, Ed448: 1088 };

function decode(members: Members, name: string): Result<string> {
  const value = members[name] as string;
  const bytes = base64.decode_base64url(value);
  if (bytes === undefined) return $multi(undefined, `cannot decode parameter "${name}" from base64 ${value}`);
  return $multi(bytes);
}

function numberOf(bytes: string): CData {
  return owned(C.BN_bin2bn(bytes, bytes.length, undefined) as CData, "BN_free");
}

/** Makes the key from what the builder holds. */
function fromBuilder(kind: string, builder: CData, selection: number): Result<CData> {
  const params = C.OSSL_PARAM_BLD_to_param(builder);
  const ctx = C.EVP_PKEY_CTX_new_from_name(undefined, kind, undefined);
  const out = ffi.new("void *[1]");
  const ok = succeeded(C.EVP_PKEY_fromdata_init(ctx)) && succeeded(C.EVP_PKEY_fromdata(ctx, out, selection, params));
  const err = ok ? undefined : formatError("EVP_PKEY_fromdata");
  C.EVP_PKEY_CTX_free(ctx);
  C.OSSL_PARAM_free(params);
  if (!ok) return $multi(undefined, err);
  return $multi(element(out, 0) as CData);
}

function loadRsa(members: Members): Result<CData> {
  if (members.n === undefined || members.e === undefined)
    return $multi(undefined, 'at least "n" and "e" parameter is required');
  const builder = owned(C.OSSL_PARAM_BLD_new() as CData, "OSSL_PARAM_BLD_free");
  const kept: CData[] = [];
  for (const [name, native] of RSA_MEMBERS) {
    if (members[name] !== undefined) {
      const [bytes, err] = decode(members, name);
      if (bytes === undefined) return $multi(undefined, err);
      const value = numberOf(bytes);
      kept.push(value);
      C.OSSL_PARAM_BLD_push_BN(builder, native, value);
    }
  }
  return fromBuilder("RSA", builder, members.d === undefined ? SELECT_PUBLIC : SELECT_PAIR);
}

function padded(bytes: string, size: number): string {
  return bytes.length < size ? string.rep("\0", size - bytes.length) + bytes : bytes;
}

function loadElliptic(members: Members): Result<CData> {
  const name = members.crv;
  if (name === undefined) return $multi(undefined, '"crv" not defined for EC key');
  if (members.x === undefined || members.y === undefined)
    return $multi(undefined, 'at least "x" and "y" parameter is required');
  const curve = CURVES[name];
  if (curve === undefined) return $multi(undefined, `curve "${name}" is not supported by this library`);
  const [x, xError] = decode(members, "x");
  if (x === undefined) return $multi(undefined, xError);
  const [y, yError] = decode(members, "y");
  if (y === undefined) return $multi(undefined, yError);
  const point = `\x04${padded(x, curve.size)}${padded(y, curve.size)}`;
  const builder = owned(C.OSSL_PARAM_BLD_new() as CData, "OSSL_PARAM_BLD_free");
  C.OSSL_PARAM_BLD_push_utf8_string(builder, "group", curve.group, 0);
  C.OSSL_PARAM_BLD_push_octet_string(builder, "pub", point, point.length);
  let secret: CData | undefined;
  if (members.d !== undefined) {
    const [d, err] = decode(members, "d");
    if (d === undefined) return $multi(undefined, err);
    secret = numberOf(d);
    C.OSSL_PARAM_BLD_push_BN(builder, "priv", secret);
  }
  return fromBuilder("EC", builder, secret === undefined ? SELECT_PUBLIC : SELECT_PAIR);
}

function loadOctet(members: Members): Result<CData> {
  const nid = OKP_CURVES[members.crv ?? ""];
  if (nid === undefined) return $multi(undefined, `unknown curve "${tostring(members.crv)}`);
  const name = members.d === undefined ? "x" : "d";
  if (members[name] === undefined) return $multi(undefined, 'at least "x" or "d" parameter is required');
  const [bytes, err] = decode(members, name);
  if (bytes === undefined) return $multi(undefined, err);
  const make = name === "x" ? C.EVP_PKEY_new_raw_public_key : C.EVP_PKEY_new_raw_private_key;
  const key = make(nid, undefined, bytes, bytes.length);
  if (key === undefined) return $multi(undefined, formatError("ecx.set_parameters"));
  return $multi(key);
}

/** A key from the text of a JWK. */
function loadJwk(text: string): Result<CData> {
  const [value, decodeError] = cjson.decode(text);
  if (decodeError !== undefined) return $multi(undefined, `error decoding JSON from JWK: ${decodeError}`);
  if (type(value) !== "table") return $multi(undefined, `except input to be decoded as a table, got ${type(value)}`);
  const members = value as Members;
  const kind = members.kty;
  let key: CData | undefined;
  let err: string | undefined;
  if (kind === "RSA") [key, err] = loadRsa(members);
  else if (kind === "EC") [key, err] = loadElliptic(members);
  else if (kind === "OKP") [key, err] = loadOctet(members);
  else return $multi(undefined, `not yet supported jwk type "${kind ?? "nil"}"`);
  if (key === undefined) return $multi(undefined, `failed to construct ${kind} key from JWK: ${err}`);
  return $multi(key);
}

const module = { load: loadJwk };

export = module;
