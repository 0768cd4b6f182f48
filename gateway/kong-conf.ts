/**
 * kong.conf: `name = value` lines, `#` comments, overridden by environment variables `KONG_<NAME>`, as Kong reads it.
 * A setting that the gateway does not know is refused by name; so is a value that it could not honour.
 */
import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { SettingsError } from "./settings-error.ts";

/** One address that the gateway listens on. */
export interface Listener {
  host: string;
  port: number;
  ssl: boolean;
  http2: boolean;
  proxyProtocol: boolean;
  /** As nginx takes it, without http2 on lines that share the address. */
  parameters: string[];
}

/** kong.conf, read and checked. Lists are split at commas, paths are absolute. */
export interface KongConf {
  /** Every setting as text, by its name in kong.conf. */
  values: Map<string, string>;
  listeners: Listener[];
  /** nginx directives by the block that they stand in. */
  directives: Record<InjectedBlock, Directive[]>;
  prefix: string;
  declarativeConfig: string | undefined;
}

export interface Directive {
  name: string;
  value: string;
}

const INJECTED_BLOCKS = ["main", "events", "http", "proxy", "upstream", "location"] as const;
export type InjectedBlock = (typeof INJECTED_BLOCKS)[number];

const DEFAULTS: Record<string, string> = {
  prefix: "/usr/local/kong/",
  log_level: "notice",
  proxy_access_log: "logs/access.log",
  proxy_error_log: "logs/error.log",
  plugins: "bundled",
  proxy_listen: "127.0.0.1:8000, 127.0.0.1:8443 ssl",
  admin_listen: "off",
  database: "off",
  mem_cache_size: "128m",
  ssl_protocols: "TLSv1.2 TLSv1.3",
  ssl_prefer_server_ciphers: "on",
  ssl_session_tickets: "on",
  ssl_session_timeout: "1d",
  ssl_session_cache_size: "10m",
  headers: "server_tokens, latency_tokens, x-kong-request-id",
  real_ip_header: "X-Real-IP",
  real_ip_recursive: "off",
  client_body_buffer_size: "8k",
  nginx_worker_processes: "auto",
  nginx_daemon: "on",
  error_default_type: "text/plain",
  lua_ssl_verify_depth: "1",
  lua_ssl_trusted_certificate: "system",
  lua_ssl_protocols: "TLSv1.2 TLSv1.3",
  lua_socket_pool_size: "256",
  lua_max_req_headers: "100",
  lua_max_resp_headers: "100",
  lua_max_uri_args: "100",
  lua_max_post_args: "100",
  upstream_keepalive_pool_size: "512",
  upstream_keepalive_max_requests: "10000",
  upstream_keepalive_idle_timeout: "60",
};

/** Settings that are known beside those with a default. */
const KNOWN = new Set([
  ...Object.keys(DEFAULTS),
  "declarative_config",
  "declarative_config_string",
  "admin_access_log",
  "admin_error_log",
  "status_access_log",
  "status_error_log",
  "status_listen",
  "stream_listen",
  "admin_gui_listen",
  "anonymous_reports",
  "vaults",
  "trusted_ips",
  "ssl_cert",
  "ssl_cert_key",
  "ssl_ciphers",
  "ssl_cipher_suite",
  "ssl_dhparam",
  "lua_package_path",
  "lua_package_cpath",
  "nginx_user",
  "node_id",
  "role",
  "headers_upstream",
  "dns_resolver",
  "dns_hostsfile",
  "untrusted_lua",
  "router_flavor",
  "tracing_instrumentations",
  "proxy_stream_access_log",
  "proxy_stream_error_log",
]);

/** Settings with one value that the gateway can honour. */
const ONLY: Record<string, string[]> = {
  database: ["off"],
  admin_listen: ["off"],
  status_listen: ["off"],
  stream_listen: ["off"],
  admin_gui_listen: ["off"],
  role: ["traditional"],
  vaults: ["bundled", "env", "off"],
  tracing_instrumentations: ["off"],
  router_flavor: ["traditional_compatible", "traditional"],
  untrusted_lua: ["off", "sandbox"],
  headers_upstream: ["x-kong-request-id", "off"],
  nginx_daemon: ["on", "off"],
  dns_hostsfile: ["/etc/hosts"],
};

/** Environment variables of Kong's images and of Pongo that are no settings. */
const NOT_SETTINGS = new Set([
  "KONG_VERSION",
  "KONG_IMAGE",
  "KONG_TEST_PREFIX",
  "KONG_LICENSE_DATA",
  "KONG_LICENSE_PATH",
  "KONG_BIN",
]);

const PATHS = ["ssl_dhparam", "declarative_config"];
const PATH_LISTS = ["ssl_cert", "ssl_cert_key", "lua_ssl_trusted_certificate"];

/** Reads the text of a kong.conf. Later lines win. */
export function parseConf(text: string, file: string): Map<string, string> {
  const values = new Map<string, string>();
  text.split("\n").forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return;
    const match = /^([A-Za-z0-9_]+)\s*=\s*(.*)$/.exec(line);
    if (match === null) throw new SettingsError(`${file}:${index + 1}: expected 'name = value', got: ${line}`);
    const [, name = "", rest = ""] = match;
    values.set(name, unquote(stripComment(rest)));
  });
  return values;
}

