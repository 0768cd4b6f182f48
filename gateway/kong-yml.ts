/**
 * kong.yml (`_format_version: "3.0"`): services, routes, plugins, consumers and their credentials, brought into one flat form with Kong's defaults.
 * A field that the gateway does not know is refused by name. Plugins' own settings are checked later, in Lua, by the plugins' schemas.
 */
import { createHash } from "node:crypto";
import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import { parse } from "yaml";
import { SettingsError } from "./settings-error.ts";

type Item = Record<string, unknown>;

/** Where an entity stands in the file: `services`, 1, `plugins`, 2. */
type Location = (string | number)[];

/** kong.yml in the form that the Lua side reads. */
export interface Entities {
  services: Item[];
  routes: Item[];
  consumers: Item[];
  plugins: { entity: Item; location: Location }[];
  acls: Item[];
  keys: Item[];
}

const COMMON = ["id", "name", "tags", "created_at", "updated_at"];
const FIELDS = {
  service: [
    ...COMMON,
    "url",
    "protocol",
    "host",
    "port",
    "path",
    "retries",
    "connect_timeout",
    "write_timeout",
    "read_timeout",
    "enabled",
    "routes",
    "plugins",
  ],
  route: [
    ...COMMON,
    "paths",
    "hosts",
    "methods",
    "protocols",
    "strip_path",
    "preserve_host",
    "regex_priority",
    "https_redirect_status_code",
    "request_buffering",
    "response_buffering",
    "path_handling",
    "service",
    "plugins",
  ],
  consumer: [
    "id",
    "username",
    "custom_id",
    "tags",
    "created_at",
    "updated_at",
    "acls",
    "keyauth_credentials",
    "plugins",
  ],
  plugin: [
    "id",
    "name",
    "instance_name",
    "config",
    "enabled",
    "protocols",
    "tags",
    "created_at",
    "updated_at",
    "service",
    "route",
    "consumer",
  ],
  acl: ["id", "group", "tags", "created_at", "consumer"],
  key: ["id", "key", "tags", "created_at", "ttl", "consumer"],
  file: [
    "_format_version",
    "_transform",
    "_comment",
    "services",
    "routes",
    "consumers",
    "plugins",
    "acls",
    "keyauth_credentials",
  ],
};

function fail(location: Location, message: string): never {
  throw new SettingsError(`kong.yml: ${location.length === 0 ? "" : `${location.join(".")}: `}${message}`);
}

function asItem(value: unknown, location: Location): Item {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(location, "expected a record");
  return value as Item;
}

function items(holder: Item, name: string, location: Location): { item: Item; location: Location }[] {
  const value = holder[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) fail([...location, name], "expected an array");
  return value.map((entry, index) => {
    const place = [...location, name, index + 1];
    return { item: asItem(entry, place), location: place };
  });
}

function checkFields(item: Item, known: string[], location: Location): void {
  for (const name of Object.keys(item)) {
    if (!known.includes(name)) fail(location, `'${name}' is not a field that the development gateway knows`);
  }
}

