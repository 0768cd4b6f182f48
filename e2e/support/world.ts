/** What a test file works in: a gateway, an upstream, an authorization server, certificates, and a client. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startUpstream, type Upstream } from "../../demo/upstream.ts";
import { workingDirectory } from "../gateways/files.ts";
import { chosenGateway } from "../gateways/index.ts";
import type { Gateway } from "../gateways/gateway.ts";
import { AuthorizationServer, type Claims, type Responder } from "./authorization-server.ts";
import { bearer, Client, type Answer, type Request } from "./client.ts";
import { faultsIn } from "./log-check.ts";
import { testPki, type TestPki } from "./pki.ts";
import { newSecret, newToken } from "./secrets.ts";
import { until } from "./until.ts";

/** A plugin of a route, as in kong.yml. */
export interface Plugin {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A line of Kong's log serializer; `worker` is what the tests' own plugin adds. */
export interface LogEntry {
  readonly request: {
    readonly uri: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, unknown>>;
  };
  readonly token_introspection?: Readonly<Record<string, unknown>>;
  readonly worker: { readonly pid: number; readonly memory_kb: number };
  readonly [name: string]: unknown;
}

export interface WorldOptions {
  /** Settings of kong.conf beside those of every test. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Routes that are there from the gateway's start; otherwise none are. */
  readonly routes?: (world: World) => Routes;
}

/** Routes by their path: each stands alone, its service is the upstream. */
export type Routes = Readonly<Record<string, readonly Plugin[]>>;

/** What a configuration holds beside the routes. */
export type MoreEntities = Readonly<Record<string, unknown>>;

/** Address from which a client is a trusted proxy, where the file's settings say `trusted_ips = 127.0.0.2`. */
export const TRUSTED_PROXY = "127.0.0.2";

/** JSON is YAML, also where YAML's versions differ: to Kong an unquoted off is a boolean. */
function yml(configuration: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ _format_version: "3.0", ...configuration });
}

export class World {
  gateway!: Gateway;
  upstream!: Upstream;
  server!: AuthorizationServer;
  pki!: TestPki;
  /** Our secret at the authorization server. */
  readonly clientSecret = newSecret();
  private client!: Client;
  private logDirectory = "";
  private errorLogRead = 0;
  private requestLogRead = 0;

  async start(options: WorldOptions): Promise<void> {
    const startGateway = await chosenGateway();
    this.logDirectory = await workingDirectory();
    this.pki = await testPki();
    this.upstream = await startUpstream();
    this.server = await AuthorizationServer.start();
    const { pki } = this;
    this.gateway = await startGateway({
      shared: this.logDirectory,
      yml: yml(this.entitiesOf(options.routes?.(this) ?? {})),
      settings: {
        ssl_cert: pki.gateway.certificate,
        ssl_cert_key: pki.gateway.key,
        lua_ssl_trusted_certificate: pki.ca.certificate,
        // Every certificate is asked for and none is refused by nginx; those of our authority are verified.
        nginx_proxy_ssl_verify_client: "optional_no_ca",
        nginx_proxy_ssl_client_certificate: pki.ca.certificate,
        ...options.settings,
      },
    });
    this.client = new Client({ http: this.gateway.httpPort, https: this.gateway.httpsPort }, pki.ca.certificate);
  }

  async stop(): Promise<void> {
    // The others may be missing where a start failed.
    await (this.gateway as Gateway | undefined)?.stop();
    await (this.server as AuthorizationServer | undefined)?.stop();
    await (this.upstream as Upstream | undefined)?.stop();
    await rm(this.logDirectory, { recursive: true, force: true });
  }

  /** Gives the gateway these routes and no others. Its cache is empty afterwards. */
  configure(routes: Routes, more: MoreEntities = {}): Promise<void> {
    return this.reload(this.entitiesOf(routes, more));
  }

