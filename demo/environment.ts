/** Everything that the scenario needs, started together and ended together. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startAuthorizationServer, type AuthorizationServerEndpoints } from "./authorization-server.ts";
import { UserError } from "./errors.ts";
import { startDemoGateway, type GatewayKind } from "./gateway.ts";
import { startKeycloak } from "./keycloak.ts";
import { freePort } from "./listen.ts";
import { makePki } from "./pki.ts";
import { startUpstream } from "./upstream.ts";

/** The project's directory, where all commands run. */
export const PROJECT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Directory of all that the demo makes, below the project's; git ignores it. */
export const STATE = ".demo";

/** The ports in demo/kong.conf and demo/kong.yml. */
const DEFAULT_PORTS = { gateway: 8443, authorizationServer: 9443, upstream: 9080 } as const;

/** What each port is for, and the variable that moves it. */
const PORT_NAMES = {
  gateway: { what: "the gateway", variable: "DEMO_GATEWAY_PORT" },
  authorizationServer: { what: "the authorization server", variable: "DEMO_AUTHORIZATION_SERVER_PORT" },
  upstream: { what: "the upstream", variable: "DEMO_UPSTREAM_PORT" },
} as const;

export type Ports = Readonly<Record<keyof typeof DEFAULT_PORTS, number>>;

export interface EnvironmentOptions {
  /** A real Keycloak instead of the embedded authorization server. */
  readonly keycloak: boolean;
  readonly gateway: GatewayKind;
  readonly ports: Ports;
  /** Is told in a line what starts and where. */
  readonly progress: (line: string) => void;
}

export interface Environment {
  readonly authorizationServer: AuthorizationServerEndpoints;
  /** The gateway: `https://localhost:8443`. */
  readonly gatewayUrl: string;
  /** Ends everything, the last started first. May be called twice. */
  stop(): Promise<void>;
}

function portOf(name: keyof Ports): number {
  const { variable } = PORT_NAMES[name];
  const text = process.env[variable];
  if (text === undefined || text === "") return DEFAULT_PORTS[name];
  const port = Number(text);
  if (!/^[0-9]+$/.test(text) || port < 1 || port > 65535) {
    throw new UserError(`${variable} is "${text}", which is no port: a number from 1 to 65535.`);
  }
  return port;
}

/** The ports that the user wants, from variables of the environment; else those of the configuration files. */
export function portsFromEnvironment(): Ports {
  return {
    gateway: portOf("gateway"),
    authorizationServer: portOf("authorizationServer"),
    upstream: portOf("upstream"),
  };
}

/** Looks at all ports before anything starts, so that a port in use is told at once and with its remedy. */
async function requireFreePorts(ports: Ports): Promise<void> {
  for (const name of Object.keys(PORT_NAMES) as (keyof Ports)[]) {
    const { what, variable } = PORT_NAMES[name];
    try {
      await freePort(ports[name], what);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(`${error.message} ${variable} chooses another port.`);
    }
  }
}

/**
 * Gives the configuration file for the gateway: demo/kong.conf as it is, or copies of it and of demo/kong.yml with other
 * ports where those were asked for.
 */
async function configurationFile(ports: Ports): Promise<string> {
  const names = Object.keys(DEFAULT_PORTS) as (keyof Ports)[];
  const changed = names.filter((name) => ports[name] !== DEFAULT_PORTS[name]);
  if (changed.length === 0) return "demo/kong.conf";
  // All at once: a port may be moved to another one's default.
  const replacement = new Map(names.map((name) => [`:${DEFAULT_PORTS[name]}`, `:${ports[name]}`]));
  const pattern = new RegExp(`(?:${[...replacement.keys()].join("|")})\\b`, "g");
  for (const file of ["kong.conf", "kong.yml"]) {
    const text = await readFile(join(PROJECT, "demo", file), "utf8");
    const moved = text.replace(pattern, (port) => replacement.get(port) ?? port);
    await writeFile(join(PROJECT, STATE, file), moved.replaceAll("demo/kong.yml", `${STATE}/kong.yml`));
  }
  return `${STATE}/kong.conf`;
}

async function requireCurl(): Promise<void> {
  try {
    await promisify(execFile)("curl", ["--version"]);
  } catch {
    throw new UserError("The command `curl` is missing. Debian: apt-get install curl");
  }
}

/**
 * Makes the PKI and starts upstream, authorization server and gateway. The current directory must be the project's: the
 * paths in kong.conf are relative to it.
 *
 * @throws UserError in one line when something is missing, a port is in use or a server does not start; what had started
 * is ended before.
 */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const { ports, progress } = options;
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const server of started.splice(0).reverse()) await server.stop();
  };
  try {
    await requireCurl();
    await requireFreePorts(ports);
    const state = join(PROJECT, STATE);
    await mkdir(state, { recursive: true });
    const pki = await makePki(join(state, "pki"));
    progress(`PKI:                   ${STATE}/pki`);

    const upstream = await startUpstream({ port: ports.upstream });
    started.push(upstream);
    progress(`Upstream (echo):       ${upstream.url}`);

    const port = ports.authorizationServer;
    const authorizationServer = options.keycloak
      ? await startKeycloak({ port, pki, directory: join(state, "keycloak"), progress })
      : await startAuthorizationServer({ port, pki });
    started.push(authorizationServer);
    progress(`Authorization server:  ${authorizationServer.issuer}`);

    const gatewayUrl = `https://localhost:${ports.gateway}`;
    const gateway = await startDemoGateway(options.gateway, await configurationFile(ports));
    started.push(gateway);
    progress(`Gateway:               ${gatewayUrl} (${gateway.description})`);
    return { authorizationServer, gatewayUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
