/** Finds Debian's nginx and what it needs, and says which package is missing. */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { SettingsError } from "./settings-error.ts";

const MODULES = "/usr/lib/nginx/modules";
const LUA = "/usr/share/lua/5.1";

/** File, and the Debian package that brings it. */
const NEEDED: [string, string][] = [
  [`${MODULES}/ndk_http_module.so`, "libnginx-mod-http-ndk"],
  [`${MODULES}/ngx_http_lua_module.so`, "libnginx-mod-http-lua"],
  [`${LUA}/resty/core.lua`, "lua-resty-core"],
  [`${LUA}/resty/lrucache.lua`, "lua-resty-lrucache"],
];

export interface NginxBinary {
  path: string;
  modules: string;
  /** It limits the number of a request's headers, which Kong's does not, unless the directive max_headers says otherwise. */
  limitsHeaders: boolean;
}

export function findOnPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/bin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export function findNginx(): NginxBinary {
  const path = findOnPath("nginx");
  if (path === undefined) throw new SettingsError("nginx is not installed: apt-get install nginx");
  for (const [file, name] of NEEDED) {
    if (!existsSync(file)) throw new SettingsError(`${file} is missing: apt-get install ${name}`);
  }
  return { path, modules: MODULES, limitsHeaders: readFileSync(path).includes("max_headers") };
}
