/**
 * Starts and stops the development gateway: Debian's nginx with ngx_lua, hosting the part of Kong that the plugins use.
 * Production is Kong. When the two differ, this one is wrong.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  accessSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  openSync,
  closeSync,
  readSync,
  fstatSync,
} from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { list, readConf, type KongConf, type Listener } from "./kong-conf.ts";
import { readEntities, resolveHosts, type Entities } from "./kong-yml.ts";
import { findNginx, type NginxBinary } from "./nginx-binary.ts";
import { renderNginxConf, type Layout } from "./nginx-conf.ts";
import { SettingsError } from "./settings-error.ts";

export { SettingsError };

const HERE = dirname(fileURLToPath(import.meta.url));
const REPOSITORY = resolve(HERE, "..");
const BUILD = join(HERE, "build");
const SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
const START_TIMEOUT = 20_000;
const STOP_TIMEOUT = 10_000;

export interface GatewayOptions {
  /** Path of kong.conf. */
  conf?: string;
  /** Settings by their names in kong.conf; they win over the file and the environment. */
  settings?: Readonly<Record<string, string>>;
  /** Working folder for nginx.conf, logs and sockets; kong.conf's `prefix` otherwise. */
  prefix?: string;
  /** Text of kong.yml, instead of the file that `declarative_config` names. */
  yml?: string;
  /** Environment to read KONG_* from and to hand to nginx; the process's own otherwise. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Leave nginx running when this process ends. */
  detached?: boolean;
}

export interface Gateway {
  /** The first port without and with TLS. */
  ports: { http: number | undefined; https: number | undefined };
  listeners: Listener[];
  prefix: string;
  errorLogPath: string;
  accessLogPath: string;
  /** nginx's master process. */
  pid: number;
  /** Replaces the configuration without a restart, as POST /config does: kong.cache is emptied. Rejects, and changes nothing, where kong.yml is wrong. */
  reload(yml: string): Promise<void>;
  /** Resolves when nginx has ended. Requests under way are finished first. */
  stop(): Promise<void>;
  /** Resolves when nginx ends, however that comes. */
  ended: Promise<void>;
}

interface Files {
  conf: string;
  launch: string;
  entities: string;
  socket: string;
}

function filesIn(prefix: string): Files {
  return {
    conf: join(prefix, "nginx.conf"),
    launch: join(prefix, "gateway.json"),
    entities: join(prefix, "entities.json"),
    socket: join(prefix, "gateway.sock"),
  };
}

