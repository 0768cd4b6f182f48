/**
 * `tsx gateway/busted.ts [busted's options] [paths]`: runs Debian's busted inside nginx, so that specs have ngx.*, and the plugins, Kong's modules and
 * spec.helpers resolve. Prints what busted prints and exits with its status. Specs named `*integration_spec.lua` are Pongo's: they need a real Kong.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findNginx } from "./nginx-binary.ts";
import { SettingsError } from "./settings-error.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const REPOSITORY = resolve(HERE, "..");
const BUSTED = "/usr/share/lua/5.1/busted/runner.lua";
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Specs that start a Kong: `pongo run` runs them, together with all others. */
const INTEGRATION = "integration_spec";

/** A Lua string whatever the text holds. */
function luaString(text: string): string {
  return `[==[${text}]==]`;
}

function packagePath(): string {
  const build = join(HERE, "build");
  return [`${build}/?.lua`, `${build}/?/init.lua`, `${REPOSITORY}/?.lua`, `${REPOSITORY}/?/init.lua`].join(";");
}

function configuration(prefix: string, modules: string, args: string[]): string {
  const names = [
    "kong",
    "kong_locks",
    "kong_cluster_events",
    "kong_core_db_cache",
    "kong_core_db_cache_miss",
    "kong_db_cache",
    "kong_db_cache_miss",
  ];
  const environment = Object.keys(process.env).filter((name) => /^[A-Z_][A-Z0-9_]*$/.test(name));
  return `load_module ${modules}/ndk_http_module.so;
load_module ${modules}/ngx_http_lua_module.so;
daemon off;
master_process off;
pid ${prefix}/nginx.pid;
error_log ${prefix}/error.log notice;
${environment.map((name) => `env ${name};`).join("\n")}
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${prefix}/client_body;
  proxy_temp_path ${prefix}/proxy;
  fastcgi_temp_path ${prefix}/fastcgi;
  uwsgi_temp_path ${prefix}/uwsgi;
  scgi_temp_path ${prefix}/scgi;
  lua_package_path '${packagePath()};;';
  lua_socket_log_errors off;
  lua_ssl_verify_depth 5;
  ${existsSync(CERTIFICATES) ? `lua_ssl_trusted_certificate ${CERTIFICATES};` : ""}
${names.map((name) => `  lua_shared_dict ${name} 5m;`).join("\n")}
  init_worker_by_lua_block { require("gateway.busted").start(${luaString(JSON.stringify(args))}) }
}
`;
}

function run(args: string[]): number {
  const nginx = findNginx();
  if (!existsSync(BUSTED)) throw new SettingsError("busted is not installed: apt-get install lua-busted");
  if (!existsSync(join(HERE, "build", "gateway", "busted.lua")))
    throw new SettingsError("the gateway's Lua side is not built: npm run build");
  const prefix = mkdtempSync(join(tmpdir(), "busted-"));
  try {
    mkdirSync(join(prefix, "logs"));
    const conf = join(prefix, "nginx.conf");
    writeFileSync(conf, configuration(prefix, nginx.modules, args));
    const result = spawnSync(nginx.path, ["-p", prefix, "-c", conf, "-e", join(prefix, "start.log")], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (result.status === null || existsSync(join(prefix, "start.log"))) {
      const log = ["start.log", "error.log"].map((name) => join(prefix, name)).filter((path) => existsSync(path));
      const lines = log
        .flatMap((path) => readFileSync(path, "utf8").split("\n"))
        .filter((line) => /\[(emerg|alert|crit|error)\]/.test(line));
      if (result.status !== 0) console.error(lines.join("\n"));
    }
    return result.status ?? 1;
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
}

try {
  process.exitCode = run([`--exclude-pattern=${INTEGRATION}`, ...process.argv.slice(2)]);
} catch (cause) {
  if (!(cause instanceof SettingsError)) throw cause;
  console.error(`Error: ${cause.message}`);
  process.exitCode = 1;
}
