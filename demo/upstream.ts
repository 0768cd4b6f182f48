/**
 * The upstream service of the demo: it answers every request with what it received, as JSON.
 *
 * As a command: `npx tsx demo/upstream.ts [PORT]`. As a module: `startUpstream({ port })`.
 */
import { readFile } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { isMainModule, reportAndExit } from "./errors.ts";
import { close, listen } from "./listen.ts";
import type { Identity } from "./pki.ts";

/** The upstream's answer. */
export interface Echo {
  readonly method: string;
  /** Path as received, without the query. */
  readonly path: string;
  /** Query as received, without the question mark; empty when there is none. */
  readonly query: string;
  /** Every header as received: name and value, in order, repeated ones kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Body as received, as UTF-8. */
  readonly body: string;
}

export interface UpstreamOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Given: HTTPS with this certificate. Left out: HTTP. */
  readonly identity?: Identity;
}

export interface Upstream {
  /** `http://localhost:PORT`, or https. */
  readonly url: string;
  readonly port: number;
  /** How many requests have come in so far. */
  requestCount(): number;
  stop(): Promise<void>;
}

/** Values of a header, in any case, as the upstream received them. */
export function headerValues(echo: Echo, name: string): string[] {
  const wanted = name.toLowerCase();
  return echo.headers.filter(([received]) => received.toLowerCase() === wanted).map(([, value]) => value);
}

function pairs(raw: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return list;
}

/** JSON with one header a line, for eyes and for grep. */
function render(echo: Echo): string {
  const { headers, ...rest } = echo;
  const lines = headers.map((header) => `    ${JSON.stringify(header)}`).join(",\n");
  const members = Object.entries(rest).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${members.join(",\n")},\n  "headers": [\n${lines}\n  ]\n}\n`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.url ?? "";
  const mark = target.indexOf("?");
  const echo: Echo = {
    method: request.method ?? "",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    body: await readBody(request),
    headers: pairs(request.rawHeaders),
  };
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(render(echo));
}

/** Starts the upstream on the loopback address. */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  let count = 0;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    count += 1;
    // A client that goes away in the middle of its body is nobody's error.
    answer(request, response).catch(() => response.destroy());
  };
  // The gateway's tests send many and long headers: Node's own limits must not be what they meet.
  const limits = { maxHeaderSize: 1024 * 1024 };
  const { identity } = options;
  const server =
    identity === undefined
      ? createHttpServer(limits, handle)
      : createHttpsServer(
          { ...limits, cert: await readFile(identity.certificate), key: await readFile(identity.key) },
          handle,
        );
  server.maxHeadersCount = 0;
  const port = await listen(server, options.port ?? 0, "the upstream");
  return {
    url: `${identity === undefined ? "http" : "https"}://localhost:${port}`,
    port,
    requestCount: () => count,
    stop: () => close(server),
  };
}

if (isMainModule(import.meta.url)) {
  startUpstream({ port: Number(process.argv[2] ?? 0) }).then((upstream) => console.log(upstream.url), reportAndExit);
}
