/** The checks between the fields of one entity: each is run on those values only that it names. */
import MESSAGES = require("./messages");
import { Field, findField, getValue, isEmpty, quotedList, setValue } from "./fields";

/** Text for the check's own message, or a whole message that replaces it. */
type Verdict = LuaMultiReturn<[true] | [undefined, string?, string?]>;
type ValidateField = (this: void, field: Field, value: unknown) => LuaMultiReturn<[unknown, unknown?]>;

interface Context {
  fields: Record<string, Field>[] | undefined;
  errors: Dict;
  validateField: ValidateField;
}

interface Checker {
  runWithMissing: boolean;
  runWithInvalid: boolean;
  sources?: string[];
  required?: Record<string, boolean>;
  run: (this: void, entity: Dict, argument: never, context: Context) => Verdict;
}

interface Conditional {
  if_field: string;
  if_match: Field;
  then_field: string;
  then_match: Field;
  then_err?: string;
}

interface ConditionalAtLeastOneOf {
  if_field: string;
  if_match: Field;
  then_at_least_one_of: string[];
  then_err?: string;
  else_match?: Field;
  else_then_at_least_one_of: string[];
  else_then_err?: string;
}

function present(entity: Dict, names: string[]): string[] {
  const found: string[] = [];
  for (const name of names) {
    if (!isEmpty(getValue(entity, name))) found.push(name);
  }
  return found;
}

function unless(ok: boolean, names: string[]): Verdict {
  if (ok) return $multi(true);
  return $multi(undefined, quotedList(names));
}

/** What a condition demands, on top of what the field itself demands. */
function refine(match: Field, field: Field | undefined): Field {
  return setmetatable(match, { __index: field } as never) as unknown as Field;
}

function isFalsy(value: unknown): boolean {
  return value === undefined || value === false;
}

const checkers: Record<string, Checker> = {
  at_least_one_of: {
    runWithMissing: true,
    runWithInvalid: true,
    run: (entity: Dict, names: string[]) => unless(present(entity, names).length > 0, names),
  },
  only_one_of: {
    runWithMissing: false,
    runWithInvalid: true,
    run: (entity: Dict, names: string[]) => unless(present(entity, names).length === 1, names),
  },
  distinct: {
    runWithMissing: false,
    runWithInvalid: true,
    run: (entity: Dict, names: string[]) => {
      const seen: LuaSet<AnyNotNil> = new LuaSet();
      for (const name of names) {
        const value = getValue(entity, name);
        if (!isEmpty(value)) {
          if (seen.has(value as AnyNotNil)) return $multi(undefined, quotedList(names));
          seen.add(value as AnyNotNil);
        }
      }
      return $multi(true);
    },
  },
  mutually_required: {
    runWithMissing: true,
    runWithInvalid: false,
    run: (entity: Dict, names: string[]) => {
      const count = present(entity, names).length;
      return unless(count === 0 || count === names.length, names);
    },
  },
  mutually_exclusive: {
    runWithMissing: true,
    runWithInvalid: false,
    run: (entity: Dict, names: string[]) => unless(present(entity, names).length <= 1, names),
  },
  mutually_exclusive_sets: {
    runWithMissing: true,
    runWithInvalid: false,
    sources: ["set1", "set2"],
    run: (entity: Dict, sets: { set1: string[]; set2: string[] }) => {
      const first = present(entity, sets.set1);
      const second = present(entity, sets.set2);
      if (first.length === 0 || second.length === 0) return $multi(true);
      return $multi(undefined, `(${quotedList(first)}), (${quotedList(second)})`);
    },
  },
  conditional: {
    runWithMissing: false,
    runWithInvalid: true,
    sources: ["if_field", "then_field"],
    required: { if_field: true },
    run: (entity: Dict, rule: Conditional, context: Context) => {
      const [applies] = context.validateField(
        refine(rule.if_match, findField(context.fields, rule.if_field)),
        getValue(entity, rule.if_field),
      );
      if (isFalsy(applies)) return $multi(true);
      const value = getValue(entity, rule.then_field) ?? ngx.null;
      if (rawget(rule.then_match, "required") === true && value === ngx.null) {
        setValue(context.errors, rule.then_field, MESSAGES.REQUIRED);
        return $multi(undefined, rule.if_field);
      }
      const [ok, err] = context.validateField(
        refine(rule.then_match, findField(context.fields, rule.then_field)),
        value,
      );
      if (!isFalsy(ok)) return $multi(true);
      setValue(context.errors, rule.then_field, err);
      return $multi(
        undefined,
        rule.if_field,
        rule.then_err === undefined ? undefined : string.format(rule.then_err, rule.if_field),
      );
    },
  },
  conditional_at_least_one_of: {
    runWithMissing: true,
    runWithInvalid: true,
    sources: ["if_field", "then_at_least_one_of", "else_then_at_least_one_of"],
    run: (entity: Dict, rule: ConditionalAtLeastOneOf, context: Context) => {
      const value = getValue(entity, rule.if_field);
      if (value === undefined) return $multi(true);
      const field = findField(context.fields, rule.if_field);
      let names = rule.then_at_least_one_of;
      let message = rule.then_err;
      const [applies] = context.validateField(refine(rule.if_match, field), value);
      if (isFalsy(applies)) {
        if (rule.else_match === undefined) return $multi(true);
        const [otherwise] = context.validateField(refine(rule.else_match, field), value);
        if (isFalsy(otherwise)) return $multi(true);
        names = rule.else_then_at_least_one_of;
        message = rule.else_then_err;
      }
      if (present(entity, names).length > 0) return $multi(true);
      const list = quotedList(names);
      return $multi(undefined, list, message === undefined ? undefined : string.format(message, list));
    },
  },
  custom_entity_check: {
    runWithMissing: false,
    runWithInvalid: false,
    sources: ["field_sources"],
    required: { field_sources: true },
    run: (entity: Dict, rule: { fn: (this: void, entity: Dict) => Verdict }) => rule.fn(entity),
  },
};

