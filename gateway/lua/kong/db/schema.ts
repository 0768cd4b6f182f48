/**
 * Kong's schema language: fills in defaults, validates, with Kong's error texts. An error is a table of the shape of the entity, with texts for values;
 * what concerns no single field stands in a list under "@entity".
 */
import cjson = require("cjson.safe");
import MESSAGES = require("./schema/messages");
import { addEntityError, runEntityCheck } from "./schema/entity_checks";
import { Field, deepCopy, isSequence } from "./schema/fields";
import { runValidators } from "./schema/validators";
import { newUuid } from "../pdk/uuid";

const nextField = next as unknown as (this: void, entry: object) => LuaMultiReturn<[string, Field]>;
const nextCheck = next as unknown as (this: void, entry: object) => LuaMultiReturn<[string, Dict]>;

type Result = LuaMultiReturn<[unknown, unknown?]>;

/** What stands in the schema language where a record stands: a plugin's schema, or a field of type record. */
interface Definition {
  fields?: Record<string, Field>[];
  entity_checks?: Dict[];
  shorthand_fields?: Record<string, Field>[];
  check?: Field["check"];
}

const TYPES: LuaSet<string> = new LuaSet();
for (const name of ["string", "number", "boolean"]) TYPES.add(name);

/** `{vault://name/key}` stands for a secret that is kept elsewhere. */
function isReference(value: unknown): boolean {
  return typeof value === "string" && string.sub(value, 1, 9) === "{vault://" && string.sub(value, -1) === "}";
}

function validateElements(elements: Field, value: unknown[]): Result {
  elements.required = true;
  const errors: Record<number, unknown> = {};
  let failed = false;
  for (const position of $range(1, value.length)) {
    const [ok, err] = validateField(elements, value[position - 1]);
    if (ok === undefined) {
      (errors as unknown as LuaTable<number, unknown>).set(position, err);
      failed = true;
    }
  }
  if (failed) return $multi(undefined, errors);
  return $multi(true);
}

function validateMap(field: Field, value: Dict): Result {
  const keys = field.keys as Field;
  const values = field.values as Field;
  keys.required = true;
  values.required = true;
  for (const [key, item] of pairs(value)) {
    const [keyOk, keyError] = validateField(keys, key);
    if (keyOk === undefined) return $multi(undefined, keyError);
    const [itemOk, itemError] = validateField(values, item);
    if (itemOk === undefined) return $multi(undefined, itemError);
  }
  return $multi(true);
}

function validateType(field: Field, value: unknown): Result {
  const kind = field.type;
  if (kind === "array" || kind === "set") {
    if (!isSequence(value)) return $multi(undefined, kind === "array" ? MESSAGES.ARRAY : MESSAGES.SET);
    return validateElements(field.elements as Field, value as unknown[]);
  }
  if (kind === "map") {
    if (type(value) !== "table") return $multi(undefined, MESSAGES.MAP);
    return validateMap(field, value as Dict);
  }
  if (kind === "record") {
    if (type(value) !== "table") return $multi(undefined, MESSAGES.RECORD);
    const [filled, err] = processAutoFields(field, value as Dict);
    if (filled === undefined) return $multi(undefined, err);
    return validate(field, filled);
  }
  if (kind === "integer") {
    if (typeof value !== "number" || value !== math.floor(value) || value === math.huge || value === -math.huge)
      return $multi(undefined, MESSAGES.INTEGER);
    return $multi(true);
  }
  if (kind === "string") {
    if (typeof value !== "string") return $multi(undefined, MESSAGES.STRING);
    if (field.len_min === undefined) field.len_min = 1;
    return $multi(true);
  }
  if (kind === "function") {
    if (type(value) !== "function") return $multi(undefined, MESSAGES.FUNCTION);
    return $multi(true);
  }
  if (kind === "foreign" || kind === "any") return $multi(true);
  if (!TYPES.has(kind)) return $multi(undefined, string.format(MESSAGES.SCHEMA_TYPE, kind));
  if (type(value) !== kind) return $multi(undefined, kind === "number" ? MESSAGES.NUMBER : MESSAGES.BOOLEAN);
  return $multi(true);
}

