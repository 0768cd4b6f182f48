/** Finds a Java that Keycloak can run on. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";

const run = promisify(execFile);

/** Keycloak 26 wants at least this. */
const OLDEST_JAVA = 17;

/** The major version in what `java -version` says; undefined when it says none. 1.8 counts as 8. */
export function javaMajorVersion(text: string): number | undefined {
  const found = /version "(?:1\.)?([0-9]+)/.exec(text);
  return found === null ? undefined : Number(found[1]);
}

/**
 * Makes sure that there is a Java: the one of JAVA_HOME, else the one on PATH, as Keycloak's own script looks for it.
 *
 * @throws UserError when it is missing or too old.
 */
export async function requireJava(): Promise<void> {
  const home = process.env["JAVA_HOME"];
  const java = home === undefined || home === "" ? "java" : join(home, "bin", "java");
  const advice = `Keycloak needs Java ${OLDEST_JAVA} or newer. Debian: apt-get install default-jre-headless`;
  let text: string;
  try {
    text = (await run(java, ["-version"])).stderr;
  } catch {
    throw new UserError(`The command \`${java}\` is missing or broken. ${advice}`);
  }
  const version = javaMajorVersion(text);
  if (version === undefined || version < OLDEST_JAVA) {
    throw new UserError(`\`${java}\` is Java ${version ?? "of an unknown version"}. ${advice}`);
  }
}
