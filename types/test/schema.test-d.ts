/** Kong's schema language and the derived configuration. Compiled, never run. */
import * as typedefs from "kong.db.schema.typedefs";

const schema = {
  name: "mine",
  fields: [
    { consumer: typedefs.no_consumer },
    { protocols: typedefs.protocols_http },
    {
      config: {
        type: "record",
        fields: [
          { endpoint: typedefs.url({ required: true, referenceable: true }) },
          { issuer: typedefs.url },
          { ttl: { type: "number", required: true, default: 30, between: [0, 3600] } },
          { leeway: { type: "integer", default: 5 } },
          { mode: { type: "string", required: true, default: "strict", one_of: ["strict", "relaxed"] } },
          { accept: { type: "string", one_of: ["json", "jwt"] } },
          { status: { type: "integer", required: true, default: 401, one_of: [401, 403] } },
          { hide: { type: "boolean", required: true, default: true } },
          { scope: { type: "set", elements: { type: "string", len_min: 1 } } },
          {
            methods: {
              type: "array",
              required: true,
              default: ["GET"],
              elements: { type: "string", one_of: ["GET", "POST"] },
            },
          },
          { args: { type: "map", keys: typedefs.header_name, values: { type: "string", referenceable: true } } },
          {
            counts: { type: "map", required: true, default: {}, keys: { type: "integer" }, values: { type: "number" } },
          },
          {
            redis: {
              type: "record",
              required: true,
              fields: [{ host: typedefs.host }, { port: typedefs.port({ required: true, default: 6379 }) }],
            },
          },
          {
            rules: {
              type: "array",
              elements: {
                type: "record",
                fields: [{ claim: { type: "string", required: true } }, { value: { type: "string" } }],
              },
            },
          },
          { key: { type: "string", custom_validator: (value: string) => value !== "" } },
          { certificate: { type: "foreign", reference: "certificates" } },
        ],
        entity_checks: [{ at_least_one_of: ["endpoint", "issuer"] }],
      },
    },
  ],
} as const satisfies Kong.PluginSchema;

type Config = Kong.ConfigOf<typeof schema>;

// required: always there.
assertType<Equal<Config["endpoint"], string>>();
assertType<Equal<Config["ttl"], number>>();
assertType<Equal<Config["hide"], boolean>>();
// Neither required nor default: nil when unset.
assertType<Equal<Config["issuer"], string | undefined>>();
// A default alone does not help against an explicit null.
assertType<Equal<Config["leeway"], number | undefined>>();
// one_of: a union.
assertType<Equal<Config["mode"], "strict" | "relaxed">>();
assertType<Equal<Config["accept"], "json" | "jwt" | undefined>>();
assertType<Equal<Config["status"], 401 | 403>>();
// Lists, maps, records.
assertType<Equal<Config["scope"], string[] | undefined>>();
assertType<Equal<Config["methods"], ("GET" | "POST")[]>>();
assertType<Equal<Config["args"], ReadonlyLuaMap<string, string> | undefined>>();
assertType<Equal<Config["counts"], ReadonlyLuaMap<number, number>>>();
assertType<Equal<Config["redis"]["port"], number>>();
assertType<Equal<Config["redis"]["host"], string | undefined>>();
assertType<Equal<NonNullable<Config["rules"]>[number]["claim"], string>>();
assertType<Equal<NonNullable<Config["rules"]>[number]["value"], string | undefined>>();
assertType<Equal<Config["key"], string | undefined>>();
assertType<Equal<Config["certificate"], Kong.ForeignKey | undefined>>();

// A list of fields on its own has a type too.
const fields = [{ a: { type: "string", required: true } }, { b: { type: "number" } }] as const satisfies Kong.FieldList;
type Fields = Kong.ValueOfFields<typeof fields>;
assertType<Equal<Fields["a"], string>>();
assertType<Equal<Fields["b"], number | undefined>>();

export function read(this: void, conf: Config): string {
  // @ts-expect-error no such setting
  conf.time_to_live;
  // @ts-expect-error may be unset
  conf.issuer.length;
  // @ts-expect-error not one of the values
  if (conf.mode === "loose") return "";
  return conf.endpoint;
}

// What Kong's metaschema refuses, the compiler refuses.
export const misspelt = {
  // @ts-expect-error no such attribute
  name: { type: "string", requierd: true },
} as const satisfies Kong.FieldEntry;

export const betweenStrings = {
  // @ts-expect-error between is for numbers
  name: { type: "string", between: [1, 2] },
} as const satisfies Kong.FieldEntry;

export const noElements = {
  // @ts-expect-error an array says what it holds
  name: { type: "array" },
} as const satisfies Kong.FieldEntry;

export const noSuchType = {
  // @ts-expect-error no such type
  name: { type: "text" },
} as const satisfies Kong.FieldEntry;

export const wrongDefault = {
  // @ts-expect-error the default is no number
  name: { type: "number", default: "30" },
} as const satisfies Kong.FieldEntry;

export const wrongCheck = {
  name: "mine",
  fields: [],
  // @ts-expect-error no such check
  entity_checks: [{ at_most_one_of: ["a"] }],
} as const satisfies Kong.PluginSchema;

// @ts-expect-error no such typedef: it raises in Lua
typedefs.uri;

// A typedef keeps what the call does not replace.
const port = typedefs.port({ default: 8001 });
assertType<Equal<(typeof port)["type"], "integer">>();
assertType<Equal<(typeof port)["default"], 8001>>();

export const checks = {
  name: "mine",
  fields: [],
  entity_checks: [
    { only_one_of: ["config.a", "config.b"] },
    { mutually_required: ["config.a", "config.b"] },
    { mutually_exclusive_sets: { set1: ["config.a"], set2: ["config.b"] } },
    {
      conditional: {
        if_field: "config.a",
        if_match: { eq: "x" },
        then_field: "config.b",
        then_match: { required: true },
        then_err: "b goes with a",
      },
    },
    {
      custom_entity_check: {
        field_sources: ["config"],
        fn: (entity: { config: { a: string | OpenResty.Null } }) => {
          if (entity.config.a === ngx.null) return $multi(undefined, "a is missing");
          return $multi(true);
        },
      },
    },
  ],
  shorthand_fields: [{ old: { type: "string", func: (value: string) => ({ fresh: value }) } }],
} as const satisfies Kong.PluginSchema;