function validateField(field: Field, value: unknown): Result {
  if (value === ngx.null) {
    if (field.ne === ngx.null) return $multi(undefined, field.err ?? string.format(MESSAGES.NE, "null"));
    if (field.eq !== undefined && field.eq !== ngx.null)
      return $multi(undefined, string.format(MESSAGES.EQ, tostring(field.eq)));
    if (field.required === true) return $multi(undefined, MESSAGES.REQUIRED);
    return $multi(true);
  }
  if (field.eq === ngx.null) return $multi(undefined, field.err ?? string.format(MESSAGES.EQ, "null"));
  const [ok, err] = validateType(field, value);
  if (ok === undefined) return $multi(undefined, err);
  if (field.type === "string" && field.referenceable === true && isReference(value)) return $multi(true);
  return runValidators(field, value);
}

function runChecks(definition: Definition, input: Dict, errors: Dict): void {
  if (definition.entity_checks !== undefined) {
    for (const check of definition.entity_checks) {
      const [name, argument] = nextCheck(check);
      runEntityCheck(name, argument, input, { fields: definition.fields, errors, validateField }, isReference);
    }
  }
  if (definition.check === undefined) return;
  const [ok, err] = definition.check(input);
  if (ok !== undefined && ok !== false) return;
  if (type(err) !== "table") {
    addEntityError(errors, typeof err === "string" ? err : "entity check failed");
    return;
  }
  for (const [key, message] of pairs(err as Dict)) {
    if (type(key) === "number") addEntityError(errors, message as string);
    else errors[key] = message;
  }
}

/** true, or nil and the errors. The input must have been through processAutoFields. */
function validate(definition: Definition, input: Dict): Result {
  const errors: Dict = {};
  const known: LuaTable<string, Field> = new LuaTable();
  for (const entry of definition.fields ?? []) {
    const [name, field] = nextField(entry);
    known.set(name, field);
  }
  for (const [key, value] of pairs(input)) {
    const field = known.get(tostring(key)) as Field | undefined;
    if (field === undefined) {
      errors[key] = MESSAGES.UNKNOWN;
    } else {
      const [, err] = validateField(field, value);
      errors[key] = err;
    }
  }
  for (const [name, field] of known) {
    if (field.required === true && (input[name] === undefined || input[name] === ngx.null))
      errors[name] = MESSAGES.REQUIRED;
  }
  runChecks(definition, input, errors);
  const [first] = next(errors);
  if (first !== undefined) return $multi(undefined, errors);
  return $multi(true);
}

/** A set keeps one of each, in the order of first appearance. */
function unique(list: unknown[]): unknown[] {
  const seen: LuaSet<AnyNotNil> = new LuaSet();
  const kept: unknown[] = [];
  for (const item of list) {
    if (!seen.has(item as AnyNotNil)) {
      seen.add(item as AnyNotNil);
      kept.push(item);
    }
  }
  return kept;
}

function missingValue(field: Field, value: unknown): Result {
  if (field.default !== undefined) {
    const copy = deepCopy(field.default);
    if ((field.type === "array" || field.type === "set") && type(copy) === "table")
      setmetatable(copy as object, cjson.array_mt as never);
    return $multi(copy);
  }
  if (field.nilable === true) return $multi(value);
  if (field.required !== true) return $multi(ngx.null);
  if (field.type === "record") return processAutoFields(field, {});
  return $multi(undefined);
}

function fillField(field: Field, given: unknown): Result {
  let value = given;
  if (field.type === "record") {
    if (value === undefined && field.required === true) {
      const [filled, err] = missingValue(field, value);
      if (err !== undefined) return $multi(undefined, err);
      value = filled;
    }
    if (value !== ngx.null && type(value) === "table") return processAutoFields(field, value as Dict);
  } else if (type(value) === "table") {
    if (field.type === "set" && isSequence(value)) value = unique(value as unknown[]);
    if (isSequence(value) && (field.type === "array" || field.type === "set"))
      setmetatable(value as object, cjson.array_mt as never);
    const inner = field.type === "map" ? field.values : field.elements;
    if (inner !== undefined && (field.type === "array" || field.type === "set" || field.type === "map")) {
      for (const [key, item] of pairs(value as Dict)) {
        const [filled, err] = fillField(inner, item);
        if (err !== undefined) return $multi(undefined, err);
        (value as Dict)[key] = filled;
      }
    }
  }
  if (value === undefined) return missingValue(field, value);
  return $multi(value);
}

