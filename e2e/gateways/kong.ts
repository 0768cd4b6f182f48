/** The `kong` command on PATH: a prefix of its own, DB-less, free ports on the loopback address. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../support/ports.ts";
import { until } from "../support/until.ts";
import { capabilitiesOf, replaceConfiguration, waitForAdminApi } from "./admin-api.ts";
import { PACKAGE_PATH, PLUGINS, workingDirectory } from "./files.ts";
import type { Gateway, GatewayOptions } from "./gateway.ts";

const run = promisify(execFile);

/** The process's own environment without settings of Kong: only ours count. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("KONG_"));
  return {
    ...Object.fromEntries(kept),
    KONG_LUA_PACKAGE_PATH: `${PACKAGE_PATH};;`,
    KONG_PLUGINS: ["bundled", ...PLUGINS].join(","),
  };
}

async function kong(...args: string[]): Promise<void> {
  try {
    await run("kong", args, { env: environment() });
  } catch (cause) {
    const { code, stdout = "", stderr = "" } = cause as { code?: unknown; stdout?: string; stderr?: string };
    if (code === "ENOENT") throw new Error("The command `kong` is not on PATH, and GATEWAY is kong.", { cause });
    throw new Error(`kong ${args[0] ?? ""} failed: ${stdout}${stderr}`, { cause });
  }
}

function settingsFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value.replaceAll("#", "\\#")}\n`)
    .join("");
}

export async function startKong({ settings, yml }: GatewayOptions): Promise<Gateway> {
  const directory = await workingDirectory();
  const prefix = join(directory, "kong");
  const [http = 0, https = 0, http2 = 0, admin = 0] = await freePorts(4);
  const conf = join(directory, "kong.conf");
  await mkdir(prefix);
  await writeFile(join(directory, "kong.yml"), yml);
  await writeFile(
    conf,
    settingsFile({
      nginx_worker_processes: "1",
      log_level: "info",
      // The workers write into a directory that is ours.
      ...(process.getuid?.() === 0 ? { nginx_user: "root root" } : {}),
      ...settings,
      prefix,
      database: "off",
      declarative_config: join(directory, "kong.yml"),
      proxy_listen: `127.0.0.1:${http}, 127.0.0.1:${https} ssl http2, 127.0.0.1:${http2} http2`,
      admin_listen: `127.0.0.1:${admin}`,
      admin_gui_listen: "off",
      status_listen: "off",
      anonymous_reports: "off",
    }),
  );
  const pidFile = join(prefix, "pids", "nginx.pid");
  // Where a test file ends without stop(), as when another hook of it failed, nothing may stay behind.
  const endWithUs = (): void => {
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, "utf8")), "SIGTERM");
  };
  process.once("exit", endWithUs);
  await kong("start", "-c", conf);
  await waitForAdminApi(admin);
  return {
    capabilities: await capabilitiesOf(admin),
    httpPort: http,
    httpsPort: https,
    http2Port: http2,
    adminPort: admin,
    reload: (text) => replaceConfiguration({ admin, proxy: http }, text),
    errorLog: () => readFile(join(prefix, "logs", "error.log"), "utf8"),
    async stop() {
      process.removeListener("exit", endWithUs);
      await kong("stop", "-p", prefix);
      // The command comes back before nginx has gone.
      await until("Kong has ended", () => !existsSync(pidFile));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
