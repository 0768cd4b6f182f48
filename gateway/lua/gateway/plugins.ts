/** The plugins: their code, their settings, and which settings of each count for a request. */
import { PluginSchema, pluginDefinition, validatePlugin } from "../kong/db/schema/plugin";
import { forReading } from "../kong/db/schema";

type Phase =
  "init_worker" | "configure" | "certificate" | "rewrite" | "access" | "header_filter" | "body_filter" | "log";

interface Handler extends Dict {
  PRIORITY?: number;
  VERSION?: string;
}

interface Plugin {
  name: string;
  handler: Handler;
  schema: PluginSchema;
}

/** A plugin with the settings that it runs with. */
interface Instance {
  plugin: Plugin;
  config: Dict;
}

/** A plugin as kong.yml gives it, and where in the file it stands, for error messages. */
interface PluginEntry {
  entity: Dict & {
    name: string;
    id: string;
    route?: { id: string };
    service?: { id: string };
    consumer?: { id: string };
  };
  location: (string | number)[];
}

/** The settings of one plugin by route, service and consumer. */
type Combinations = LuaTable<string, Dict>;

interface PluginSet {
  /** In the order in which they run. */
  loaded: Plugin[];
  combinations: Record<string, Combinations | undefined>;
  globals: Instance[];
  configs: Record<string, Dict[] | undefined>;
}

/** Kong's own plugins that the gateway has a small version of. */
const BUNDLED = ["key-auth", "acl"];

function load(name: string): LuaMultiReturn<[Plugin | undefined, string?]> {
  const [ok, handler] = pcall(require, `kong.plugins.${name}.handler`);
  if (!ok) {
    const [absent] = string.find(tostring(handler), `module 'kong.plugins.${name}.handler' not found`, 1, true);
    return $multi(
      undefined,
      `${name} plugin is enabled but not installed${absent === undefined ? `;\n${tostring(handler)}` : ""}`,
    );
  }
  const [schemaOk, schema] = pcall(require, `kong.plugins.${name}.schema`);
  if (!schemaOk) return $multi(undefined, `no configuration schema found for plugin: ${name};\n${tostring(schema)}`);
  if (type(handler) !== "table" || typeof (handler as Handler).PRIORITY !== "number") {
    return $multi(undefined, `Plugin "${name}" cannot be loaded: PRIORITY is not a number`);
  }
  if ((handler as Handler).response !== undefined) {
    return $multi(undefined, `plugin '${name}' has a response phase, which the development gateway does not have`);
  }
  return $multi({ name, handler: handler as Handler, schema: schema as PluginSchema });
}

function enabledNames(settings: string[]): string[] {
  const names: string[] = [];
  const seen: LuaSet<string> = new LuaSet();
  for (const setting of settings) {
    for (const name of setting === "bundled" ? BUNDLED : [setting]) {
      if (name !== "off" && !seen.has(name)) {
        seen.add(name);
        names.push(name);
      }
    }
  }
  return names;
}

/** Numbers the settings, over all configurations of this worker. */
let sequence = 0;

/** Every plugin that kong.conf names, in the order in which Kong runs them. Raises where one cannot be loaded. */
function loadAll(settings: string[]): Plugin[] {
  const plugins: Plugin[] = [];
  for (const name of enabledNames(settings)) {
    const [plugin, err] = load(name);
    if (plugin === undefined) error(`error loading plugin schemas: on plugin '${name}': ${err}`, 0);
    plugins.push(plugin);
  }
  table.sort(plugins, (a, b) => {
    const first = a.handler.PRIORITY ?? 0;
    const second = b.handler.PRIORITY ?? 0;
    return first === second ? a.name > b.name : first > second;
  });
  return plugins;
}

function combination(route: string | undefined, service: string | undefined, consumer: string | undefined): string {
  return `${route ?? ""}:${service ?? ""}:${consumer ?? ""}`;
}

function resolveReference(reference: string): string {
  const [value, err] = kong.vault.get(reference);
  if (value === undefined) ngx.log(ngx.WARN, `unable to resolve reference ${reference} (${err})`);
  return value ?? "";
}

function findPlugin(plugins: Plugin[], name: string): Plugin | undefined {
  for (const plugin of plugins) {
    if (plugin.name === name) return plugin;
  }
  return undefined;
}

/** Puts an error where the entry stands in the file: `services`, entry 1, `plugins`, entry 2. */
function placeError(errors: Dict, location: (string | number)[], value: unknown): void {
  let node = errors;
  for (const position of $range(1, location.length - 1)) {
    const step = location[position - 1];
    const key = step as string;
    const holder = node as unknown as LuaTable<string, Dict>;
    if ((holder.get(key) as Dict | undefined) === undefined) holder.set(key, {});
    node = holder.get(key);
  }
  (node as unknown as LuaTable<string | number, unknown>).set(location[location.length - 1], value);
}

