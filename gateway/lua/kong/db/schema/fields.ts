/** Fields of a schema and values of an entity, found by a name that may be a path with dots. */

/** A field, or a record (which holds fields), of Kong's schema language. */
interface Field extends Dict {
  type: string;
  required?: boolean;
  nilable?: boolean;
  default?: unknown;
  elements?: Field;
  keys?: Field;
  values?: Field;
  fields?: Record<string, Field>[];
  entity_checks?: Dict[];
  referenceable?: boolean;
  encrypted?: boolean;
  auto?: boolean;
  uuid?: boolean;
  eq?: unknown;
  ne?: unknown;
  err?: string;
  len_min?: number;
  shorthand_fields?: Record<string, Field>[];
  func?: (this: void, value: unknown) => Dict;
  check?: (this: void, input: Dict) => LuaMultiReturn<[unknown, unknown?]>;
}

function isNull(value: unknown): boolean {
  return value === undefined || value === ngx.null;
}

function isEmpty(value: unknown): boolean {
  if (isNull(value) || value === "") return true;
  if (type(value) !== "table") return false;
  const [first] = next(value as Dict);
  return first === undefined;
}

/** Whether a table's keys are 1 to n. */
function isSequence(value: unknown): boolean {
  if (type(value) !== "table") return false;
  let count = 0;
  let highest = 0;
  for (const [key] of pairs(value as Record<number, unknown>)) {
    if (typeof key !== "number" || key < 1 || math.floor(key) !== key) return false;
    count = count + 1;
    if (key > highest) highest = key;
  }
  return count === highest;
}

function deepCopy(value: unknown): unknown {
  if (type(value) !== "table") return value;
  const result: Dict = {};
  for (const [key, item] of pairs(value as Dict)) result[key] = deepCopy(item);
  const metatable = getmetatable(value as object);
  return metatable === undefined ? result : setmetatable(result, metatable);
}

/** "a.b" as ["a", "b"]; a name without a dot as ["a", nil]. */
function splitPath(name: string): LuaMultiReturn<[string, string?]> {
  const [dot] = string.find(name, ".", 1, true);
  if (dot === undefined) return $multi(name);
  return $multi(string.sub(name, 1, dot - 1), string.sub(name, dot + 1));
}

function getValue(entity: unknown, name: string): unknown {
  if (isNull(entity)) return undefined;
  const [head, tail] = splitPath(name);
  const value = (entity as Dict)[head];
  return tail === undefined ? value : getValue(value, tail);
}

function setValue(entity: Dict, name: string, value: unknown): void {
  const [head, tail] = splitPath(name);
  if (tail === undefined) {
    entity[head] = value;
    return;
  }
  if (entity[head] === undefined) entity[head] = {};
  setValue(entity[head] as Dict, tail, value);
}

function findField(fields: Record<string, Field>[] | undefined, name: string): Field | undefined {
  if (fields === undefined) return undefined;
  const [head, tail] = splitPath(name);
  for (const entry of fields) {
    const field = entry[head] as Field | undefined;
    if (field !== undefined) return tail === undefined ? field : findField(field.fields, tail);
  }
  return undefined;
}

function quotedList(words: unknown[]): string {
  const quoted: string[] = [];
  for (const word of words) {
    quoted.push(type(word) === "table" ? `(${quotedList(word as unknown[])})` : `'${tostring(word)}'`);
  }
  return table.concat(quoted, ", ");
}

export { Field, deepCopy, findField, getValue, isEmpty, isNull, isSequence, quotedList, setValue };
