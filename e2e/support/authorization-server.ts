/**
 * An authorization server whose answers the test chooses, per token or for all. It keeps every request that came in.
 * What goes wrong below HTTP is in faulty-server.ts.
 */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { close, listen } from "../../demo/listen.ts";
import type { Identity } from "../../demo/pki.ts";
import type { Header } from "./client.ts";

/** An introspection request as it came in. */
export interface Introspection {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
  /** The body as it was. */
  readonly body: string;
  readonly form: URLSearchParams;
  /** The same number for requests of one connection. */
  readonly connection: number;
  /** The name that TLS asked for (RFC 6066 §3); undefined: none, or no TLS. */
  readonly serverName: string | undefined;
}

/** Answers one request. What it does not end stays open until the server stops. */
export type Responder = (response: ServerResponse, request: Introspection) => void | Promise<void>;

/** Claims of an answer that is active. */
export type Claims = Readonly<Record<string, unknown>>;

/** Seconds since the epoch. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** An active token that lives for an hour, with claims of the test's own. */
export function active(claims: Claims = {}): Claims {
  return { active: true, client_id: "app", sub: "alice", exp: nowSeconds() + 3600, ...claims };
}

export const INACTIVE: Claims = { active: false };

/** Answers with JSON. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Responder {
  return (response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

/** Answers with this text. */
export function text(
  body: string | Buffer,
  status = 200,
  headers: Readonly<Record<string, string>> = { "Content-Type": "application/json" },
): Responder {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Never answers. */
export const silence: Responder = () => undefined;

/** A gate: what waits at it goes on when it is opened. */
export class Gate {
  private open_: () => void = () => undefined;
  readonly opened = new Promise<void>((done) => (this.open_ = done));

  open(): void {
    this.open_();
  }

  /** Holds an answer back until the gate is opened. */
  before(responder: Responder): Responder {
    return async (response, request) => {
      await this.opened;
      await responder(response, request);
    };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function servernameOf(socket: Socket): string | undefined {
  const { servername } = socket as Partial<TLSSocket>;
  return typeof servername === "string" && servername !== "" ? servername : undefined;
}

function pairs(raw: readonly string[]): Header[] {
  const list: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return list;
}

export class AuthorizationServer {
  readonly requests: Introspection[] = [];
  private readonly byToken = new Map<string, Responder>();
  private readonly byPath = new Map<string, Responder>();
  private fallback: Responder = json(INACTIVE);
  private readonly connections = new Map<Socket, number>();

  private constructor(
    private readonly server: ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>,
    private readonly scheme: string,
    private port: number,
  ) {}

  /** @param identity given: over TLS; it asks for a certificate and takes any. */
  static async start(identity?: Identity): Promise<AuthorizationServer> {
    const server =
      identity === undefined
        ? createHttpServer()
        : createHttpsServer({
            cert: readFileSync(identity.certificate),
            key: readFileSync(identity.key),
            requestCert: true,
            rejectUnauthorized: false,
          });
    const made = new AuthorizationServer(server, identity === undefined ? "http" : "https", 0);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      made.handle(request, response).catch(() => response.destroy());
    });
    made.port = await listen(server, 0, "the authorization server");
    return made;
  }

  /** `http://localhost:PORT`. */
  get url(): string {
    return `${this.scheme}://localhost:${this.port}`;
  }

  get endpoint(): string {
    return `${this.url}/introspect`;
  }

  /** How many requests asked for this token. */
  asked(token: string): number {
    return this.requests.filter(({ form }) => form.get("token") === token).length;
  }

  /** The requests that asked for this token. */
  requestsFor(token: string): Introspection[] {
    return this.requests.filter(({ form }) => form.get("token") === token);
  }

  /** What to answer for a token, from now on: claims, or something of the test's own. */
  answer(token: string, what: Claims | Responder): this {
    this.byToken.set(token, typeof what === "function" ? what : json(what));
    return this;
  }

  /** What to answer at a path, whatever is asked there: metadata, keys. */
  at(path: string, responder: Responder): this {
    this.byPath.set(path, responder);
    return this;
  }

  /** How many requests came in at a path. */
  askedAt(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  /** What to answer for all other tokens; inactive when this was never called. */
  otherwise(responder: Responder): this {
    this.fallback = responder;
    return this;
  }

  async stop(): Promise<void> {
    await close(this.server);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const socket = request.socket;
    const connection = this.connections.get(socket) ?? this.connections.size + 1;
    this.connections.set(socket, connection);
    const body = await bodyOf(request);
    const introspection: Introspection = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: pairs(request.rawHeaders),
      body,
      form: new URLSearchParams(body),
      connection,
      serverName: servernameOf(socket),
    };
    this.requests.push(introspection);
    const responder =
      this.byPath.get(introspection.path) ?? this.byToken.get(introspection.form.get("token") ?? "") ?? this.fallback;
    await responder(response, introspection);
  }
}