/** Errors by field as indented lines, in Kong's words. */
function printErrors(errors: Dict, item: string, indent: string): string {
  const lines: string[] = [];
  for (const [key, value] of pairs(errors as Record<string | number, unknown>)) {
    const label = typeof key === "number" ? `- in entry ${key} of '${item}'` : `in '${key}'`;
    if (type(value) === "table") {
      lines.push(`${indent}${label}:`);
      lines.push(printErrors(value as Dict, tostring(key), `${indent}  `));
    } else {
      lines.push(`${indent}${label}: ${tostring(value)}`);
    }
  }
  return table.concat(lines, "\n");
}

/** Validates the entries and sorts their settings; nil and the errors as text where one is wrong. */
function build(plugins: Plugin[], entries: PluginEntry[]): LuaMultiReturn<[PluginSet | undefined, string?]> {
  const set: PluginSet = { loaded: plugins, combinations: {}, globals: [], configs: {} };
  const errors: Dict = {};
  let failed = false;
  for (const entry of entries) {
    const name = entry.entity.name;
    const plugin = findPlugin(plugins, name);
    if (plugin === undefined) {
      placeError(errors, entry.location, {
        name: `plugin '${name}' not enabled; add it to the 'plugins' configuration property`,
      });
      failed = true;
    } else {
      const [valid, err] = validatePlugin(plugin.schema, entry.entity);
      if (valid === undefined) {
        placeError(errors, entry.location, err);
        failed = true;
      } else if (valid.enabled === true) {
        const { route, service, consumer } = entry.entity;
        const reading = forReading(pluginDefinition(plugin.schema), valid, resolveReference);
        const config = (reading.config ?? {}) as Dict;
        config.route_id = route?.id;
        config.service_id = service?.id;
        config.consumer_id = consumer?.id;
        config.plugin_instance_name = entry.entity.instance_name;
        config.__plugin_id = entry.entity.id;
        config.__ws_id = kong.default_workspace;
        sequence = sequence + 1;
        config.__seq__ = sequence;
        config.__key__ = `plugins:${name}:${combination(route?.id, service?.id, consumer?.id)}::`;
        let own = set.combinations[name];
        if (own === undefined) {
          own = new LuaTable();
          set.combinations[name] = own;
        }
        const key = combination(route?.id, service?.id, consumer?.id);
        if ((own.get(key) as Dict | undefined) !== undefined) {
          placeError(
            errors,
            entry.location,
            `uniqueness violation: 'plugins' entity with primary key set to '${name}' already declared`,
          );
          failed = true;
        }
        own.set(key, config);
        const list = set.configs[name];
        if (list === undefined) set.configs[name] = [config];
        else list.push(config);
      }
    }
  }
  if (failed) return $multi(undefined, printErrors(errors, "", ""));
  for (const plugin of plugins) {
    const config = set.combinations[plugin.name]?.get("::") as Dict | undefined;
    if (config !== undefined) set.globals.push({ plugin, config });
  }
  return $multi(set);
}

/** The settings that count: the more of route, service and consumer they name, the earlier they are taken (Kong's order). */
function configFor(set: PluginSet, plugin: Plugin, ctx: RequestContext): Dict | undefined {
  const combinations = set.combinations[plugin.name];
  if (combinations === undefined) return undefined;
  const handler = plugin.handler;
  const route = handler.no_route === true ? undefined : ctx.route?.id;
  const service = handler.no_service === true ? undefined : ctx.service?.id;
  const consumer = handler.no_consumer === true ? undefined : ctx.authenticated_consumer?.id;
  if (consumer !== undefined) {
    const found = (combinations.get(combination(route, service, consumer)) ??
      combinations.get(combination(route, undefined, consumer)) ??
      combinations.get(combination(undefined, service, consumer))) as Dict | undefined;
    if (found !== undefined) return found;
  }
  const both = combinations.get(combination(route, service, undefined)) as Dict | undefined;
  if (both !== undefined) return both;
  if (consumer !== undefined) {
    const found = combinations.get(combination(undefined, undefined, consumer)) as Dict | undefined;
    if (found !== undefined) return found;
  }
  return (combinations.get(combination(route, undefined, undefined)) ??
    combinations.get(combination(undefined, service, undefined)) ??
    combinations.get("::")) as Dict | undefined;
}

export { Instance, Phase, Plugin, PluginEntry, PluginSet, build, configFor, loadAll };
