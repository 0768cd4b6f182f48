/** @noSelfInFile */

declare namespace Cjson {
  /** A decoded JSON value. null is `cjson.null`, never undefined. */
  type Value = string | number | boolean | OpenResty.Null | Value[] | JsonObject;
  /** A decoded JSON object. */
  interface JsonObject {
    [name: string]: Value | undefined;
  }
}

declare module "cjson" {
  /** Raises on bad JSON, and beyond 1000 levels. Numbers are doubles. */
  export function decode(text: string): Cjson.Value;
  /** Raises on what JSON cannot hold: functions, sparse arrays, NaN. Keys in no order; `/` is escaped; an empty table is `{}`. */
  export function encode(value: unknown): string;
  const jsonNull: OpenResty.Null;
  export { jsonNull as null };
  /** Encodes as `[]`. */
  export const empty_array: object;
  /** Metatable of tables that encode as an array. */
  export const array_mt: object;
  /** Metatable of tables that encode as `[]` when empty. */
  export const empty_array_mt: object;
  /** Whether decoded arrays get `array_mt`. A setting of this cjson instance. */
  export function decode_array_with_array_mt(on?: boolean): boolean;
  /** Whether an empty table is encoded as `{}` (the default) or as `[]`. Gives the setting. */
  export function encode_empty_table_as_object(on?: boolean | "on" | "off"): boolean;
  /** Whether `/` is written as `\/`, the default. Gives the setting. */
  export function encode_escape_forward_slash(on?: boolean): boolean;
  /** Digits of encoded numbers: 1 to 16, default 14. Gives the setting. */
  export function encode_number_precision(digits?: number): number;
  /** Deepest nesting that is encoded, default 1000. Gives the setting. */
  export function encode_max_depth(depth?: number): number;
  /** Deepest nesting that is decoded, default 1000. Gives the setting. */
  export function decode_max_depth(depth?: number): number;
  /** How arrays with holes are encoded: refused, or as objects. Gives the settings. */
  export function encode_sparse_array(
    convert?: boolean,
    ratio?: number,
    safe?: number,
  ): LuaMultiReturn<[boolean, number, number]>;
  /** Whether the encoding buffer is kept between calls, the default. Gives the setting. */
  export function encode_keep_buffer(keep?: boolean): boolean;
  /** Whether NaN and infinity are encoded, or written as null. Default: refused. Gives the setting. */
  export function encode_invalid_numbers(setting?: boolean | "null"): boolean | "null";
  /** Whether NaN, infinity and hexadecimal numbers are decoded. Gives the setting. */
  export function decode_invalid_numbers(setting?: boolean): boolean;
}

declare module "cjson.safe" {
  /** undefined and a message on bad JSON. JSON's null gives `cjson.null`. */
  export function decode(text: string): LuaMultiReturn<[Cjson.Value, undefined?] | [undefined, string]>;
  /** undefined and a message on what JSON cannot hold. */
  export function encode(value: unknown): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  const jsonNull: OpenResty.Null;
  export { jsonNull as null };
  export const empty_array: object;
  export const array_mt: object;
  export const empty_array_mt: object;
  /** Whether decoded arrays get `array_mt`. Gives the setting. */
  export function decode_array_with_array_mt(on?: boolean): boolean;
  /** Whether an empty table is encoded as `{}` (the default) or as `[]`. Gives the setting. */
  export function encode_empty_table_as_object(on?: boolean | "on" | "off"): boolean;
  /** Whether `/` is written as `\/`, the default. Gives the setting. */
  export function encode_escape_forward_slash(on?: boolean): boolean;
  /** Digits of encoded numbers: 1 to 16, default 14. Gives the setting. */
  export function encode_number_precision(digits?: number): number;
  /** Deepest nesting that is encoded, default 1000. Gives the setting. */
  export function encode_max_depth(depth?: number): number;
  /** Deepest nesting that is decoded, default 1000. Gives the setting. */
  export function decode_max_depth(depth?: number): number;
  /** How arrays with holes are encoded: refused, or as objects. Gives the settings. */
  export function encode_sparse_array(
    convert?: boolean,
    ratio?: number,
    safe?: number,
  ): LuaMultiReturn<[boolean, number, number]>;
  /** Whether the encoding buffer is kept between calls, the default. Gives the setting. */
  export function encode_keep_buffer(keep?: boolean): boolean;
  /** Whether NaN and infinity are encoded, or written as null. Default: refused. Gives the setting. */
  export function encode_invalid_numbers(setting?: boolean | "null"): boolean | "null";
  /** Whether NaN, infinity and hexadecimal numbers are decoded. Gives the setting. */
  export function decode_invalid_numbers(setting?: boolean): boolean;
  /** A cjson.safe with settings of its own. */
  function instance(): typeof import("cjson.safe");
  export { instance as new };
}