/** Settings under an older or shorter name: each is turned into the fields that it stands for. */
function expandShorthands(definition: Definition, data: Dict): Dict | undefined {
  const errors: Dict = {};
  for (const entry of definition.shorthand_fields ?? []) {
    const [name, field] = nextField(entry);
    const value = data[name];
    if (value !== undefined) {
      const [ok, err] = validateField(field, value);
      if (ok === undefined) {
        errors[name] = err;
      } else {
        data[name] = undefined;
        const expanded = field.func === undefined ? undefined : (field.func(value) as Dict | undefined);
        for (const [key, item] of pairs(expanded ?? {})) {
          if (type(item) === "table" && type(data[key]) === "table") {
            for (const [inner, innerValue] of pairs(item as Dict)) (data[key] as Dict)[inner] = innerValue;
          } else {
            data[key] = item;
          }
        }
      }
    }
  }
  const [first] = next(errors);
  return first === undefined ? undefined : errors;
}

/** A copy of the data with what is left out filled in: defaults, generated values, null for what is absent. */
function processAutoFields(definition: Definition, given: Dict): LuaMultiReturn<[Dict | undefined, unknown?]> {
  const data = deepCopy(given) as Dict;
  const shorthandErrors = expandShorthands(definition, data);
  if (shorthandErrors !== undefined) return $multi(undefined, shorthandErrors);
  for (const entry of definition.fields ?? []) {
    const [name, field] = nextField(entry);
    let value = data[name];
    if (field.auto === true && (value === undefined || value === ngx.null)) {
      if (field.uuid === true) value = newUuid();
      else if (name === "created_at" || name === "updated_at") value = ngx.time();
    }
    const [filled, err] = fillField(field, value);
    if (err !== undefined) return $multi(undefined, err);
    data[name] = filled;
  }
  return $multi(data);
}

type Resolve = (this: void, reference: string) => string;

function resolveList(field: Field | undefined, value: unknown, resolve: Resolve): Dict | undefined {
  if (field?.type !== "string" || field.referenceable !== true || type(value) !== "table") return undefined;
  let references: Dict | undefined;
  for (const [key, item] of pairs(value as Dict)) {
    if (isReference(item)) {
      references = references ?? {};
      references[key] = item;
      (value as Dict)[key] = resolve(item as string);
    }
  }
  return references;
}

/**
 * What a plugin's code sees of its validated settings: null becomes nil, references become what they stand for (kept under "$refs").
 * Changes `data`.
 */
function forReading(definition: Definition, data: Dict, resolve: Resolve): Dict {
  let references: Dict | undefined;
  for (const entry of definition.fields ?? []) {
    const [name, field] = nextField(entry);
    let value = data[name];
    let reference: unknown;
    if (value === ngx.null) {
      value = undefined;
    } else if (field.type === "record" && type(value) === "table") {
      value = forReading(field, value as Dict, resolve);
    } else if (field.type === "array" && field.elements?.type === "record" && type(value) === "table") {
      for (const item of value as Dict[]) forReading(field.elements, item, resolve);
    } else if (field.type === "string" && field.referenceable === true && isReference(value)) {
      reference = value;
      value = resolve(value as string);
    } else if (field.type === "array" || field.type === "set") {
      reference = resolveList(field.elements, value, resolve);
    } else if (field.type === "map") {
      reference = resolveList(field.values, value, resolve);
    }
    if (value === "" && reference === undefined && (field.len_min ?? 1) > 0) value = undefined;
    if (reference !== undefined) {
      references = references ?? {};
      references[name] = reference;
    }
    data[name] = value;
  }
  data.$refs = references;
  return data;
}

function errorsToString(errors: unknown): string | undefined {
  if (type(errors) !== "table") return undefined;
  const table_ = errors as Dict;
  const messages: string[] = [];
  const entity = table_["@entity"];
  if (entity !== undefined) {
    for (const message of entity as string[]) messages.push(message);
  }
  for (const [key, err] of pairs(table_)) {
    if (key !== "@entity" && type(key) === "string") {
      messages.push(`${key}: ${type(err) === "table" ? (errorsToString(err) ?? "") : tostring(err)}`);
    }
  }
  return string.format(MESSAGES.ERROR, table.concat(messages, "; "));
}

/** A definition that can be called with changes of its own: `typedefs.url({ required = true })`. */
function define(definition: Dict): unknown {
  return setmetatable(definition, {
    __call: (own: Dict, changes?: Dict) => {
      const result: Dict = changes ?? {};
      for (const [key, value] of pairs(own)) {
        if (result[key] === undefined) result[key] = value;
      }
      return result;
    },
  } as never);
}

export { Definition, define, errorsToString, forReading, isReference, processAutoFields, validate, validateField };
