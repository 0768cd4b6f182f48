/** Kong's schema of the plugin: what an administrator may write. */
import * as typedefs from "kong.db.schema.typedefs";
import { normalisedName } from "./header-name";
import { type Config, headerSettings, settings } from "./settings";

/** Two settings must not share a header: the later would overwrite the earlier. Unset ones are `ngx.null` here. */
function checkHeadersDiffer(entity: {
  readonly config: { readonly [Name in keyof Config]: Config[Name] | OpenResty.Null };
}): Kong.ValidatorResult {
  const settingOf = new LuaMap<string, string>();
  for (const setting of headerSettings) {
    const header = entity.config[setting];
    if (typeof header === "string") {
      const name = normalisedName(header);
      const other = settingOf.get(name);
      if (other !== undefined) return $multi(undefined, `'${other}' and '${setting}' must not name the same header`);
      settingOf.set(name, setting);
    }
  }
  return $multi(true);
}

const schema = {
  name: "mtls-auth",
  fields: [
    { protocols: typedefs.protocols_http },
    { consumer: typedefs.no_consumer },
    { config: { type: "record", fields: settings } },
  ],
  entity_checks: [{ custom_entity_check: { field_sources: ["config"], fn: checkHeadersDiffer } }],
} as const satisfies Kong.PluginSchema;

export = schema;
