/**
 * A real Keycloak with the demo's realm, over HTTPS with mutual TLS, on the loopback address.
 *
 * As a command: `npx tsx demo/keycloak.ts STATE-DIRECTORY [PORT]`. As a module: `startKeycloak`.
 */
import { mkdir, readFile } from "node:fs/promises";
import { request } from "node:https";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endpointsOf, type AuthorizationServerEndpoints } from "./authorization-server.ts";
import { isMainModule, reportAndExit, UserError } from "./errors.ts";
import { prepareKeycloak } from "./keycloak/distribution.ts";
import { requireJava } from "./keycloak/java.ts";
import { runKeycloak } from "./keycloak/process.ts";
import { databaseUrl, placeRealmDatabase } from "./keycloak/realm.ts";
import { freePort } from "./listen.ts";
import { makePki, type Pki } from "./pki.ts";

export interface KeycloakOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  readonly pki: Pki;
  /** Directory for this server's database and log, made where it is missing. Each running Keycloak needs its own. */
  readonly directory: string;
  /** Is told in a line what takes long; nothing is said when left out. */
  readonly progress?: (line: string) => void;
  /** Seconds that the start may take, 120 when left out. */
  readonly timeoutSeconds?: number;
}

export interface Keycloak extends AuthorizationServerEndpoints {
  readonly port: number;
  /** Keycloak's log. */
  readonly logFile: string;
  /** Ends Keycloak's whole process group. */
  stop(): Promise<void>;
}

/** True when the realm answers. */
async function answers(issuer: string, ca: Buffer): Promise<boolean> {
  return new Promise((resolveAnswer) => {
    const attempt = request(issuer, { ca, timeout: 2000, agent: false }, (response) => {
      response.resume();
      resolveAnswer(response.statusCode === 200);
    });
    attempt.once("timeout", () => attempt.destroy(new Error("no answer")));
    attempt.once("error", () => resolveAnswer(false));
    attempt.end();
  });
}

/**
 * Starts Keycloak; it answers when the promise is kept. The first time it is fetched and built, see `prepareKeycloak`.
 *
 * @throws UserError in one line: no Java, no Maven, a port in use, or a Keycloak that does not come up in time.
 */
export async function startKeycloak(options: KeycloakOptions): Promise<Keycloak> {
  const { pki, progress = () => undefined, timeoutSeconds = 120 } = options;
  const directory = resolve(options.directory);
  await requireJava();
  const port = await freePort(options.port ?? 0, "Keycloak");
  const home = await prepareKeycloak(progress);
  await mkdir(directory, { recursive: true });
  await placeRealmDatabase(home, pki, directory, progress);

  progress("Starting Keycloak …");
  const origin = `https://localhost:${port}`;
  const issuer = `${origin}/realms/demo`;
  const logFile = join(directory, "keycloak.log");
  const running = runKeycloak(
    home,
    [
      ...["start", "--optimized", "--cache=local", "--log-level=warn", `--db-url=${databaseUrl(directory)}`],
      // Keycloak calls a token inactive when it is asked under another address than the issuer's: the whole URL is pinned.
      ...[`--hostname=${origin}`, "--http-host=127.0.0.1", `--https-port=${port}`],
      `--https-certificate-file=${pki.authorizationServer.certificate}`,
      `--https-certificate-key-file=${pki.authorizationServer.key}`,
      `--https-trust-store-file=${pki.ca.certificate}`,
    ],
    logFile,
  );
  const ca = await readFile(pki.ca.certificate);
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!(await answers(issuer, ca))) {
    const late = Date.now() > deadline;
    if (late || !running.isRunning()) {
      const error: UserError = await running.failure(late ? `come up within ${timeoutSeconds} seconds` : "start");
      await running.stop();
      throw error;
    }
    await sleep(100);
  }
  return { ...endpointsOf(issuer), port, logFile, stop: () => running.stop() };
}

if (isMainModule(import.meta.url)) {
  const [directory, port] = process.argv.slice(2);
  if (directory === undefined) {
    console.error("Usage: npx tsx demo/keycloak.ts STATE-DIRECTORY [PORT]");
    process.exit(2);
  }
  makePki(join(directory, "pki"))
    .then((pki) => startKeycloak({ pki, directory, port: Number(port ?? 0), progress: console.log }))
    .then((keycloak) => {
      console.log(keycloak.issuer);
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => void keycloak.stop().then(() => process.exit(0)));
      }
      // Keycloak is no child that keeps this process alive.
      setInterval(() => undefined, 60_000);
    })
    .catch(reportAndExit);
}
