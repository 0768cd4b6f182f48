/** A plugin as an entity: its schema around its settings, and the two together validated as Kong does. */
import typedefs = require("./typedefs");
import { Definition, processAutoFields, validate } from "../schema";
import { Field } from "./fields";

interface PluginSchema extends Definition {
  name: string;
}

const nextField = next as unknown as (this: void, entry: object) => LuaMultiReturn<[string, Field]>;

function baseFields(): Record<string, unknown>[] {
  return [
    { id: typedefs.uuid },
    { name: { type: "string", required: true } },
    { instance_name: typedefs.utf8_name },
    { created_at: typedefs.auto_timestamp_s },
    { updated_at: typedefs.auto_timestamp_s },
    { route: { type: "foreign", reference: "routes", default: ngx.null } },
    { service: { type: "foreign", reference: "services", default: ngx.null } },
    { consumer: { type: "foreign", reference: "consumers", default: ngx.null } },
    { config: { type: "record", required: true } },
    { protocols: typedefs.protocols_http },
    { enabled: { type: "boolean", required: true, default: true } },
    { tags: typedefs.tags },
    { ordering: { type: "record", fields: [] } },
  ];
}

/** In the schema of an entity a record is required unless it says that it is not. */
function makeRecordsRequired(record: Field): void {
  if (record.required === undefined) record.required = true;
  for (const entry of record.fields ?? []) {
    const [, field] = nextField(entry);
    if (field.type === "record") makeRecordsRequired(field);
  }
}

/** The fields of every plugin, those that the plugin's own schema names replaced by its own. */
function pluginDefinition(schema: PluginSchema): Definition {
  const own: LuaTable<string, Field> = new LuaTable();
  for (const entry of schema.fields ?? []) {
    const [name, field] = nextField(entry);
    if (field.type === "record") makeRecordsRequired(field);
    own.set(name, field);
  }
  const fields: Record<string, Field>[] = [];
  for (const entry of baseFields()) {
    const [name, field] = nextField(entry);
    fields.push({ [name]: (own.get(name) as Field | undefined) ?? field });
  }
  return { fields, entity_checks: schema.entity_checks, check: schema.check };
}

/** The entity with everything filled in, or nil and the errors. */
function validatePlugin(schema: PluginSchema, entity: Dict): LuaMultiReturn<[Dict | undefined, unknown?]> {
  const definition = pluginDefinition(schema);
  const [filled, err] = processAutoFields(definition, entity);
  if (filled === undefined) return $multi(undefined, err);
  const [ok, errors] = validate(definition, filled);
  if (ok === undefined) return $multi(undefined, errors);
  return $multi(filled);
}

export { PluginSchema, pluginDefinition, validatePlugin };
