/** Stands in for resty.openssl.x509.name: reading only. */
import ffi = require("ffi");
import { C, asNumber, owned, text } from "../libcrypto";

interface Entry {
  sn: string;
  ln: string;
  nid: number;
  id: string;
  blob: string;
}

interface Name {
  ctx: CData;
}

const BUFFER_SIZE = 128;
const buffer = ffi.new("char[?]", BUFFER_SIZE);

function entryAt(ctx: CData, index: number): Entry {
  const entry = C.X509_NAME_get_entry(ctx, index);
  const object = C.X509_NAME_ENTRY_get_object(entry);
  const nid = asNumber(C.OBJ_obj2nid(object));
  const length = asNumber(C.OBJ_obj2txt(buffer, BUFFER_SIZE, object, 1));
  const id = ffi.string(buffer, length);
  const data = C.X509_NAME_ENTRY_get_data(entry);
  const blob = ffi.string(C.ASN1_STRING_get0_data(data) as CData, asNumber(C.ASN1_STRING_length(data)));
  if (nid === 0) return { sn: id, ln: id, nid, id, blob };
  return { sn: text(C.OBJ_nid2sn(nid)), ln: text(C.OBJ_nid2ln(nid)), nid, id, blob };
}

/** An unknown attribute goes by its OID. */
function find(this: Name, name: string, last?: number): LuaMultiReturn<[Entry?, (number | string)?, string?]> {
  const object = C.OBJ_txt2obj(name, 0);
  if (object === undefined) return $multi(undefined, undefined, `x509.name:find: invalid NID text ${name}`);
  const position = asNumber(C.X509_NAME_get_index_by_OBJ(this.ctx, object, (last ?? 0) - 1));
  C.ASN1_OBJECT_free(object);
  if (position < 0) return $multi(undefined);
  return $multi(entryAt(this.ctx, position), position + 1);
}

function all(this: Name): LuaTable<string, Entry> {
  const result: LuaTable<string, Entry> = new LuaTable();
  for (const index of $range(0, asNumber(C.X509_NAME_entry_count(this.ctx)) - 1)) {
    const entry = entryAt(this.ctx, index);
    result.set(entry.sn, entry);
  }
  return result;
}

function each(this: Name): () => LuaMultiReturn<[string?, Entry?]> {
  const ctx = this.ctx;
  const count = asNumber(C.X509_NAME_entry_count(ctx));
  let index = -1;
  return () => {
    index = index + 1;
    if (index >= count) return $multi();
    const entry = entryAt(ctx, index);
    return $multi(entry.sn, entry);
  };
}

function toText(this: Name): string {
  const parts: string[] = [];
  for (const index of $range(0, asNumber(C.X509_NAME_entry_count(this.ctx)) - 1)) {
    const entry = entryAt(this.ctx, index);
    parts.push(`${entry.sn}=${entry.blob}`);
  }
  table.sort(parts);
  return table.concat(parts, "/");
}

const methods = { find, all, each, tostring: toText };
const metatable = { __index: methods, __tostring: toText };

/** A copy of the certificate's own name. */
function dup(name: CData): Name {
  return setmetatable({ ctx: owned(C.X509_NAME_dup(name) as CData, "X509_NAME_free") }, metatable) as unknown as Name;
}

const module = { dup };

export = module;
