/** What kong.yml says, ready to serve requests; replaced as a whole when a new configuration is posted. */
import cjson = require("cjson.safe");
import { ConsumerData, replace as replaceConsumers } from "./consumers";
import { Plugin, PluginEntry, PluginSet, build, loadAll } from "./plugins";
import { Router, newRouter } from "./router";

interface Entities extends ConsumerData {
  services: (Service & { addresses: string[] })[];
  routes: Route[];
  plugins: PluginEntry[];
}

interface Launch {
  configuration: Configuration;
  entities: Entities;
}

interface State {
  router: Router;
  plugins: PluginSet;
}

function readFile(path: string): string {
  const [file, err] = io.open(path, "r");
  if (file === undefined) error(`cannot read ${path}: ${err}`, 0);
  const text = file.read("*a");
  file.close();
  return tostring(text ?? "");
}

function decode(text: string): unknown {
  const [value, err] = cjson.decode(text);
  if (value === undefined) error(`not JSON: ${err}`, 0);
  return value;
}

/** Addresses lie beside the services, where neither plugins nor the log serializer see them. */
const addresses: LuaTable<string, string> = new LuaTable();

let loaded: Plugin[] | undefined;

function newState(entities: Entities, plugins: PluginSet): State {
  const services: Record<string, Service | undefined> = {};
  for (const service of entities.services) {
    addresses.set(service.id, service.addresses[0]);
    (service as Dict).addresses = undefined;
    services[service.id] = service;
  }
  replaceConsumers(entities);
  return { router: newRouter(entities.routes, services), plugins };
}

/** Validates entities: nil and the errors as text where a plugin's settings are wrong. */
function tryState(entities: Entities): LuaMultiReturn<[State | undefined, string?]> {
  if (loaded === undefined) loaded = loadAll(kong.configuration.plugins);
  const [plugins, err] = build(loaded, entities.plugins);
  if (plugins === undefined) return $multi(undefined, err);
  return $multi(newState(entities, plugins));
}

/** Only validates; nothing of the running configuration changes. */
function check(entities: Entities): string | undefined {
  if (loaded === undefined) loaded = loadAll(kong.configuration.plugins);
  const [, err] = build(loaded, entities.plugins);
  return err;
}

function addressOf(service: Service): string {
  return (addresses.get(service.id) as string | undefined) ?? service.host;
}

export { Entities, Launch, State, addressOf, check, decode, readFile, tryState };
