/** A client that speaks HTTP/2, with and without TLS, for pages and for gRPC. */
import { readFileSync } from "node:fs";
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import type { Identity } from "../../demo/pki.ts";

export interface Http2Answer {
  readonly headers: IncomingHttpHeaders & { readonly ":status"?: number };
  /** Headers behind the body; gRPC's status is here or among the headers. */
  readonly trailers: IncomingHttpHeaders;
  readonly body: string;
}

/** What gRPC says of a call (`grpc-status`), wherever it stands. */
export function grpcStatusOf(answer: Http2Answer): string | undefined {
  const value = answer.trailers["grpc-status"] ?? answer.headers["grpc-status"];
  return Array.isArray(value) ? value[0] : value;
}

/** A connection to the gateway. */
export class Http2Client {
  private constructor(private readonly session: ClientHttp2Session) {}

  static withTls(port: number, authority: string, identity?: Identity): Http2Client {
    const client =
      identity === undefined ? {} : { cert: readFileSync(identity.certificate), key: readFileSync(identity.key) };
    const options = { ca: readFileSync(authority), servername: "localhost", ...client };
    return new Http2Client(connect(`https://127.0.0.1:${port}`, options));
  }

  static withoutTls(port: number): Http2Client {
    return new Http2Client(connect(`http://127.0.0.1:${port}`));
  }

  send(path: string, headers: Readonly<Record<string, string | string[]>> = {}, body?: Buffer): Promise<Http2Answer> {
    return new Promise((done, fail) => {
      this.session.once("error", fail);
      const stream = this.session.request({
        ":path": path,
        ":method": body === undefined ? "GET" : "POST",
        ...headers,
      });
      let received: Http2Answer["headers"] = {};
      let trailers: IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      stream.on("response", (each) => (received = each));
      stream.on("trailers", (each) => (trailers = each));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("error", fail);
      stream.once("close", () => done({ headers: received, trailers, body: Buffer.concat(chunks).toString("utf8") }));
      stream.end(body);
    });
  }

  close(): void {
    this.session.close();
  }
}
