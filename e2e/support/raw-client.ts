/** Sends bytes that no HTTP library would send, and gives what comes back until the gateway closes. */
import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  /** All bytes behind the status line, as Latin-1. */
  readonly text: string;
}

/**
 * Sends a request without TLS, as Latin-1. It must say `Connection: close`, or be one that the gateway refuses and closes on.
 *
 * @param from address that the client calls from.
 */
export function sendRaw(port: number, request: string, from = "127.0.0.1"): Promise<RawAnswer> {
  return new Promise((done, fail) => {
    const socket = connect({ host: "127.0.0.1", port, localAddress: from });
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("error", fail);
    socket.once("close", () => {
      const text = Buffer.concat(chunks).toString("latin1");
      const status = /^HTTP\/1\.[01] ([0-9]{3})/.exec(text)?.[1];
      if (status === undefined) fail(new Error(`no HTTP answer: ${text.slice(0, 80)}`));
      else done({ status: Number(status), text });
    });
    socket.write(request, "latin1");
  });
}
