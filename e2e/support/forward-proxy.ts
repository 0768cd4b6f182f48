/** A forward proxy: absolute URLs for http, CONNECT for https (RFC 9110 §9.3.6). It keeps what it was asked for. */
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { close, listen } from "../../demo/listen.ts";

export interface ForwardProxy {
  readonly url: string;
  /** What was asked for: a URL, or `CONNECT host:port`. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/**
 * Starts a proxy on the loopback address. Every host that it is asked for is this machine.
 * @param options.credentials `user:password` that it demands (RFC 9110 §11.7); without them it takes everybody.
 * @param options.before what it writes right before its answer to CONNECT.
 * @param options.behind what it writes right behind that.
 */
export async function startForwardProxy(
  options: { readonly credentials?: string; readonly before?: string; readonly behind?: string } = {},
): Promise<ForwardProxy> {
  const { credentials, before = "", behind = "" } = options;
  const asked: string[] = [];
  const tunnels = new Set<Duplex>();
  const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
  const refuses = (incoming: IncomingMessage): boolean =>
    wanted !== undefined && incoming.headers["proxy-authorization"] !== wanted;
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const target = incoming.url ?? "";
    asked.push(target);
    if (refuses(incoming)) {
      outgoing.writeHead(407, { "Proxy-Authenticate": "Basic", "Content-Length": "0" });
      outgoing.end();
      return;
    }
    const { port, pathname, search } = new URL(target);
    const options = {
      host: "127.0.0.1",
      port,
      path: pathname + search,
      method: incoming.method,
      headers: incoming.headers,
    };
    const forwarded = request({ ...options, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.on("connect", (incoming: IncomingMessage, client: Duplex) => {
    const target = incoming.url ?? "";
    asked.push(`CONNECT ${target}`);
    if (refuses(incoming)) {
      client.end(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
      );
      return;
    }
    const tunnel = connect({ host: "127.0.0.1", port: Number(target.split(":").at(-1)) }, () => {
      client.write(`${before}HTTP/1.1 200 Connection established\r\n\r\n${behind}`);
      tunnel.pipe(client).pipe(tunnel);
    });
    tunnels.add(tunnel).add(client);
    for (const side of [tunnel, client]) {
      side.on("error", () => {
        tunnel.destroy();
        client.destroy();
      });
    }
  });
  const port = await listen(server, 0, "the forward proxy");
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      for (const side of tunnels) side.destroy();
      await close(server);
    },
  };
}
