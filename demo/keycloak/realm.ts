/** The demo's realm as a database file that Keycloak can start with at once. */
import { createHash, createPublicKey } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pki } from "../pki.ts";
import { cacheDirectory, KEYCLOAK_VERSION } from "./distribution.ts";
import { runKeycloak } from "./process.ts";

const REALM_FILE = join(dirname(fileURLToPath(import.meta.url)), "realm.json");
const IMPORT_TIMEOUT_MS = 180_000;
/** A PKI lives for 30 days, and the database that holds its keys is of no use afterwards. */
const USEFUL_MS = 31 * 86_400_000;

interface Realm {
  clients: { clientId: string; attributes: Record<string, string> }[];
}

/** Clients that authenticate by private_key_jwt, and whose key is made with the PKI. */
const KEY_OF_CLIENT = {
  "introspection-private-key-jwt": "assertionRsaKey",
  "introspection-private-key-jwt-ec": "assertionEcKey",
} as const satisfies Record<string, keyof Pki>;

/** The realm file with the public keys of this PKI. */
export async function renderRealm(pki: Pki): Promise<string> {
  const realm = JSON.parse(await readFile(REALM_FILE, "utf8")) as Realm;
  for (const [clientId, member] of Object.entries(KEY_OF_CLIENT)) {
    const client = realm.clients.find((candidate) => candidate.clientId === clientId);
    if (client === undefined) throw new Error(`${REALM_FILE} has no client ${clientId}`);
    const jwk = createPublicKey(await readFile(pki[member])).export({ format: "jwk" });
    // Keycloak looks for a key by algorithm, and takes an RSA key without one for RS256 alone. An assertion
    // that names a `kid` must name one of these.
    const algorithms = jwk.kty === "EC" ? ["ES256"] : ["RS256", "PS256"];
    const keys = algorithms.map((alg) => ({ ...jwk, use: "sig", kid: `${member}-${alg}`, alg }));
    client.attributes["use.jwks.string"] = "true";
    client.attributes["jwks.string"] = JSON.stringify({ keys });
  }
  return JSON.stringify(realm);
}

/** JDBC address of the database file `keycloak.mv.db` in a directory. */
export function databaseUrl(directory: string): string {
  return `jdbc:h2:file:${join(directory, "keycloak")};NON_KEYWORDS=VALUE;TRACE_LEVEL_FILE=0`;
}

async function removeOldDatabases(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const file = join(cache, name);
    if (/^realm-.*\.mv\.db$/.test(name) && (await stat(file)).mtimeMs < Date.now() - USEFUL_MS) {
      await rm(file, { force: true });
    }
  }
}

/**
 * Puts a database that holds the realm into a directory. It is made once for each realm and PKI (15 s), and cached.
 *
 * @throws UserError when Keycloak cannot import the realm.
 */
export async function placeRealmDatabase(
  home: string,
  pki: Pki,
  directory: string,
  progress: (line: string) => void,
): Promise<void> {
  const realm = await renderRealm(pki);
  const hash = createHash("sha256").update(realm).digest("hex").slice(0, 16);
  const cache = cacheDirectory();
  const cached = join(cache, `realm-${KEYCLOAK_VERSION}-${hash}.mv.db`);
  if (!existsSync(cached)) {
    await removeOldDatabases(cache);
    const workshop = await mkdtemp(join(cache, "making-"));
    try {
      progress("Importing the realm into Keycloak's database (15 s, once for each PKI) …");
      const file = join(workshop, "realm.json");
      await writeFile(file, realm);
      const running = runKeycloak(
        home,
        ["import", "--optimized", "--cache=local", `--db-url=${databaseUrl(workshop)}`, `--file=${file}`],
        join(workshop, "import.log"),
      );
      await running.succeeded("import the realm", IMPORT_TIMEOUT_MS);
      await rename(join(workshop, "keycloak.mv.db"), cached);
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  }
  await mkdir(directory, { recursive: true });
  await copyFile(cached, join(directory, "keycloak.mv.db"));
}
