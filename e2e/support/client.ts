/** A client of the gateway over HTTP/1.1, with or without TLS: header names and repetitions go out as they are given. */
import { readFileSync } from "node:fs";
import { Agent as HttpAgent, request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { TLSSocket } from "node:tls";
import type { Identity } from "../../demo/pki.ts";
import { headerValues, type Echo } from "../../demo/upstream.ts";

export type Header = readonly [name: string, value: string];

export interface Request {
  readonly method?: string;
  /** In the order and spelling in which they are sent. */
  readonly headers?: readonly Header[];
  readonly body?: string | Buffer;
  /** The client's certificate; it makes the request go over TLS. */
  readonly identity?: Identity;
  /** Over TLS, also without a certificate. */
  readonly tls?: boolean;
  /** Keeps the connection, and uses one that the same value kept. */
  readonly connections?: Connections;
  /** TLS session to resume. */
  readonly session?: Buffer;
  /** Address that the client calls from; 127.0.0.1 when left out. */
  readonly from?: string;
  /** Another port than the gateway's. */
  readonly port?: number;
  /** Ends the request, as a client that goes away. */
  readonly signal?: AbortSignal;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
  /** Whether the TLS session was resumed. */
  readonly resumed: boolean;
  /** TLS sessions that the server gave on this connection. */
  readonly sessions: readonly Buffer[];
}

/** Values of a header of an answer, in any case. */
export function valuesOf(answer: Answer, name: string): string[] {
  return answer.headers.filter(([received]) => received.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** What the upstream says that it received. @throws Error when the request did not reach it. */
export function echoOf(answer: Answer): Echo {
  if (answer.status !== 200) throw new Error(`not the upstream's answer: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body) as Echo;
}

/** Values of a header that the upstream received, in any case. */
export function received(answer: Answer, name: string): string[] {
  return headerValues(echoOf(answer), name);
}

/** Values of a header that the upstream received under any spelling, `_` counting as `-`. */
export function receivedInAnySpelling(answer: Answer, name: string): string[] {
  const normalised = (text: string): string => text.toLowerCase().replaceAll("_", "-");
  return echoOf(answer)
    .headers.filter(([each]) => normalised(each) === normalised(name))
    .map(([, value]) => value);
}

/** Connections that are kept between requests. */
export interface Connections {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  close(): void;
}

/** Makes a set of kept connections; one at most at a time. */
export function keepConnections(): Connections {
  const http = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const https = new HttpsAgent({ keepAlive: true, maxSockets: 1 });
  return {
    http,
    https,
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

function pairs(raw: readonly string[]): Header[] {
  const list: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return list;
}

/** Host, and the length of a body, where the test does not say otherwise: given as a list, Node adds neither. */
function completed(given: readonly Header[], port: number, body: string | Buffer | undefined): string[] {
  const has = (name: string): boolean => given.some(([each]) => each.toLowerCase() === name);
  const list: Header[] = has("host") ? [...given] : [["Host", `localhost:${port}`], ...given];
  if (body !== undefined && !has("content-length") && !has("transfer-encoding")) {
    list.push(["Content-Length", String(Buffer.byteLength(body))]);
  }
  return list.flat();
}

/** Sends requests to one gateway. */
export class Client {
  constructor(
    private readonly ports: { readonly http: number; readonly https: number },
    private readonly authority: string,
  ) {}

  async send(path: string, request: Request = {}): Promise<Answer> {
    const { body, identity, connections } = request;
    const encrypted = request.tls ?? identity !== undefined;
    const port = request.port ?? (encrypted ? this.ports.https : this.ports.http);
    const options = {
      host: "127.0.0.1",
      port,
      path,
      method: request.method ?? "GET",
      headers: completed(request.headers ?? [], port, body) as never,
      localAddress: request.from,
      signal: request.signal,
    };
    const outgoing: ClientRequest = encrypted
      ? requestHttps({
          ...options,
          agent: connections?.https ?? new HttpsAgent({ keepAlive: false, maxCachedSessions: 0 }),
          servername: "localhost",
          ca: readFileSync(this.authority),
          ...(request.session === undefined ? {} : ({ session: request.session } as object)),
          ...(identity === undefined
            ? {}
            : { cert: readFileSync(identity.certificate), key: readFileSync(identity.key) }),
        })
      : requestHttp({ ...options, agent: connections?.http ?? false });
    const sessions: Buffer[] = [];
    let resumed = false;
    outgoing.on("socket", (socket) => {
      if (!encrypted) return;
      socket.on("session", (session: Buffer) => sessions.push(session));
      socket.on("secureConnect", () => (resumed = (socket as TLSSocket).isSessionReused()));
    });
    const incoming = await new Promise<IncomingMessage>((done, fail) => {
      outgoing.once("response", done);
      outgoing.once("error", fail);
      outgoing.end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return {
      status: incoming.statusCode ?? 0,
      headers: pairs(incoming.rawHeaders),
      body: Buffer.concat(chunks).toString("utf8"),
      resumed,
      sessions,
    };
  }
}

/** The Authorization header of a bearer token. */
export function bearer(token: string, scheme = "Bearer"): Header {
  return ["Authorization", `${scheme} ${token}`];
}
