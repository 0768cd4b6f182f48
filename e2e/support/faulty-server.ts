/** Servers that go wrong below HTTP, byte by byte. */
import { readFileSync } from "node:fs";
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Identity } from "../../demo/pki.ts";

/** What happens to a connection. */
export interface Script {
  /** As soon as it is there, before a byte of the request (and of TLS, on a plain server). */
  readonly onConnection?: (socket: Socket) => void;
  /** When a whole request is there. */
  readonly onRequest?: (socket: Socket) => void | Promise<void>;
}

export interface FaultyServer {
  /** `http://localhost:PORT/introspect`, or https. */
  readonly endpoint: string;
  /** How many connections came in. */
  connections(): number;
  /** How many whole requests came in. */
  requests(): number;
  /** Another script from the next connection and the next request on. */
  follow(script: Script): void;
  stop(): Promise<void>;
}

/** Calls back for each whole request with a Content-Length body, or without a body. */
function eachRequest(socket: Socket, then: () => void): void {
  let buffer = "";
  socket.on("data", (chunk: Buffer) => {
    buffer += chunk.toString("latin1");
    for (;;) {
      const end = buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/^content-length: *([0-9]+)/im.exec(buffer.slice(0, end))?.[1] ?? 0);
      if (buffer.length < end + 4 + length) return;
      buffer = buffer.slice(end + 4 + length);
      then();
    }
  });
}

/**
 * Starts a server that follows a script.
 *
 * @param options.identity given: over TLS with this certificate.
 * @param options.scheme what the endpoint's URL says, where it is not what the server speaks.
 */
export async function startFaultyServer(
  script: Script,
  options: { readonly identity?: Identity; readonly scheme?: "http" | "https" } = {},
): Promise<FaultyServer> {
  const { identity } = options;
  let current = script;
  let connections = 0;
  let requests = 0;
  const sockets = new Set<Socket>();
  const handle = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // The gateway may hang up at any time.
    socket.on("error", () => socket.destroy());
    current.onConnection?.(socket);
    eachRequest(socket, () => {
      requests += 1;
      void current.onRequest?.(socket);
    });
  };
  const server: Server =
    identity === undefined
      ? createPlainServer(handle)
      : createTlsServer({ cert: readFileSync(identity.certificate), key: readFileSync(identity.key) }, handle);
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const scheme = options.scheme ?? (identity === undefined ? "http" : "https");
  return {
    endpoint: `${scheme}://localhost:${port}/introspect`,
    connections: () => connections,
    requests: () => requests,
    follow: (script) => (current = script),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Ends a connection with a TCP reset. */
export function reset(socket: Socket): void {
  // Below TLS lies the socket that can be reset; without TLS it is this one.
  socket.resetAndDestroy();
}

/** Sends these bytes and keeps the connection. */
export function bytes(text: string | Buffer): Script {
  return { onRequest: (socket) => void socket.write(text) };
}

/** Sends these bytes and closes. */
export function bytesThenClose(text: string | Buffer): Script {
  return { onRequest: (socket) => void socket.end(text) };
}

/** Sends these bytes and resets when they have gone out. */
export function bytesThenReset(text: string): Script {
  return { onRequest: (socket) => void socket.write(text, () => reset(socket)) };
}

/** Sends the text one byte after the other, `pauseMs` apart. */
export function slowBytes(text: string, pauseMs: number): Script {
  return {
    async onRequest(socket) {
      for (const byte of text) {
        if (socket.destroyed) return;
        socket.write(byte);
        await new Promise((done) => setTimeout(done, pauseMs));
      }
    },
  };
}

/** An HTTP answer with a right Content-Length. */
export function answerBytes(body: string | Buffer, head = "HTTP/1.1 200 OK\r\nContent-Type: application/json"): Buffer {
  const content = Buffer.from(body);
  return Buffer.concat([Buffer.from(`${head}\r\nContent-Length: ${content.length}\r\n\r\n`), content]);
}
