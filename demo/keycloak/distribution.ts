/** Keycloak's distribution: taken from Maven Central once, checked, built, and kept in the user's cache. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";

const run = promisify(execFile);

export const KEYCLOAK_VERSION = "26.7.3";

/** SHA-256 of keycloak-quarkus-dist-26.7.3.zip. */
const CHECKSUM = "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f";

const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK_VERSION}:zip`;
const MAVEN_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy";
const TEN_MINUTES_MS = 600_000;

/** Options that Keycloak takes when it is built, not when it starts. They belong to the cached copy. */
const BUILD_OPTIONS = ["--db=dev-file", "--https-client-auth=request"];

/** Where the user's cached files lie: XDG_CACHE_HOME, else ~/.cache. */
export function cacheDirectory(): string {
  const base = process.env["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "kong-plugin-token-introspection");
}

/** Runs a command; a missing one and a failing one are told in one line. */
async function execute(command: string, args: string[], missing: string): Promise<void> {
  try {
    await run(command, args, { timeout: TEN_MINUTES_MS, maxBuffer: 64 * 1024 * 1024 });
  } catch (cause) {
    const { code, stdout, stderr } = cause as { code?: unknown; stdout?: string; stderr?: string };
    if (code === "ENOENT") throw new UserError(missing);
    const line = `${stdout ?? ""}\n${stderr ?? ""}`.split("\n").find((text) => /error/i.test(text));
    throw new UserError(`${command} failed: ${(line ?? String(cause)).trim()}`);
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function unpack(zip: string, directory: string): Promise<void> {
  try {
    await run("unzip", ["-q", zip, "-d", directory]);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "ENOENT") throw cause;
    throw new UserError("The command `unzip` is missing. Debian: apt-get install unzip");
  }
}

/**
 * Gives the directory of a Keycloak that is built and ready to start. The first time it is fetched by Maven (170 MB, from
 * Maven Central or the mirror that the user's Maven settings name), checked against the pinned checksum and built.
 *
 * @param progress is told in a line what takes long.
 * @throws UserError when Maven or unzip is missing, the download fails or the checksum differs.
 */
export async function prepareKeycloak(progress: (line: string) => void): Promise<string> {
  const cache = cacheDirectory();
  const home = join(cache, `keycloak-${KEYCLOAK_VERSION}`);
  if (existsSync(home)) return home;

  await mkdir(cache, { recursive: true });
  // Everything is made beside its place and moved there when it is whole, so that a broken run leaves nothing half-done.
  const workshop = await mkdtemp(join(cache, "making-"));
  try {
    progress(`Fetching Keycloak ${KEYCLOAK_VERSION} by Maven (170 MB, once) …`);
    await execute(
      "mvn",
      ["--batch-mode", "--quiet", MAVEN_GOAL, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${workshop}`],
      "The command `mvn` is missing; it fetches Keycloak from Maven Central. Debian: apt-get install maven",
    );
    const zip = join(workshop, `keycloak-quarkus-dist-${KEYCLOAK_VERSION}.zip`);
    const got = await sha256(zip);
    if (got !== CHECKSUM) {
      throw new UserError(`Keycloak ${KEYCLOAK_VERSION}: the download's SHA-256 is ${got}, not ${CHECKSUM}.`);
    }
    await unpack(zip, workshop);
    progress("Building Keycloak (20 s, once) …");
    const made = join(workshop, `keycloak-${KEYCLOAK_VERSION}`);
    await execute("bash", [join(made, "bin", "kc.sh"), "build", ...BUILD_OPTIONS], "The command `bash` is missing.");
    await rename(made, home).catch((error: NodeJS.ErrnoException) => {
      // Another run was quicker: its copy is as good.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return home;
}
