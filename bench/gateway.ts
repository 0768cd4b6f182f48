/** A gateway with one worker: the development gateway or the `kong` command on PATH. Each has ports and a folder of its own. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { UserError } from "../demo/errors.ts";
import type { Pki } from "../demo/pki.ts";
import { freePorts } from "../e2e/support/ports.ts";
import { until } from "../e2e/support/until.ts";
import { type Gateway, SettingsError, startGateway } from "../gateway/gateway.ts";
import { writeStandIn } from "./callgrind.ts";
import { findWorker } from "./worker.ts";

const run = promisify(execFile);

export const PROJECT = resolve(fileURLToPath(new URL("..", import.meta.url)));
const BENCH_PLUGINS = fileURLToPath(new URL("plugins", import.meta.url));

export interface GatewayRequest {
  readonly kind: "dev" | "kong";
  /** Folder with kong/plugins/ of what is measured. */
  readonly plugins: string;
  /** Names of the plugins to load, beside Kong's own. */
  readonly names: readonly string[];
  /** kong.yml. */
  readonly configuration: unknown;
  readonly pki: Pki;
  /** Settings of kong.conf besides the usual ones. */
  readonly settings: Readonly<Record<string, string>>;
  /** Runs nginx under a tool. */
  readonly tool: "callgrind" | undefined;
}

export interface BenchGateway {
  /** As in `Kong 3.9.1`. */
  readonly description: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Process id of the worker. */
  readonly worker: number;
  /** Folder of this gateway's own; gone when it has stopped. */
  readonly directory: string;
  /** Ends the worker, which nginx replaces: what is shared stays, what was the worker's own is gone. */
  renewWorker(): Promise<void>;
  /** What nginx wrote at level warn and above. */
  complaints(): Promise<string[]>;
  stop(): Promise<void>;
}

/** The shared dictionary for used proofs of possession. */
export const PROOFS = "bench_proofs";

function settingsFor(request: GatewayRequest, ports: readonly [number, number]): Record<string, string> {
  const { pki } = request;
  return {
    plugins: [
      "bundled",
      "bench-floor",
      "bench-floor-settings",
      "bench-nothing",
      "bench-signature",
      "bench-gauge",
      ...request.names,
    ].join(","),
    lua_package_path: [request.plugins, BENCH_PLUGINS]
      .flatMap((folder) => [`${folder}/?.lua`, `${folder}/?/init.lua`])
      .join(";"),
    proxy_listen: `127.0.0.1:${ports[0]}, 127.0.0.1:${ports[1]} ssl`,
    admin_listen: "off",
    nginx_worker_processes: "1",
    log_level: "warn",
    // Files of logs would be measured with everything else.
    proxy_access_log: "off",
    ssl_cert: pki.gateway.certificate,
    ssl_cert_key: pki.gateway.key,
    nginx_proxy_ssl_verify_client: "optional",
    nginx_proxy_ssl_client_certificate: pki.ca.certificate,
    lua_ssl_trusted_certificate: pki.ca.certificate,
    // Connections stay open for the whole run.
    nginx_http_keepalive_requests: "100000000",
    nginx_http_keepalive_timeout: "3600s",
    upstream_keepalive_max_requests: "100000000",
    upstream_keepalive_idle_timeout: "3600",
    upstream_keepalive_pool_size: "2048",
    // Room for all tokens of the longest run: what does not fit is measured on its own.
    mem_cache_size: "256m",
    nginx_http_lua_shared_dict: `${PROOFS} 64m`,
    ...(process.getuid?.() === 0 ? { nginx_user: "root root" } : {}),
    ...request.settings,
  };
}

/** The development gateway looks for nginx on PATH, Kong where openresty_path says. */
const STAND_IN_PLACES = { dev: "bin", kong: "openresty/nginx/sbin" };

/** Calls with another PATH in our own environment, for the development gateway looks there. */
async function withPath<T>(folder: string | undefined, call: () => Promise<T>): Promise<T> {
  const path = process.env["PATH"] ?? "";
  if (folder !== undefined) process.env["PATH"] = `${folder}:${path}`;
  try {
    return await call();
  } finally {
    process.env["PATH"] = path;
  }
}

async function complaintsIn(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8");
  return text.split("\n").filter((line) => /\[(warn|error|crit|alert|emerg)\]/.test(line));
}

