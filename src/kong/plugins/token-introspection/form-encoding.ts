const concat = table.concat;
const escape = ngx.escape_uri;
const gsub = string.gsub;
const sort = table.sort;

/** One value of application/x-www-form-urlencoded: a space becomes a plus sign, everything but letters, digits and `-._~!*'()` is percent-encoded. */
export function formEncode(this: void, text: string): string {
  return gsub(escape(text), "%%20", "+")[0];
}

/** A form of these parameters, in the order of their names. */
export function encodeForm(this: void, parameters: LuaTable<string, string>): string {
  const fields: string[] = [];
  for (const [name, value] of pairs(parameters)) fields.push(formEncode(name) + "=" + formEncode(value));
  sort(fields);
  return concat(fields, "&");
}
