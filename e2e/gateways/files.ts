/** Where the tests' gateways find files, and where they work. */
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. The plugins under test are its kong/plugins/, as they are shipped. */
export const REPOSITORY = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** The folder of the plugin that only the tests have. */
export const TEST_PLUGINS = resolve(fileURLToPath(new URL("../plugins", import.meta.url)));

export const PLUGINS = ["token-introspection", "mtls-auth", "e2e-log", "e2e-meddler", "e2e-session"];

/**
 * The directory whose kong/plugins/ is tested: the repository, or the one that PLUGINS_ROOT names. The latter is for trying the
 * suite on plugins that are wrong on purpose.
 */
const PLUGINS_ROOT = process.env["PLUGINS_ROOT"] ?? REPOSITORY;

/** Where the gateway's Lua looks for plugins. */
export const PACKAGE_PATH = [`${PLUGINS_ROOT}/?.lua`, `${PLUGINS_ROOT}/?/init.lua`, `${TEST_PLUGINS}/?.lua`].join(";");

/** A new directory that every user may write to: a gateway's workers may be of another user. */
export async function workingDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "e2e-"));
  await chmod(directory, 0o777);
  return directory;
}
