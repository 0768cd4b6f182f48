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
