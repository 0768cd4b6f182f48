/** @noSelfInFile */

/** Modules whose value is a function: `import table_new = require("table.new")`. */
declare module "table.new" {
  /** A table with room for `narr` array entries and `nrec` others. */
  function table_new<T extends object = LuaTable>(narr: number, nrec: number): T;
  export = table_new;
}

declare module "table.clear" {
  /** Removes all entries; the memory stays allocated. */
  function table_clear(tab: object): void;
  export = table_clear;
}

declare module "table.nkeys" {
  /** Number of entries. */
  function table_nkeys(tab: object): number;
  export = table_nkeys;
}

declare module "table.isempty" {
  /** Whether there is no entry. */
  function table_isempty(tab: object): boolean;
  export = table_isempty;
}

declare module "table.isarray" {
  /** Whether all keys are positive integers. */
  function table_isarray(tab: object): boolean;
  export = table_isarray;
}

declare module "table.clone" {
  /** A shallow copy. */
  function table_clone<T extends object>(tab: T): T;
  export = table_clone;
}

declare module "bit" {
  export import tobit = bit.tobit;
  export import tohex = bit.tohex;
  export import bnot = bit.bnot;
  export import bor = bit.bor;
  export import band = bit.band;
  export import bxor = bit.bxor;
  export import lshift = bit.lshift;
  export import rshift = bit.rshift;
  export import arshift = bit.arshift;
  export import rol = bit.rol;
  export import ror = bit.ror;
  export import bswap = bit.bswap;
}

declare module "ffi" {
  type CData = OpenResty.CData;
  /** A C type: its declaration as text, or what `typeof` gave. */
  type CType = string | CData;
  /** Declares C functions and types; raises when one is declared again in another way. */
  export function cdef(definitions: string): void;
  /** The symbols of the process: nginx, OpenSSL and the C library. */
  export const C: Readonly<Record<string, unknown>>;
  /** Loads a library; raises when it is not found. */
  export function load(name: string, global?: boolean): Readonly<Record<string, unknown>>;
  /** Makes a value of a C type, filled with zeros where nothing else is given. */
  function create(ctype: CType, ...init: unknown[]): CData;
  /** Looks a C type up once, for use in place of its name. */
  function typeOf(ctype: CType): CData;
  export { create as new, typeOf as typeof };
  /** Converts as a C cast does. The result keeps nothing alive: hold on to `init`. */
  export function cast(ctype: CType, init: unknown): CData;
  /** Whether the value has this C type. */
  export function istype(ctype: CType, value: unknown): boolean;
  /** Size in bytes; undefined when it is not known. */
  export function sizeof(ctype: CType, nelem?: number): number | undefined;
  /** Calls `finalizer` when the value is collected; undefined takes it off. */
  export function gc(cdata: CData, finalizer: ((this: void, cdata: CData) => void) | undefined): CData;
  /** Copies bytes; text without a length with its zero byte. */
  export function copy(target: CData, source: CData | string, length?: number): void;
  /** Fills with a byte, 0 by default. */
  export function fill(target: CData, length: number, byte?: number): void;
  /** Number of the last error of a C function; with an argument it sets it first. */
  export function errno(value?: number): number;
  /** Bytes to text: up to a zero byte, or so many. */
  function text(pointer: CData, length?: number): string;
  export { text as string };
}
