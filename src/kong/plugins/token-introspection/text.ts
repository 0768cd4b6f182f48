/** `string.gmatch` for a pattern with at most one capture: what each match gives is one text. */
export const eachMatch = string.gmatch as unknown as (this: void, text: string, pattern: string) => LuaIterable<string>;
