/**
 * Kong in a container, by docker compose: the repository's Dockerfile, which installs both rocks. The container shares this
 * machine's network, so that all loopback addresses mean the same inside and outside; Docker on Linux does that.
 */
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { freePorts } from "../support/ports.ts";
import { capabilitiesOf, replaceConfiguration, waitForAdminApi } from "./admin-api.ts";
import { PLUGINS, REPOSITORY, TEST_PLUGINS, workingDirectory } from "./files.ts";
import type { Gateway, GatewayOptions } from "./gateway.ts";

const run = promisify(execFile);

function environmentOf(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`KONG_${name.toUpperCase()}`, value]));
}

/** Directories that a setting's paths lie in, so that they mean the same in the container. */
const SHARED = [join(REPOSITORY, ".test"), TEST_PLUGINS];

export async function startKongInDocker({ settings, yml, shared }: GatewayOptions): Promise<Gateway> {
  const directory = await workingDirectory();
  const [http = 0, https = 0, http2 = 0, admin = 0] = await freePorts(4);
  const errorLog = join(directory, "error.log");
  await mkdir(join(directory, "kong"));
  await writeFile(join(directory, "kong.yml"), yml);
  // The container's user is another: it must be able to write into a file that is there and to read it here.
  await writeFile(errorLog, "", { mode: 0o666 });
  const environment = environmentOf({
    nginx_worker_processes: "1",
    log_level: "info",
    ...settings,
    prefix: join(directory, "kong"),
    database: "off",
    declarative_config: join(directory, "kong.yml"),
    plugins: ["bundled", ...PLUGINS].join(","),
    // The plugins under test are those that the image's rocks installed.
    lua_package_path: `${TEST_PLUGINS}/?.lua;;`,
    proxy_listen: `127.0.0.1:${http}, 127.0.0.1:${https} ssl http2, 127.0.0.1:${http2} http2`,
    admin_listen: `127.0.0.1:${admin}`,
    admin_gui_listen: "off",
    status_listen: "off",
    anonymous_reports: "off",
    proxy_error_log: errorLog,
    admin_error_log: errorLog,
  });
  const file = join(directory, "compose.yml");
  const volumes = [`${directory}:${directory}`, `${shared}:${shared}`, ...SHARED.map((path) => `${path}:${path}:ro`)];
  const kong = {
    // One image for all test files.
    image: "kong-plugin-token-introspection-e2e",
    build: { context: REPOSITORY },
    network_mode: "host",
    user: String(process.getuid?.() ?? 0),
    environment,
    volumes,
  };
  await writeFile(file, stringify({ services: { kong } }));
  const compose = async (...args: string[]): Promise<void> => {
    await run("docker", ["compose", "--project-name", basename(directory).toLowerCase(), "--file", file, ...args]);
  };
  await compose("up", "--build", "--detach");
  try {
    await waitForAdminApi(admin);
  } catch (cause) {
    await compose("down", "--volumes");
    throw cause;
  }
  return {
    capabilities: await capabilitiesOf(admin),
    httpPort: http,
    httpsPort: https,
    http2Port: http2,
    adminPort: admin,
    reload: (text) => replaceConfiguration({ admin, proxy: http }, text),
    errorLog: () => readFile(errorLog, "utf8"),
    async stop() {
      await compose("down", "--volumes");
      await rm(directory, { recursive: true, force: true });
    },
  };
}
