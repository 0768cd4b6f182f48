/** The development gateway. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { SettingsError, startGateway } from "../../gateway/gateway.ts";
import { freePorts } from "../support/ports.ts";
import { PACKAGE_PATH, PLUGINS, workingDirectory } from "./files.ts";
import { ConfigurationRefused, type Gateway, type GatewayOptions } from "./gateway.ts";

export async function startDevelopmentGateway({ settings, yml }: GatewayOptions): Promise<Gateway> {
  const directory = await workingDirectory();
  const [http = 0, https = 0, http2 = 0] = await freePorts(3);
  const gateway = await startGateway({
    prefix: join(directory, "gateway"),
    yml,
    // Settings of Kong in the environment of the tests are not meant for it.
    environment: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KONG_"))),
    settings: {
      nginx_worker_processes: "1",
      log_level: "info",
      ...settings,
      plugins: ["bundled", ...PLUGINS].join(","),
      lua_package_path: PACKAGE_PATH,
      proxy_listen: `127.0.0.1:${http}, 127.0.0.1:${https} ssl http2, 127.0.0.1:${http2} http2`,
    },
  });
  return {
    capabilities: {
      bundledPlugins: false,
      adminApi: false,
      http2: true,
      grpc: false,
      aclAlwaysUses: true,
      manyHeaders: true,
    },
    httpPort: http,
    httpsPort: https,
    http2Port: http2,
    adminPort: undefined,
    async reload(text) {
      try {
        await gateway.reload(text);
      } catch (cause) {
        if (cause instanceof SettingsError) throw new ConfigurationRefused(cause.message, { cause });
        throw cause;
      }
    },
    errorLog: () => readFile(gateway.errorLogPath, "utf8"),
    async stop() {
      await gateway.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
