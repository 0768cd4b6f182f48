declare namespace Kong {
  /** What a validator gives: true; or undefined/false and the message for the user. */
  type ValidatorResult = LuaMultiReturn<[true, undefined?] | [boolean | undefined, (string | undefined)?]> | boolean;

  /** A Lua pattern that must, or must not, match, and what to say then. */
  interface SchemaPattern {
    readonly pattern: string;
    readonly err?: string;
  }

  /** Tells administrators that a field will go. Kong logs it when the field is used. */
  interface SchemaDeprecation {
    readonly message: string;
    readonly removal_in_version: string;
    /** Say nothing while the field has this value. */
    readonly old_default?: unknown;
    /** Fields that stand in its place; on a shorthand field Kong then also gives the old name in `conf`. */
    readonly replaced_with?: readonly {
      readonly path: readonly string[];
      readonly reverse_mapping_function?: (this: void, data: never) => unknown;
    }[];
  }

  /** Attributes that a field of any type may have. */
  interface FieldBase {
    /** null and absence are refused. A required record without a value gets its fields' defaults. */
    readonly required?: boolean;
    /** 10 to 500 characters. */
    readonly description?: string;
    readonly examples?: readonly unknown[];
    /** Filled in by Kong: ids and time stamps. */
    readonly auto?: boolean;
    /** The value is whatever a subschema says. */
    readonly abstract?: boolean;
    readonly nilable?: boolean;
    /** Cannot be changed once set. */
    readonly immutable?: boolean;
    /** Not stored. */
    readonly transient?: boolean;
    /** Kept encrypted at rest in Kong Enterprise; nothing in Kong. */
    readonly encrypted?: boolean;
    readonly deprecation?: SchemaDeprecation;
    readonly generate_admin_api?: boolean;
    /** Replaces the message of whatever validator fails. */
    readonly err?: string;
    /** The only value accepted. `ngx.null`: the field must stay unset. */
    readonly eq?: unknown;
    /** The one value refused. */
    readonly ne?: unknown;
  }

  /** Attributes of fields whose value can be unique in the database (entities of a plugin's own, not its config). */
  interface UniqueField {
    readonly unique?: boolean;
    readonly unique_across_ws?: boolean;
  }

  /** Limits on a length: of a string in bytes, of an array, set or map in entries. */
  interface LengthField {
    readonly len_eq?: number;
    readonly len_min?: number;
    readonly len_max?: number;
  }

  /** A string. Unless `len_min` is 0, the empty string is refused. All patterns are Lua patterns. */
  interface StringField extends FieldBase, UniqueField, LengthField {
    readonly type: "string";
    readonly default?: string;
    readonly one_of?: readonly string[];
    readonly not_one_of?: readonly string[];
    readonly match?: string;
    readonly not_match?: string;
    readonly match_all?: readonly SchemaPattern[];
    readonly match_none?: readonly SchemaPattern[];
    readonly match_any?: { readonly patterns: readonly string[]; readonly err?: string };
    readonly starts_with?: string;
    /** Must be a valid regular expression (PCRE). */
    readonly is_regex?: boolean;
    readonly uuid?: boolean;
    /** May be `{vault://...}`: conf then holds the secret, and `""` when it could not be resolved. */
    readonly referenceable?: boolean;
    readonly custom_validator?: (this: void, value: string) => ValidatorResult;
  }

  /** What numbers and integers have in common. */
  interface NumericField extends FieldBase, UniqueField {
    readonly default?: number;
    readonly one_of?: readonly number[];
    readonly not_one_of?: readonly number[];
    /** Lowest and highest value, both allowed. */
    readonly between?: readonly [number, number];
    /** Must be greater than this. */
    readonly gt?: number;
    /** Must be greater than 0: a time stamp. */
    readonly timestamp?: boolean;
    readonly custom_validator?: (this: void, value: number) => ValidatorResult;
  }

  /** A number, also a fraction. */
  interface NumberField extends NumericField {
    readonly type: "number";
  }

  /** A whole number. */
  interface IntegerField extends NumericField {
    readonly type: "integer";
  }

  /** true or false. */
  interface BooleanField extends FieldBase {
    readonly type: "boolean";
    readonly default?: boolean;
    readonly custom_validator?: (this: void, value: boolean) => ValidatorResult;
  }

  /** A list in which order counts and values may repeat. */
  interface ArrayField extends FieldBase, LengthField {
    readonly type: "array";
    readonly elements: ElementField;
    readonly default?: readonly unknown[];
    /** The list must hold this value. */
    readonly contains?: unknown;
    readonly mutually_exclusive_subsets?: readonly (readonly string[])[];
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /** A list without repetition. In conf it is an array which also answers `list["value"]` with true or nil. */
  interface SetField extends FieldBase, LengthField {
    readonly type: "set";
    readonly elements: ElementField;
    readonly default?: readonly unknown[];
    readonly contains?: unknown;
    readonly mutually_exclusive_subsets?: readonly (readonly string[])[];
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /** A table with keys of one type and values of one type. */
  interface MapField extends FieldBase, LengthField {
    readonly type: "map";
    readonly keys: ElementField;
    readonly values: ElementField;
    readonly default?: object;
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /** A table with named fields. */
  interface RecordField extends FieldBase {
    readonly type: "record";
    readonly fields: FieldList;
    readonly entity_checks?: readonly EntityCheck[];
    readonly shorthand_fields?: readonly ShorthandEntry[];
    readonly default?: object;
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /** A reference to another entity, by id. */
  interface ForeignField extends FieldBase, UniqueField {
    readonly type: "foreign";
    /** Name of the entity: `consumers`, `routes`, ... */
    readonly reference: string;
    readonly on_delete?: "restrict" | "cascade" | "null";
    readonly default?: unknown;
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /** A value described by a JSON schema. */
  interface JsonField extends FieldBase {
    readonly type: "json";
    readonly json_schema: {
      readonly inline?: object;
      readonly namespace?: string;
      readonly parent_subschema_key?: string;
      readonly optional?: boolean;
      readonly default?: object;
    };
    readonly default?: unknown;
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /** A Lua function: only for entities that are never stored. */
  interface FunctionField extends FieldBase {
    readonly type: "function";
    readonly default?: unknown;
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /** A field of a schema, by its `type`. */
  type Field =
    | StringField
    | NumberField
    | IntegerField
    | BooleanField
    | ArrayField
    | SetField
    | MapField
    | RecordField
    | ForeignField
    | JsonField
    | FunctionField;

  /** A field inside of an array, set or map. */
  type ElementField = Field;

  /** One entry of `fields`: a table with one key, the field's name. */
  interface FieldEntry {
    readonly [name: string]: Field;
  }

  /** `fields`: an array of one-key tables, so that Lua keeps their order. */
  type FieldList = readonly FieldEntry[];

  /** Validators that a condition may use, beside `required`. */
  interface ConditionValidators {
    readonly required?: boolean;
    readonly eq?: unknown;
    readonly ne?: unknown;
    readonly gt?: number;
    readonly between?: readonly [number, number];
    readonly len_eq?: number;
    readonly len_min?: number;
    readonly len_max?: number;
    readonly match?: string;
    readonly not_match?: string;
    readonly match_all?: readonly SchemaPattern[];
    readonly match_none?: readonly SchemaPattern[];
    readonly match_any?: { readonly patterns: readonly string[]; readonly err?: string };
    readonly starts_with?: string;
    readonly one_of?: readonly unknown[];
    readonly not_one_of?: readonly unknown[];
    readonly contains?: unknown;
    readonly is_regex?: boolean;
    readonly timestamp?: boolean;
    readonly uuid?: boolean;
    readonly elements?: Field | ConditionValidators;
    readonly keys?: Field | ConditionValidators;
    readonly values?: Field | ConditionValidators;
    readonly mutually_exclusive_subsets?: readonly (readonly string[])[];
    readonly custom_validator?: (this: void, value: never) => ValidatorResult;
  }

  /**
   * A check over several fields. An entry has one key. Nested fields are named with dots:
   * in a plugin's schema `config.some_field`, inside of the record `config` `some_field`.
   */
  type EntityCheck =
    | { readonly at_least_one_of: readonly string[] }
    | { readonly only_one_of: readonly string[] }
    | { readonly distinct: readonly string[] }
    | { readonly mutually_required: readonly string[] }
    | { readonly mutually_exclusive: readonly string[] }
    | { readonly mutually_exclusive_sets: { readonly set1: readonly string[]; readonly set2: readonly string[] } }
    | {
        readonly conditional: {
          readonly if_field: string;
          readonly if_match: ConditionValidators;
          readonly then_field: string;
          readonly then_match: ConditionValidators;
          readonly then_err?: string;
        };
      }
    | {
        readonly conditional_at_least_one_of: {
          readonly if_field: string;
          readonly if_match: ConditionValidators;
          readonly then_at_least_one_of: readonly string[];
          readonly then_err?: string;
          readonly else_match?: ConditionValidators;
          readonly else_then_at_least_one_of?: readonly string[];
          readonly else_then_err?: string;
        };
      }
    | {
        readonly custom_entity_check: {
          /** Fields that the function gets, as a table in the shape of the entity. */
          readonly field_sources: readonly string[];
          /** Unset fields are `ngx.null` here. */
          readonly fn: (this: void, entity: never) => ValidatorResult;
          readonly run_with_missing_fields?: boolean;
          readonly run_with_invalid_fields?: boolean;
        };
      };

  /** A field that is accepted and turned into others. It never reaches conf, unless its deprecation says what replaced it. */
  type ShorthandField = Exclude<Field, RecordField | ForeignField | FunctionField> & {
    /** Gives the fields that stand for the value. */
    readonly func: (this: void, value: never) => object | undefined;
  };

  /** One entry of `shorthand_fields`: a table with one key. */
  interface ShorthandEntry {
    readonly [name: string]: ShorthandField;
  }

  /** Changes fields when they are written and read. */
  interface SchemaTransformation {
    readonly input?: readonly string[];
    readonly needs?: readonly string[];
    readonly on_write?: (this: void, ...values: never[]) => unknown;
    readonly on_read?: (this: void, ...values: never[]) => unknown;
  }

  /**
   * What a plugin's schema.lua returns.
   *
   * ```ts
   * const schema = {
   *   name: "my-plugin",
   *   fields: [
   *     { protocols: typedefs.protocols_http },
   *     { config: { type: "record", fields: [{ ttl: { type: "number", required: true, default: 30 } }] } },
   *   ],
   * } as const satisfies Kong.PluginSchema;
   * export = schema;
   * ```
   */
  interface PluginSchema {
    /** Name of the plugin, as users write it. */
    readonly name: string;
    /** `config`, and limits on consumer, service, route and protocols. */
    readonly fields: FieldList;
    readonly entity_checks?: readonly EntityCheck[];
    readonly shorthand_fields?: readonly ShorthandEntry[];
    readonly transformations?: readonly SchemaTransformation[];
    readonly check?: (this: void, entity: never) => ValidatorResult;
  }

  /** An entity of a plugin's own: an element of what daos.lua returns. */
  interface EntitySchema extends PluginSchema {
    readonly primary_key: readonly string[];
    readonly endpoint_key?: string;
    readonly cache_key?: readonly string[];
    readonly workspaceable?: boolean;
    readonly ttl?: boolean;
    readonly db_export?: boolean;
    readonly generate_admin_api?: boolean;
    readonly admin_api_name?: string;
    readonly admin_api_nested_name?: string;
    readonly table_name?: string;
    readonly subschema_key?: string;
    readonly subschema_error?: string;
    readonly dao?: string;
  }

  /** Names in a list of one-key tables. */
  type FieldNames<List extends FieldList> = List[number] extends infer Entry
    ? Entry extends unknown
      ? keyof Entry & string
      : never
    : never;

  /** The field with this name in a list of one-key tables. */
  type FieldNamed<List extends FieldList, Name extends string> =
    Extract<List[number], { readonly [Key in Name]: unknown }> extends { readonly [Key in Name]: infer F } ? F : never;

  /** Names of the fields whose value can never be missing. */
  type PresentNames<List extends FieldList> = {
    [Name in FieldNames<List>]: FieldNamed<List, Name> extends { readonly required: true } ? Name : never;
  }[FieldNames<List>];

  /** The value that a list of fields describes. */
  type ValueOfFields<List extends FieldList> = {
    [Name in PresentNames<List>]: ValueOf<FieldNamed<List, Name>>;
  } & {
    [Name in Exclude<FieldNames<List>, PresentNames<List>>]?: ValueOf<FieldNamed<List, Name>> | undefined;
  } extends infer Both
    ? { [Name in keyof Both]: Both[Name] }
    : never;

  /** A key of a map as Lua holds it. */
  type KeyOf<F> = Extract<ValueOf<F>, string | number | boolean>;

  /** The value that a field describes, as `conf` holds it. */
  type ValueOf<F> = F extends {
    readonly type: "string" | "number" | "integer";
    readonly one_of: infer Values extends readonly unknown[];
  }
    ? Values[number]
    : F extends { readonly type: "string" }
      ? string
      : F extends { readonly type: "number" | "integer" }
        ? number
        : F extends { readonly type: "boolean"; readonly eq: infer Only extends boolean }
          ? Only
          : F extends { readonly type: "boolean" }
            ? boolean
            : F extends { readonly type: "array" | "set"; readonly elements: infer Element }
              ? ValueOf<Element>[]
              : F extends { readonly type: "map"; readonly keys: infer Keys; readonly values: infer Values }
                ? ReadonlyLuaMap<KeyOf<Keys>, ValueOf<Values>>
                : F extends { readonly type: "record"; readonly fields: infer List extends FieldList }
                  ? ValueOfFields<List>
                  : F extends { readonly type: "foreign" }
                    ? ForeignKey
                    : unknown;

  /**
   * The type of `conf` in a plugin's handler, derived from its schema constant.
   *
   * A field with `required: true` is always there. Any other may be undefined,
   * **one with a default too**: an administrator can set it to null, and Kong
   * then leaves it out. So write `required: true` beside a `default`, as Kong's
   * own plugins do. Where Kong stores null, conf has nil, at every depth.
   */
  type ConfigOf<Schema extends PluginSchema> = ValueOf<FieldNamed<Schema["fields"], "config">>;

  /** An entity's type, derived from its schema constant. */
  type EntityOf<Schema extends PluginSchema> = ValueOfFields<Schema["fields"]>;

  /**
   * A ready-made field of `kong.db.schema.typedefs`. Called with attributes, it gives a field with these
   * beside its own: `typedefs.url({ required: true })`. The attributes win.
   */
  type Typedef<Base> = Base &
    (<const Attributes extends object = {}>(this: void, attributes?: Attributes) => Extended<Base, Attributes>);

  /** A typedef with attributes laid over it. */
  type Extended<Base, Attributes> = Omit<Base, keyof Attributes> & Attributes extends infer Both
    ? { readonly [Name in keyof Both]: Both[Name] }
    : never;
}