/** The same name gives the same identifier each time, as Kong's DB-less mode does. */
function identifier(kind: string, given: unknown, seed: string): string {
  if (typeof given === "string") return given;
  const hash = createHash("sha1").update(`${kind}:${seed}`).digest("hex");
  const variant = ((Number.parseInt(hash.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-${variant}${hash.slice(18, 20)}-${hash.slice(20, 32)}`;
}

function text(item: Item, name: string, location: Location): string | undefined {
  const value = item[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") fail([...location, name], "expected a string");
  return value;
}

function integer(item: Item, name: string, fallback: number, location: Location): number {
  const value = item[name];
  if (value === undefined || value === null) return fallback;
  if (!Number.isInteger(value)) fail([...location, name], "expected an integer");
  return value as number;
}

function flag(item: Item, name: string, fallback: boolean, location: Location): boolean {
  const value = item[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "boolean") fail([...location, name], "expected a boolean");
  return value;
}

function texts(item: Item, name: string, location: Location): string[] | undefined {
  const value = item[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) fail([...location, name], "expected a set");
  return value.map((entry, index) => {
    if (typeof entry !== "string") fail([...location, name, index + 1], "expected a string");
    return entry;
  });
}

function readService(item: Item, location: Location): Item {
  checkFields(item, FIELDS.service, location);
  let protocol = text(item, "protocol", location) ?? "http";
  let host = text(item, "host", location);
  let port = integer(item, "port", 0, location);
  let path = text(item, "path", location);
  const url = text(item, "url", location);
  if (url !== undefined) {
    let parsed: URL;
    try {
      parsed = new URL(url);
    } catch {
      fail([...location, "url"], `'${url}' is not a URL`);
    }
    protocol = parsed.protocol.replace(":", "");
    host = parsed.hostname;
    if (parsed.port !== "") port = Number(parsed.port);
    if (parsed.pathname !== "/" || /^[a-z]+:\/\/[^/]+\//.test(url)) path = parsed.pathname;
  }
  if (protocol !== "http" && protocol !== "https")
    fail(location, `protocol '${protocol}' is not one that the development gateway knows (http, https)`);
  if (host === undefined) fail([...location, "host"], "required field missing");
  if (port === 0) port = protocol === "https" ? 443 : 80;
  return {
    id: identifier("services", item.id, text(item, "name", location) ?? location.join(".")),
    name: item.name,
    protocol,
    host,
    port,
    path,
    retries: integer(item, "retries", 5, location),
    connect_timeout: integer(item, "connect_timeout", 60000, location),
    write_timeout: integer(item, "write_timeout", 60000, location),
    read_timeout: integer(item, "read_timeout", 60000, location),
    enabled: flag(item, "enabled", true, location),
    tags: item.tags,
    ws_id: undefined,
  };
}

function readRoute(item: Item, location: Location, service: Item | undefined): Item {
  checkFields(item, FIELDS.route, location);
  const protocols = texts(item, "protocols", location) ?? ["http", "https"];
  for (const protocol of protocols) {
    if (protocol !== "http" && protocol !== "https")
      fail(location, `protocol '${protocol}' is not one that the development gateway knows (http, https)`);
  }
  const paths = texts(item, "paths", location);
  for (const path of paths ?? []) {
    if (!path.startsWith("/") && !path.startsWith("~/"))
      fail([...location, "paths"], "should start with: / (fixed path) or ~/ (regex path)");
  }
  const hosts = texts(item, "hosts", location);
  const methods = texts(item, "methods", location);
  if (paths === undefined && hosts === undefined && methods === undefined)
    fail(location, "must set one of 'methods', 'hosts', 'paths'");
  if (item.path_handling !== undefined && item.path_handling !== "v0")
    fail(location, "path_handling: the development gateway knows only v0");
  return {
    id: identifier("routes", item.id, text(item, "name", location) ?? location.join(".")),
    name: item.name,
    protocols,
    paths,
    hosts,
    methods,
    strip_path: flag(item, "strip_path", true, location),
    preserve_host: flag(item, "preserve_host", false, location),
    regex_priority: integer(item, "regex_priority", 0, location),
    https_redirect_status_code: integer(item, "https_redirect_status_code", 426, location),
    request_buffering: flag(item, "request_buffering", true, location),
    response_buffering: flag(item, "response_buffering", true, location),
    path_handling: "v0",
    service: service === undefined ? undefined : { id: service.id },
    tags: item.tags,
  };
}

function findByName(list: Item[], reference: unknown, names: string[], location: Location): Item {
  const wanted = typeof reference === "object" && reference !== null ? Object.values(reference)[0] : reference;
  const found = list.find((item) => item.id === wanted || names.some((name) => item[name] === wanted));
  return found ?? fail(location, `'${String(wanted)}' is not in this file`);
}

class Reader {
  readonly entities: Entities = { services: [], routes: [], consumers: [], plugins: [], acls: [], keys: [] };
  /** Plugins wait until everything that they may name has been read. */
  readonly #plugins: { item: Item; location: Location; owner: Item }[] = [];

  read(file: Item): Entities {
    checkFields(file, FIELDS.file, []);
    const version = file._format_version;
    if (version !== "3.0") fail([], `_format_version must be "3.0", got ${JSON.stringify(version)}`);
    if (file._transform !== undefined && file._transform !== true)
      fail([], "_transform: the development gateway knows only true");
    for (const { item, location } of items(file, "services", [])) this.#service(item, location);
    for (const { item, location } of items(file, "routes", [])) {
      const service =
        item.service === undefined
          ? undefined
          : findByName(this.entities.services, item.service, ["name"], [...location, "service"]);
      this.#route(item, location, service);
    }
    for (const { item, location } of items(file, "consumers", [])) this.#consumer(item, location);
    for (const { item, location } of items(file, "acls", []))
      this.#acl(item, location, findByName(this.entities.consumers, item.consumer, ["username"], location));
    for (const { item, location } of items(file, "keyauth_credentials", [])) {
      this.#key(item, location, findByName(this.entities.consumers, item.consumer, ["username"], location));
    }
    this.#collect(file, [], {});
    for (const { item, location, owner } of this.#plugins) this.#plugin(item, location, owner);
    return this.entities;
  }

  #collect(holder: Item, location: Location, owner: Item): void {
    for (const plugin of items(holder, "plugins", location)) this.#plugins.push({ ...plugin, owner });
  }

  #service(item: Item, location: Location): void {
    const service = readService(item, location);
    this.entities.services.push(service);
    for (const route of items(item, "routes", location)) this.#route(route.item, route.location, service);
    this.#collect(item, location, { service: { id: service.id } });
  }

  #route(item: Item, location: Location, service: Item | undefined): void {
    const route = readRoute(item, location, service);
    this.entities.routes.push(route);
    this.#collect(item, location, { route: { id: route.id } });
  }

  #consumer(item: Item, location: Location): void {
    checkFields(item, FIELDS.consumer, location);
    const username = text(item, "username", location);
    const customId = text(item, "custom_id", location);
    if (username === undefined && customId === undefined)
      fail(location, "at least one of these fields must be non-empty: 'custom_id', 'username'");
    const consumer: Item = {
      id: identifier("consumers", item.id, username ?? customId ?? ""),
      username,
      custom_id: customId,
      tags: item.tags,
      created_at: 0,
      updated_at: 0,
    };
    this.entities.consumers.push(consumer);
    for (const acl of items(item, "acls", location)) this.#acl(acl.item, acl.location, consumer);
    for (const key of items(item, "keyauth_credentials", location)) this.#key(key.item, key.location, consumer);
    this.#collect(item, location, { consumer: { id: consumer.id } });
  }

  #acl(item: Item, location: Location, consumer: Item): void {
    checkFields(item, FIELDS.acl, location);
    const group = text(item, "group", location) ?? fail([...location, "group"], "required field missing");
    this.entities.acls.push({
      id: identifier("acls", item.id, `${String(consumer.id)}:${group}`),
      group,
      consumer: { id: consumer.id },
    });
  }

  #key(item: Item, location: Location, consumer: Item): void {
    checkFields(item, FIELDS.key, location);
    const key = text(item, "key", location) ?? fail([...location, "key"], "required field missing");
    this.entities.keys.push({ id: identifier("keys", item.id, key), key, consumer: { id: consumer.id } });
  }

  #plugin(item: Item, location: Location, owner: Item): void {
    checkFields(item, FIELDS.plugin, location);
    const name = text(item, "name", location) ?? fail([...location, "name"], "required field missing");
    if (item.config === null) fail([...location, "config"], "required field missing");
    const { services, routes, consumers } = this.entities;
    const entity: Item = {
      name,
      instance_name: item.instance_name,
      config: item.config ?? {},
      enabled: item.enabled,
      protocols: item.protocols,
      tags: item.tags,
      ...owner,
    };
    if (item.service !== undefined)
      entity.service = { id: findByName(services, item.service, ["name"], [...location, "service"]).id };
    if (item.route !== undefined)
      entity.route = { id: findByName(routes, item.route, ["name"], [...location, "route"]).id };
    if (item.consumer !== undefined)
      entity.consumer = { id: findByName(consumers, item.consumer, ["username"], [...location, "consumer"]).id };
    entity.id = identifier("plugins", item.id, location.join("."));
    this.entities.plugins.push({ entity, location });
  }
}

/** Reads the text of a kong.yml. */
export function readEntities(yaml: string): Entities {
  let value: unknown;
  try {
    value = parse(yaml);
  } catch (cause) {
    throw new SettingsError(`kong.yml: ${(cause as Error).message.split("\n")[0] ?? "not YAML"}`);
  }
  return new Reader().read(asItem(value, []));
}

/** Gives each service the addresses of its host: nginx's own resolver would not read the hosts file. */
export async function resolveHosts(entities: Entities): Promise<void> {
  for (const service of entities.services) {
    const host = (service.host as string).replace(/^\[|\]$/g, "");
    service.addresses = isIP(host) !== 0 ? [host] : await lookUp(host);
  }
}

async function lookUp(host: string): Promise<string[]> {
  try {
    const found = await dns.lookup(host, { all: true, family: 4 });
    return found.map((entry) => entry.address);
  } catch {
    // Kong answers requests of such a service with 503; an address that nobody listens on gives the next best, a 502.
    return ["0.0.0.1"];
  }
}
