/**
 * OpenResty's cjson tells lists from records by metatables; Debian's does not. This puts that part around Debian's: `array_mt`, `empty_array_mt`,
 * `empty_array` and `decode_array_with_array_mt`. Everything else is Debian's, whose other settings pass through; OpenResty's further ones raise by name.
 */
type Encode = (this: void, value: unknown) => LuaMultiReturn<[string | undefined, string?]>;
type Decode = (this: void, text: string) => LuaMultiReturn<[unknown, string?]>;

interface Native extends Dict {
  encode: Encode;
  decode: Decode;
  null: unknown;
  new: (this: void) => Native;
}

interface Package {
  cpath: string;
  searchpath: (this: void, name: string, path: string) => string | undefined;
  loadlib: (this: void, file: string, entry: string) => ((this: void) => Native) | undefined;
}

const library = (_G as unknown as { package: Package }).package;

const array_mt = {};
const empty_array_mt = {};
/** A value of its own that is encoded as an empty list. */
const empty_array = setmetatable({}, array_mt as never);

const MOST_NESTED = 1000;
const MOST_NATIVE_DIGITS = 14;
const MOST_DIGITS = 16;
const UNKNOWN = [
  "encode_empty_table_as_object",
  "encode_skip_unsupported_value_types",
  "encode_indent",
  "decode_allow_comment",
];

/** An address that no text of a client's can know. */
const [MARKER] = string.gsub(tostring({}), "^table", "empty");

function openNative(entry: string): Native {
  const file = library.searchpath("cjson", library.cpath);
  const open = file === undefined ? undefined : library.loadlib(file, entry);
  if (open === undefined) error("cjson is not installed: apt-get install lua-cjson");
  return open();
}

/** One instance: the native one within, and the settings that it does not have. */
interface Instance {
  native: Native;
  /** Digits of numbers, where there are more than the native encoder can. */
  digits: number | undefined;
}

/** Whether the native encoder would write another text. */
function needsHand(instance: Instance, value: unknown, depth: number): boolean {
  if (typeof value === "number") return instance.digits !== undefined && value - value === 0;
  if (type(value) !== "table" || depth > MOST_NESTED) return false;
  const metatable = getmetatable(value as object) as unknown;
  if (metatable === array_mt || metatable === empty_array_mt) return true;
  for (const [, item] of pairs(value as Dict)) {
    if (needsHand(instance, item, depth + 1)) return true;
  }
  return false;
}

function isList(value: object): boolean {
  const metatable = getmetatable(value) as unknown;
  if (metatable === array_mt) return true;
  const [first] = next(value as Dict);
  if (first === undefined) return metatable === empty_array_mt;
  return type(first) === "number";
}

/** Encodes by hand what the native encoder would write otherwise; everything else goes to it. */
function encodeByHand(instance: Instance, value: unknown, depth: number): string {
  if (depth > MOST_NESTED) error("Cannot serialise, excessive depth", 0);
  if (!needsHand(instance, value, depth)) {
    const [text, err] = instance.native.encode(value);
    if (text === undefined) error(err ?? "", 0);
    return text;
  }
  if (typeof value === "number") return string.format(`%.${instance.digits}g`, value);
  const parts: string[] = [];
  if (isList(value as object)) {
    const list = value as unknown[];
    for (const position of $range(1, list.length))
      parts.push(encodeByHand(instance, list[position - 1] ?? instance.native.null, depth + 1));
    return `[${table.concat(parts, ",")}]`;
  }
  for (const [key, item] of pairs(value as Dict)) {
    parts.push(`${encodeByHand(instance, tostring(key), depth + 1)}:${encodeByHand(instance, item, depth + 1)}`);
  }
  return `{${table.concat(parts, ",")}}`;
}

/** The text with a marker in each empty list, strings left alone. */
function markEmptyLists(text: string): string {
  const parts: string[] = [];
  let from = 1;
  while (true) {
    const [at] = string.find(text, '["%[]', from);
    if (at === undefined) break;
    if (string.sub(text, at, at) === '"') {
      let end = at + 1;
      while (string.sub(text, end, end) !== '"') end = end + (string.sub(text, end, end) === "\\" ? 2 : 1);
      parts.push(string.sub(text, from, end));
      from = end + 1;
    } else {
      const [, end] = string.find(text, "^%s*%]", at + 1);
      parts.push(string.sub(text, from, at));
      if (end !== undefined) parts.push(`"${MARKER}"]`);
      from = end === undefined ? at + 1 : end + 1;
    }
  }
  parts.push(string.sub(text, from));
  return table.concat(parts);
}

/** Gives lists their metatable: only a list has a number for a key. */
function markLists(value: unknown): unknown {
  if (type(value) !== "table") return value;
  const list = value as unknown[];
  if (list[0] !== undefined) {
    if (list[0] === MARKER) list[0] = undefined;
    setmetatable(list, array_mt as never);
  }
  for (const [, item] of pairs(value as Dict)) markLists(item);
  return value;
}

/** One cjson with settings of its own around a native one. */
function wrap(native: Native): Dict {
  const result: Dict = {};
  const precision = native.encode_number_precision as (this: void, digits?: number) => number;
  const instance: Instance = { native, digits: undefined };
  let marksLists = false;
  let escapesSlashes = true;
  for (const [name, value] of pairs(native)) result[name as string] = value;
  result.array_mt = array_mt;
  result.empty_array_mt = empty_array_mt;
  result.empty_array = empty_array;
  result.decode_array_with_array_mt = (on?: boolean) => {
    if (on !== undefined) marksLists = on;
    return marksLists;
  };
  result.encode_number_precision = (digits?: number) => {
    if (digits === undefined) return instance.digits ?? precision();
    instance.digits = digits > MOST_NATIVE_DIGITS ? digits : undefined;
    if (digits <= MOST_NATIVE_DIGITS) precision(digits);
    else if (digits > MOST_DIGITS)
      error(`bad argument #1 to 'encode_number_precision' (expected integer between 1 and ${MOST_DIGITS})`, 2);
    return digits;
  };
  result.encode_escape_forward_slash = (on?: boolean) => {
    if (on !== undefined) escapesSlashes = on;
    return escapesSlashes;
  };
  result.encode = (value: unknown) => {
    let text: string | undefined;
    let err: string | undefined;
    if (needsHand(instance, value, 0)) text = encodeByHand(instance, value, 0);
    else [text, err] = native.encode(value);
    // Every slash that the native encoder writes has its own backslash before it.
    if (text !== undefined && !escapesSlashes) [text] = string.gsub(text, "\\/", "/");
    return $multi(text, err);
  };
  result.decode = (text: string) => {
    const [value, err] = native.decode(text);
    if (!marksLists || value === undefined) return $multi(value, err);
    const [empty] = string.find(text, "%[%s*%]");
    if (empty === undefined) return $multi(markLists(value));
    const [again] = native.decode(markEmptyLists(text));
    return $multi(markLists(again));
  };
  result.new = () => wrap(native.new());
  for (const name of UNKNOWN) result[name] = () => error(`cjson.${name} is not part of the development gateway`, 2);
  return result;
}

export { Native, openNative, wrap };