function stripComment(value: string): string {
  const match = /(^|[^\\])#/.exec(value);
  const bare = match === null ? value : value.slice(0, match.index + match[0].length - 1);
  return bare.replaceAll("\\#", "#").trim();
}

function unquote(value: string): string {
  const match = /^(['"])(.*)\1$/.exec(value);
  return match?.[2] ?? value;
}

/** A list as Kong writes it: values between commas. */
export function list(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function injectedBlock(name: string): { block: InjectedBlock; directive: string } | undefined {
  const match = /^nginx_([a-z]+)_(.+)$/.exec(name);
  if (match === null) return undefined;
  const [, block = "", directive = ""] = match;
  return (INJECTED_BLOCKS as readonly string[]).includes(block)
    ? { block: block as InjectedBlock, directive }
    : undefined;
}

function parseListeners(value: string): Listener[] {
  if (value.trim() === "off") return [];
  return list(value).map((entry) => {
    const [address = "", ...flags] = entry.split(/\s+/);
    const match = /^(.*):(\d+)$/.exec(address);
    if (match === null) throw new SettingsError(`proxy_listen: '${address}' is not of the form host:port`);
    const [, host = "", port = ""] = match;
    if (!/^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(host)) {
      throw new SettingsError(
        `proxy_listen: '${address}': the development gateway listens on loopback only (127.0.0.1)`,
      );
    }
    const parameters: string[] = [];
    for (const flag of flags) {
      if (
        !/^(ssl|http2|proxy_protocol|reuseport|deferred|bind|backlog=\d+|so_keepalive=\S+|ipv6only=(on|off))$/.test(
          flag,
        )
      ) {
        throw new SettingsError(`proxy_listen: '${flag}' is not a flag that the development gateway knows`);
      }
      parameters.push(flag);
    }
    return {
      host,
      port: Number(port),
      ssl: flags.includes("ssl"),
      http2: flags.includes("http2"),
      proxyProtocol: flags.includes("proxy_protocol"),
      parameters,
    };
  });
}

/** What comes from where: the file, then the environment, then what the caller demands. */
export interface ConfSources {
  /** Path of kong.conf. */
  file?: string | undefined;
  /** Settings given as an object, by their names in kong.conf. */
  settings?: Readonly<Record<string, string>> | undefined;
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The prefix of the command line. */
  prefix?: string | undefined;
}

function fromFile(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new SettingsError(`cannot read ${file}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`);
  }
  return parseConf(text, file);
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith("KONG_") && value !== undefined && !NOT_SETTINGS.has(name))
      values.set(name.slice("KONG_".length).toLowerCase(), value);
  }
  return values;
}

function refuse(values: Map<string, string>): void {
  for (const [name, value] of values) {
    if (!KNOWN.has(name) && injectedBlock(name) === undefined) {
      throw new SettingsError(`kong.conf: '${name}' is not a setting that the development gateway knows`);
    }
    const allowed = ONLY[name];
    if (allowed !== undefined && value !== "" && !list(value).every((item) => allowed.includes(item))) {
      throw new SettingsError(
        `kong.conf: ${name} = ${value}: the development gateway knows only ${allowed.join(", ")}`,
      );
    }
  }
}

/** Paths in kong.conf are relative to the folder that the gateway is started in, like Kong's. */
function absolute(values: Map<string, string>, base: string): void {
  const toAbsolute = (path: string): string => (isAbsolute(path) ? path : resolve(base, path));
  for (const name of PATHS) {
    const value = values.get(name);
    if (value !== undefined && value !== "") values.set(name, toAbsolute(value));
  }
  for (const name of PATH_LISTS) {
    const value = values.get(name);
    if (value !== undefined)
      values.set(
        name,
        list(value)
          .map((path) => (path === "system" ? path : toAbsolute(path)))
          .join(","),
      );
  }
}

/** Reads, merges and checks all sources. */
export function readConf(sources: ConfSources): KongConf {
  const given = new Map<string, string>([
    ...(sources.file === undefined ? [] : fromFile(sources.file)),
    ...fromEnvironment(sources.environment ?? {}),
    ...Object.entries(sources.settings ?? {}),
  ]);
  if (sources.prefix !== undefined) given.set("prefix", sources.prefix);
  refuse(given);
  const values = new Map([...Object.entries(DEFAULTS), ...given]);
  absolute(values, process.cwd());
  const directives: Record<InjectedBlock, Directive[]> = {
    main: [],
    events: [],
    http: [],
    proxy: [],
    upstream: [],
    location: [],
  };
  for (const [name, value] of given) {
    const injected = injectedBlock(name);
    if (injected !== undefined && value.toUpperCase() !== "NONE")
      directives[injected.block].push({ name: injected.directive, value });
  }
  const declarative = values.get("declarative_config");
  return {
    values,
    directives,
    listeners: parseListeners(values.get("proxy_listen") ?? ""),
    prefix: resolve(values.get("prefix") ?? "."),
    declarativeConfig: declarative === "" ? undefined : declarative,
  };
}