type Started = Omit<BenchGateway, "directory">;

async function startDev(
  request: GatewayRequest,
  ports: readonly [number, number],
  directory: string,
): Promise<Started> {
  const prefix = join(directory, "gateway");
  let gateway: Gateway;
  try {
    const standIn = request.tool === undefined ? undefined : join(directory, STAND_IN_PLACES.dev);
    gateway = await withPath(standIn, () =>
      startGateway({
        prefix,
        yml: stringify(request.configuration),
        environment: cleanEnvironment(),
        settings: settingsFor(request, ports),
      }),
    );
  } catch (cause) {
    if (cause instanceof SettingsError) throw new UserError(`The development gateway: ${cause.message}`);
    throw cause;
  }
  try {
    const worker = await until("the worker has started", () => findWorker(gateway.pid, request.tool !== undefined));
    return {
      description: "the development gateway",
      httpPort: ports[0],
      httpsPort: ports[1],
      worker,
      renewWorker: () => renewWorker(gateway.pid, worker),
      complaints: () => complaintsIn(gateway.errorLogPath),
      stop: () => gateway.stop(),
    };
  } catch (cause) {
    await gateway.stop();
    throw cause;
  }
}

/** Ends the worker and waits for another. */
async function renewWorker(master: number, worker: number): Promise<void> {
  process.kill(worker, "SIGTERM");
  await until("there is a new worker", () => {
    const found = findWorker(master);
    return found === worker ? undefined : found;
  });
}

/** Settings of Kong in the environment are not meant for us. */
function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KONG_")));
}

async function kong(...args: string[]): Promise<string> {
  try {
    return (await run("kong", args, { env: cleanEnvironment() })).stdout.trim();
  } catch (cause) {
    const { code, stdout = "", stderr = "" } = cause as { code?: unknown; stdout?: string; stderr?: string };
    if (code === "ENOENT")
      throw new UserError("The command `kong` is not on PATH. Leave GATEWAY out to measure the development gateway.");
    throw new UserError(`kong ${args[0] ?? ""} failed: ${stdout}${stderr}`);
  }
}

async function startKong(
  request: GatewayRequest,
  ports: readonly [number, number],
  directory: string,
): Promise<Started> {
  const prefix = join(directory, "gateway");
  const settings = {
    ...settingsFor(request, ports),
    lua_package_path: `${settingsFor(request, ports)["lua_package_path"]};;`,
    prefix,
    database: "off",
    declarative_config: `${prefix}.yml`,
    admin_gui_listen: "off",
    status_listen: "off",
    anonymous_reports: "off",
    ...(request.tool === undefined ? {} : { openresty_path: join(directory, "openresty") }),
  };
  const conf = `${prefix}.conf`;
  await writeFile(`${prefix}.yml`, stringify(request.configuration));
  await writeFile(
    conf,
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(""),
  );
  const version = await kong("version");
  await kong("start", "-c", conf);
  const pidFile = join(prefix, "pids", "nginx.pid");
  const stop = async (): Promise<void> => {
    await kong("stop", "-p", prefix);
    // The command comes back before nginx has ended.
    while (existsSync(pidFile)) await new Promise((done) => setTimeout(done, 50));
  };
  try {
    const master = Number(await until("nginx has started", () => existsSync(pidFile) && readFile(pidFile, "utf8")));
    const worker = await until("the worker has started", () => findWorker(master, request.tool !== undefined));
    return {
      description: `Kong ${version}`,
      httpPort: ports[0],
      httpsPort: ports[1],
      worker,
      renewWorker: () => renewWorker(master, worker),
      complaints: () => complaintsIn(join(prefix, "logs", "error.log")),
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** @throws UserError when the gateway is missing or does not start. */
export async function startBenchGateway(request: GatewayRequest): Promise<BenchGateway> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  await chmod(directory, 0o755);
  const [http = 0, https = 0] = await freePorts(2);
  const start = request.kind === "kong" ? startKong : startDev;
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    if (request.tool !== undefined) writeStandIn(directory, request.kind, STAND_IN_PLACES[request.kind]);
    const gateway = await start(request, [http, https], directory);
    return {
      ...gateway,
      directory,
      async stop() {
        await gateway.stop();
        await remove();
      },
    };
  } catch (cause) {
    await remove();
    throw cause;
  }
}
