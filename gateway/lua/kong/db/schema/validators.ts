import MESSAGES = require("./messages");
import countKeys = require("table.nkeys");
import { Field, quotedList } from "./fields";

type Result = LuaMultiReturn<[unknown, string?]>;
type Validator = (this: void, value: never, argument: never, field: Field) => Result;

interface PatternAndError {
  pattern: string;
  err: string;
}

function lengthOf(value: string | Dict, field: Field): number {
  return field.type === "map" ? countKeys(value as Dict) : (value as string).length;
}

function joinOptions(options: unknown[]): string {
  return table.concat(options as string[], ", ");
}

function nullName(wanted: unknown): string {
  return wanted === ngx.null ? "null" : tostring(wanted);
}

function verdict(ok: boolean, message: string, argument: unknown): Result {
  if (ok) return $multi(true);
  return $multi(undefined, string.format(message, argument as string));
}

const UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

const validators: Record<string, Validator> = {
  between(value: number, limits: number[]): Result {
    if (value < limits[0] || value > limits[1])
      return $multi(undefined, string.format(MESSAGES.BETWEEN, limits[0], limits[1]));
    return $multi(true);
  },
  eq(value: unknown, wanted: unknown): Result {
    return verdict(value === wanted, MESSAGES.EQ, nullName(wanted));
  },
  ne(value: unknown, wanted: unknown): Result {
    return verdict(value !== wanted, MESSAGES.NE, wanted === ngx.null ? "null" : tostring(value));
  },
  gt(value: number, limit: number): Result {
    return verdict(value > limit, MESSAGES.GT, tostring(limit));
  },
  len_eq(value: string, length: number, field: Field): Result {
    return verdict(lengthOf(value, field) === length, MESSAGES.LEN_EQ, length);
  },
  len_min(value: string, length: number, field: Field): Result {
    return verdict(lengthOf(value, field) >= length, MESSAGES.LEN_MIN, length);
  },
  len_max(value: string, length: number, field: Field): Result {
    return verdict(lengthOf(value, field) <= length, MESSAGES.LEN_MAX, length);
  },
  match(value: string, pattern: string): Result {
    const [found] = string.match(value, pattern);
    return verdict(found !== undefined, MESSAGES.MATCH, value);
  },
  not_match(value: string, pattern: string): Result {
    const [found] = string.match(value, pattern);
    return verdict(found === undefined, MESSAGES.MATCH, value);
  },
  is_regex(value: string): Result {
    const [, err] = ngx.re.match("any string", value);
    return $multi(err === undefined);
  },
  match_all(value: string, list: PatternAndError[]): Result {
    for (const item of list) {
      const [found] = string.match(value, item.pattern);
      if (found === undefined) return $multi(undefined, item.err);
    }
    return $multi(true);
  },
  match_none(value: string, list: PatternAndError[]): Result {
    for (const item of list) {
      const [found] = string.match(value, item.pattern);
      if (found !== undefined) return $multi(undefined, item.err);
    }
    return $multi(true);
  },
  match_any(value: string, argument: { patterns: string[]; err: string }): Result {
    for (const pattern of argument.patterns) {
      const [found] = string.match(value, pattern);
      if (found !== undefined) return $multi(true);
    }
    return $multi(undefined, argument.err);
  },
  starts_with(value: string, expected: string): Result {
    return verdict(string.sub(value, 1, expected.length) === expected, MESSAGES.STARTS_WITH, expected);
  },
  one_of(value: unknown, options: unknown[]): Result {
    for (const option of options) {
      if (value === option) return $multi(true);
    }
    return verdict(false, MESSAGES.ONE_OF, joinOptions(options));
  },
  not_one_of(value: unknown, options: unknown[]): Result {
    for (const option of options) {
      if (value === option) return verdict(false, MESSAGES.NOT_ONE_OF, joinOptions(options));
    }
    return $multi(true);
  },
  timestamp(value: number): Result {
    return $multi(value > 0 ? true : undefined);
  },
  uuid(value: string): Result {
    const [found] = ngx.re.find(value, UUID_PATTERN, "ioj");
    return $multi(found !== undefined ? true : undefined);
  },
  contains(array: unknown[], wanted: unknown): Result {
    for (const item of array) {
      if (item === wanted) return $multi(true);
    }
    return verdict(false, MESSAGES.CONTAINS, wanted);
  },
  mutually_exclusive_subsets(value: unknown[], subsets: unknown[][]): Result {
    const present: unknown[][] = [];
    for (const subset of subsets) {
      let found = false;
      for (const item of subset) {
        for (const own of value) {
          if (own === item) found = true;
        }
      }
      if (found) present.push(subset);
    }
    return verdict(present.length <= 1, MESSAGES.MUTUALLY_EXCLUSIVE_SETS, quotedList(present));
  },
  custom_validator(value: unknown, validate: (this: void, value: unknown) => Result): Result {
    return validate(value);
  },
};

/** The order in which Kong tries them: the first that fails gives the message. */
const ORDER = [
  "eq",
  "ne",
  "not_one_of",
  "one_of",
  "gt",
  "timestamp",
  "uuid",
  "is_regex",
  "between",
  "len_eq",
  "len_min",
  "len_max",
  "starts_with",
  "not_match",
  "match_none",
  "match",
  "match_all",
  "match_any",
  "contains",
  "custom_validator",
  "mutually_exclusive_subsets",
];

function runValidators(field: Field, value: unknown): Result {
  for (const name of ORDER) {
    const argument = field[name];
    if (argument !== undefined) {
      const validate = validators[name] as unknown as (
        this: void,
        value: unknown,
        argument: unknown,
        field: Field,
      ) => Result;
      const [ok, given] = validate(value, argument, field);
      if (ok === undefined || ok === false) {
        const general = (MESSAGES as Record<string, string | undefined>)[string.upper(name)] ?? MESSAGES.VALIDATION;
        return $multi(undefined, field.err ?? given ?? string.format(general, value as string));
      }
    }
  }
  return $multi(true);
}

export { runValidators };
