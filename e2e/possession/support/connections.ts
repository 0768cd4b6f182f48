/** Connections whose TLS version and ways of resumption a test chooses, and HTTP/2 with many streams. */
import { constants as cryptoConstants } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Agent as HttpAgent } from "node:http";
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { SecureVersion } from "node:tls";
import type { Identity } from "../../../demo/pki.ts";
import type { Connections, Header } from "../../support/client.ts";

export interface TlsChoice {
  readonly version: SecureVersion;
  /** Session tickets (RFC 5077); without them TLS 1.2 resumes by the session id that the server remembers. */
  readonly tickets: boolean;
}

/** One kept connection at a time, of this TLS version; sessions are what the test gives, never remembered ones. */
export function connectionsOver({ version, tickets }: TlsChoice): Connections {
  const https = new HttpsAgent({
    keepAlive: true,
    maxSockets: 1,
    maxCachedSessions: 0,
    minVersion: version,
    maxVersion: version,
    ...(tickets ? {} : { secureOptions: cryptoConstants.SSL_OP_NO_TICKET }),
  });
  // The client listens to the socket anew with each request.
  https.on("free", (socket: Socket) => socket.setMaxListeners(0));
  const http = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  return {
    http,
    https,
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

export interface StreamAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One HTTP/2 connection. */
export interface Http2Connection {
  send(path: string, headers: readonly Header[], method?: string): Promise<StreamAnswer>;
  close(): void;
}

/** Opens an HTTP/2 connection to the gateway's TLS port. */
export async function http2To(port: number, authority: string, identity?: Identity): Promise<Http2Connection> {
  const own = identity && { cert: await readFile(identity.certificate), key: await readFile(identity.key) };
  const session: ClientHttp2Session = connect(`https://localhost:${port}`, { ca: await readFile(authority), ...own });
  await new Promise<void>((done, fail) => session.once("connect", () => done()).once("error", fail));
  session.on("error", () => undefined);
  return {
    async send(path, headers, method = "GET") {
      const list: Record<string, string | string[]> = { ":path": path, ":method": method };
      for (const [name, value] of headers) {
        const lower = name.toLowerCase();
        const known = list[lower];
        list[lower] = known === undefined ? value : [known, value].flat();
      }
      const stream = session.request(list);
      const answered = await new Promise<IncomingHttpHeaders & { ":status"?: number }>((done, fail) => {
        stream.once("response", done);
        stream.once("error", fail);
        stream.end();
      });
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return { status: answered[":status"] ?? 0, headers: answered, body: Buffer.concat(chunks).toString() };
    },
    close: () => session.destroy(),
  };
}