function readYml(conf: KongConf, options: GatewayOptions): string {
  if (options.yml !== undefined) return options.yml;
  const inline = conf.values.get("declarative_config_string");
  if (inline !== undefined && inline !== "") return inline;
  if (conf.declarativeConfig === undefined) return '_format_version: "3.0"\n';
  try {
    return readFileSync(conf.declarativeConfig, "utf8");
  } catch (cause) {
    throw new SettingsError(
      `declarative_config: cannot read ${conf.declarativeConfig}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
    );
  }
}

function enabledHeaders(value: string): Record<string, boolean> {
  const enabled: Record<string, boolean> = {};
  const groups: Record<string, string[]> = {
    server_tokens: ["Server", "Via"],
    latency_tokens: ["X-Kong-Proxy-Latency", "X-Kong-Response-Latency", "X-Kong-Upstream-Latency"],
    "x-kong-request-id": ["X-Kong-Request-Id"],
    "x-kong-upstream-status": ["X-Kong-Upstream-Status"],
    "x-kong-upstream-latency": ["X-Kong-Upstream-Latency"],
    "x-kong-proxy-latency": ["X-Kong-Proxy-Latency"],
    "x-kong-response-latency": ["X-Kong-Response-Latency"],
    server: ["Server"],
    via: ["Via"],
    off: [],
  };
  for (const name of list(value)) {
    const headers = groups[name.toLowerCase()];
    if (headers === undefined)
      throw new SettingsError(`headers: '${name}' is not one that the development gateway knows`);
    for (const header of headers) enabled[header] = true;
  }
  return enabled;
}

/** What plugins see as kong.configuration. */
function configurationFor(conf: KongConf): Record<string, unknown> {
  const configuration: Record<string, unknown> = {};
  for (const [name, value] of conf.values) {
    if (name !== "declarative_config_string") configuration[name] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return {
    ...configuration,
    prefix: conf.prefix,
    role: "traditional",
    trusted_ips: list(conf.values.get("trusted_ips")),
    plugins: list(conf.values.get("plugins")),
    enabled_headers: enabledHeaders(conf.values.get("headers") ?? ""),
    hostname: hostname(),
  };
}

/** One file out of all trusted certificates: nginx takes one only. */
function trustedCertificates(conf: KongConf, prefix: string): string | undefined {
  const parts: string[] = [];
  for (const path of list(conf.values.get("lua_ssl_trusted_certificate"))) {
    const file = path === "system" ? SYSTEM_CERTIFICATES : path;
    if (path === "system" && !existsSync(file)) continue;
    try {
      parts.push(readFileSync(file, "utf8"));
    } catch {
      throw new SettingsError(`lua_ssl_trusted_certificate: no such file at ${file}`);
    }
  }
  if (parts.length === 0) return undefined;
  const target = join(prefix, "trusted.pem");
  writeFileSync(target, parts.join("\n"));
  return target;
}

function certificates(conf: KongConf, prefix: string): Layout["certificates"] {
  if (!conf.listeners.some(({ ssl }) => ssl)) return [];
  const certificateFiles = list(conf.values.get("ssl_cert"));
  const keys = list(conf.values.get("ssl_cert_key"));
  if (certificateFiles.length !== keys.length)
    throw new SettingsError("ssl_cert and ssl_cert_key must name the same number of files");
  for (const file of [...certificateFiles, ...keys]) {
    try {
      accessSync(file);
    } catch {
      throw new SettingsError(`ssl_cert, ssl_cert_key: no such file at ${file}`);
    }
  }
  if (certificateFiles.length > 0)
    return certificateFiles.map((certificate, index) => ({ certificate, key: keys[index] ?? "" }));
  const own = { certificate: join(prefix, "default.crt"), key: join(prefix, "default.key") };
  const openssl = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "365",
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
  ];
  execFileSync("openssl", [...openssl, "-keyout", own.key, "-out", own.certificate], { stdio: "ignore" });
  return [own];
}

function nameServers(conf: KongConf): string[] {
  const given = list(conf.values.get("dns_resolver"));
  if (given.length > 0) return given;
  try {
    const found = [...readFileSync("/etc/resolv.conf", "utf8").matchAll(/^\s*nameserver\s+(\S+)/gm)].map(
      ([, address = ""]) => address,
    );
    return found.map((address) => (address.includes(":") ? `[${address}]` : address));
  } catch {
    return [];
  }
}

/** nginx would say the same, but three times and after five attempts. */
async function checkPort(listener: Listener): Promise<void> {
  const host = listener.host.replace(/^\[|\]$/g, "");
  await new Promise<void>((done, fail) => {
    const probe = createServer();
    probe.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "EADDRINUSE" ? "the port is in use" : cause.message;
      fail(new SettingsError(`proxy_listen: ${listener.host}:${listener.port}: ${reason}`));
    });
    probe.listen({ host, port: listener.port, exclusive: true }, () => {
      probe.close(() => done());
    });
  });
}

function call(socketPath: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const outgoing = request(
      { socketPath, path, method: body === undefined ? "GET" : "POST", headers: { host: "gateway" }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        response.on("error", fail);
      },
    );
    outgoing.on("error", fail);
    outgoing.end(body);
  });
}

/** What nginx says when it cannot start, without its prefixes; an error that our Lua side raised stands alone. */
export function startError(output: string): string {
  const own = /KONG-ERROR: ([\s\S]*?)(?:\nstack traceback|$)/.exec(output);
  if (own?.[1] !== undefined) return own[1].trim();
  const lines = output.split("\n").filter((line) => /\[(emerg|alert|error|crit)\]/.test(line));
  const first = lines[0] ?? output.trim();
  return first.replace(/^nginx: /, "").replace(/^\d{4}\/\d\d\/\d\d \S+ /, "") || "nginx ended without a word";
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

async function waitUntilReady(child: ChildProcess, socketPath: string, output: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new SettingsError(startError(output()));
    try {
      const { status } = await call(socketPath, "/ready");
      if (status === 200) return;
    } catch {
      // Not yet.
    }
    await pause(20);
  }
  child.kill("SIGKILL");
  throw new SettingsError(`nginx did not answer within ${START_TIMEOUT / 1000} s: ${startError(output())}`);
}

function prepare(prefix: string): void {
  for (const folder of ["logs", "pids"]) mkdirSync(join(prefix, folder), { recursive: true });
}

/** nginx's process id from the prefix, if that process is there. */
export function runningPid(prefix: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(prefix, "pids", "nginx.pid"), "utf8").trim());
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

function layoutFor(
  conf: KongConf,
  files: Files,
  nginx: NginxBinary,
  environment: NonNullable<GatewayOptions["environment"]>,
): Layout {
  const { prefix } = conf;
  const own = [`${BUILD}/?.lua`, `${BUILD}/?/init.lua`, `${REPOSITORY}/?.lua`, `${REPOSITORY}/?/init.lua`];
  const given = (conf.values.get("lua_package_path") ?? "").split(";").filter((part) => part !== "");
  return {
    prefix,
    modules: nginx.modules,
    limitsHeaders: nginx.limitsHeaders,
    // The gateway's stand-ins come first, a user's own plugins before the repository's.
    packagePath: [own[0], own[1], ...given, own[2], own[3]].join(";"),
    launchFile: files.launch,
    entitiesFile: files.entities,
    controlSocket: files.socket,
    trustedCertificates: trustedCertificates(conf, prefix),
    certificates: certificates(conf, prefix),
    isRoot: process.getuid?.() === 0,
    environmentNames: Object.keys(environment).filter((name) => /^[A-Z_][A-Z0-9_]*$/.test(name)),
    resolvers: nameServers(conf),
  };
}

async function write(conf: KongConf, files: Files, entities: Entities, layout: Layout): Promise<void> {
  await resolveHosts(entities);
  writeFileSync(files.launch, JSON.stringify({ configuration: configurationFor(conf) }), { mode: 0o600 });
  writeFileSync(files.entities, JSON.stringify(entities), { mode: 0o600 });
  writeFileSync(files.conf, renderNginxConf(conf, layout));
}

/** Stops the nginx with that process id: first in peace, then by force. */
export async function stopProcess(pid: number): Promise<void> {
  const alive = (): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const signals: NodeJS.Signals[] = ["SIGQUIT", "SIGTERM", "SIGKILL"];
  for (const signal of signals) {
    if (!alive()) return;
    process.kill(pid, signal);
    const deadline = Date.now() + (signal === "SIGQUIT" ? 2000 : STOP_TIMEOUT);
    while (alive() && Date.now() < deadline) await pause(20);
  }
}

async function post(socketPath: string, yml: string): Promise<void> {
  const entities = readEntities(yml);
  await resolveHosts(entities);
  const { status, text } = await call(socketPath, "/config", JSON.stringify(entities));
  if (status !== 200) throw new SettingsError(text.trim());
}

/** Hands the file that `declarative_config` names to the gateway that runs in the prefix. */
export async function reloadRunning(conf: KongConf): Promise<void> {
  if (runningPid(conf.prefix) === undefined) throw new SettingsError(`no gateway is running in ${conf.prefix}`);
  await post(filesIn(conf.prefix).socket, readYml(conf, {}));
}

/** Starts the gateway and resolves when it answers. Rejects with a SettingsError, a single clear message, where it cannot. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const environment = options.environment ?? process.env;
  const conf = readConf({ file: options.conf, settings: options.settings, environment, prefix: options.prefix });
  const { prefix } = conf;
  const nginx = findNginx();
  if (!existsSync(join(BUILD, "gateway", "main.lua")))
    throw new SettingsError("the gateway's Lua side is not built: npm run build");
  const entities = readEntities(readYml(conf, options));
  const files = filesIn(prefix);
  if (files.socket.length > 100) throw new SettingsError(`prefix: ${prefix} is too long for a socket in it`);
  const running = existsSync(prefix) ? runningPid(prefix) : undefined;
  if (running !== undefined) throw new SettingsError(`the gateway is already running in ${prefix}`);
  prepare(prefix);
  for (const listener of conf.listeners) await checkPort(listener);
  rmSync(files.socket, { force: true });
  await write(conf, files, entities, layoutFor(conf, files, nginx, environment));

  const errorLog = join(prefix, "logs", "start.log");
  const output = openSync(errorLog, "w+");
  const child = spawn(nginx.path, ["-p", prefix, "-c", files.conf], {
    stdio: ["ignore", output, output],
    detached: options.detached === true,
    env: environment as NodeJS.ProcessEnv,
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const readOutput = (): string => {
    const buffer = Buffer.alloc(fstatSync(output).size);
    readSync(output, buffer, 0, buffer.length, 0);
    return buffer.toString();
  };
  const killWithParent = (): void => {
    child.kill("SIGKILL");
  };
  try {
    await waitUntilReady(child, files.socket, readOutput);
  } finally {
    if (child.exitCode !== null) rmSync(join(prefix, "pids", "nginx.pid"), { force: true });
  }
  closeSync(output);
  if (options.detached === true) child.unref();
  else process.once("exit", killWithParent);
  const logs = (name: string): string => resolve(prefix, (conf.values.get(name) ?? "").split(" ")[0] ?? "");
  return {
    ports: { http: conf.listeners.find(({ ssl }) => !ssl)?.port, https: conf.listeners.find(({ ssl }) => ssl)?.port },
    listeners: conf.listeners,
    prefix,
    errorLogPath: logs("proxy_error_log"),
    accessLogPath: logs("proxy_access_log"),
    pid: child.pid ?? 0,
    ended,
    reload: (yml) => post(files.socket, yml),
    stop: async () => {
      process.removeListener("exit", killWithParent);
      await stopProcess(child.pid ?? 0);
      if (options.detached !== true) await ended;
    },
  };
}
