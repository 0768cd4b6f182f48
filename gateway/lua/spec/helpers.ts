/**
 * Stands in for Kong's spec.helpers in unit specs: gives the `kong` global and validates settings against a plugin's schema. Whatever else Kong's own
 * module offers raises by name: integration specs belong to Pongo and a real Kong.
 */
import { PluginSchema, validatePlugin } from "../kong/db/schema/plugin";
import { newKong } from "../kong/pdk";
import { newUuid } from "../kong/pdk/uuid";
import { consumers, replace } from "../gateway/consumers";

const configuration: Configuration = {
  prefix: "",
  trusted_ips: [],
  plugins: [],
  role: "traditional",
  enabled_headers: {},
  error_default_type: "text/plain",
  database: "off",
};

/** The entity with everything filled in; or nil and a table of errors in the shape of the entity. */
function validatePluginConfigSchema(
  config: Dict,
  schema: PluginSchema,
  extraFields?: Dict,
): LuaMultiReturn<[Dict | undefined, unknown?]> {
  const entity: Dict = { id: newUuid(), name: schema.name, config };
  for (const [name, value] of pairs(extraFields ?? {})) entity[name] = value;
  return validatePlugin(schema, entity);
}

kong = newKong(configuration);
kong.db = { consumers };
replace({ consumers: [], acls: [], keys: [] });

const helpers = setmetatable(
  { validate_plugin_config_schema: validatePluginConfigSchema },
  {
    __index: ((_: unknown, name: string) =>
      error(
        `spec.helpers.${name} is not part of the development gateway: run this spec with Pongo on a real Kong`,
        2,
      )) as never,
  },
);

export = helpers;