  private entitiesOf(routes: Routes, more: MoreEntities = {}): Readonly<Record<string, unknown>> {
    const list = Object.entries(routes).map(([path, plugins], index) => ({
      name: `route-${index}`,
      paths: [path],
      strip_path: true,
      plugins,
    }));
    const log = { name: "e2e-log", config: { path: this.requestLogPath } };
    const { plugins = [], ...rest } = more as { plugins?: readonly Plugin[] };
    return {
      services: [{ name: "echo", url: `http://127.0.0.1:${this.upstream.port}`, routes: list }],
      plugins: [log, ...plugins],
      ...rest,
    };
  }

  /** Gives the gateway a whole configuration. */
  reload(configuration: Readonly<Record<string, unknown>>): Promise<void> {
    return this.gateway.reload(yml(configuration));
  }

  /** token-introspection with our authorization server; settings of the test's own win. */
  introspection(config: Readonly<Record<string, unknown>> = {}): Plugin {
    const standard = {
      introspection_endpoint: this.server.endpoint,
      client_id: "gateway",
      client_secret: this.clientSecret,
    };
    return { name: "token-introspection", config: { ...standard, ...config } };
  }

  mtls(config: Readonly<Record<string, unknown>> = {}): Plugin {
    return { name: "mtls-auth", config };
  }

  /** Makes a new token for which the authorization server answers so, and sends it as a bearer token. */
  async sendToken(
    path: string,
    what: Claims | Responder,
    request: Request = {},
  ): Promise<Answer & { readonly token: string }> {
    const token = newToken();
    this.server.answer(token, what);
    const answer = await this.send(path, { ...request, headers: [bearer(token), ...(request.headers ?? [])] });
    return { ...answer, token };
  }

  send(path: string, request?: Request): Promise<Answer> {
    return this.client.send(path, request);
  }

  /** What the error log got since the last call, and the call before that. */
  async newErrorLog(): Promise<string> {
    const log = await this.gateway.errorLog();
    return log.slice(this.errorLogRead);
  }

  /** Waits for a line of the error log of this test. */
  waitForErrorLog(pattern: RegExp): Promise<string> {
    return until(`the error log says ${String(pattern)}`, async () => {
      const line = (await this.newErrorLog()).split("\n").find((each) => pattern.test(each));
      return line ?? false;
    });
  }

  /** Waits until Kong's serializer has told of this many requests of this test to a path, and gives them. */
  requestLog(path: string, count = 1): Promise<LogEntry[]> {
    return until(`${count} requests to ${path} in the request log`, async () => {
      const entries = await this.newRequestLog();
      const found = entries.filter(({ request }) => request.uri.split("?")[0] === path);
      return found.length >= count && found;
    });
  }

  /** The logs of this test must be clean; the next test's begin here. */
  async checkLogs(): Promise<void> {
    const errors = await this.newErrorLog();
    const requests = (await this.requestLogText()).slice(this.requestLogRead);
    this.errorLogRead += errors.length;
    this.requestLogRead += requests.length;
    const faults = [...faultsIn(errors), ...faultsIn(requests)];
    if (faults.length > 0) throw new Error(`the gateway's logs:\n${faults.join("\n")}`);
  }

  private get requestLogPath(): string {
    return join(this.logDirectory, "requests.log");
  }

  private async requestLogText(): Promise<string> {
    try {
      return await readFile(this.requestLogPath, "utf8");
    } catch {
      // Nothing has been logged yet.
      return "";
    }
  }

  private async newRequestLog(): Promise<LogEntry[]> {
    const text = (await this.requestLogText()).slice(this.requestLogRead);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    return whole
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as LogEntry);
  }
}

/** Gives a test file its world, started before its tests and ended after them. After each test the logs are checked. */
export function useWorld(options: WorldOptions = {}): World {
  const world = new World();
  beforeAll(() => world.start(options));
  afterEach(() => world.checkLogs());
  afterAll(() => world.stop());
  return world;
}