function namedFields(checker: Checker, argument: Dict): LuaMultiReturn<[string[], LuaSet<string>]> {
  const names: string[] = [];
  const required: LuaSet<string> = new LuaSet();
  if (checker.sources === undefined) {
    for (const name of argument as unknown as string[]) {
      names.push(name);
      required.add(name);
    }
    return $multi(names, required);
  }
  for (const source of checker.sources) {
    const value = argument[source];
    const list = type(value) === "table" ? (value as string[]) : [value as string];
    for (const name of list) {
      if (name !== undefined) {
        names.push(name);
        if (checker.required?.[source] === true) required.add(name);
      }
    }
  }
  return $multi(names, required);
}

function addEntityError(errors: Dict, message: string): void {
  if (errors["@entity"] === undefined) errors["@entity"] = [];
  (errors["@entity"] as string[]).push(message);
}

function runEntityCheck(
  name: string,
  argument: Dict,
  input: Dict,
  context: Context,
  isReference: (this: void, value: unknown) => boolean,
): void {
  const checker = checkers[name] as Checker | undefined;
  if (checker === undefined) error(`unknown entity check: ${name}`);
  const [names, required] = namedFields(checker, argument);
  const entity: Dict = {};
  const missing: string[] = [];
  let allNil = true;
  let allValid = true;
  for (const field of names) {
    const value = getValue(input, field);
    const definition = findField(context.fields, field);
    if (value === undefined) {
      if (
        !checker.runWithMissing &&
        argument.run_with_missing_fields !== true &&
        required.has(field) &&
        definition?.nilable !== true
      )
        missing.push(field);
    } else {
      allNil = false;
      if (definition?.type === "string" && definition.referenceable === true && isReference(value)) return;
    }
    if (context.errors[field] !== undefined) allValid = false;
    setValue(entity, field, value);
  }
  if (!allValid && !checker.runWithInvalid && argument.run_with_invalid_fields !== true) return;
  if (allNil && !checker.runWithMissing) return;
  if (missing.length > 0) {
    for (const field of missing) setValue(context.errors, field, MESSAGES.REQUIRED_FOR_ENTITY_CHECK);
    return;
  }
  const run = checker.run as unknown as (this: void, entity: Dict, argument: Dict, context: Context) => Verdict;
  const [ok, detail, whole] = run(entity, argument, context);
  if (!isFalsy(ok)) return;
  if (whole !== undefined) {
    addEntityError(context.errors, whole as string);
    return;
  }
  const format = (MESSAGES as Record<string, string | undefined>)[string.upper(name)];
  if (format !== undefined) addEntityError(context.errors, string.format(format, tostring(detail ?? "")));
  else
    addEntityError(
      context.errors,
      detail === undefined ? string.format(MESSAGES.ENTITY_CHECK, name, "") : tostring(detail),
    );
}

export { addEntityError, runEntityCheck };
