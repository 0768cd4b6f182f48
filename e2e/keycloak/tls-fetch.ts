/** `fetch` over the demo's PKI: Node's own neither takes an authority nor a client certificate for one call. */
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import type { Identity } from "../../demo/pki.ts";

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * Makes a `fetch` that trusts one authority and, when it is given an identity, shows its certificate. Each call has a connection of its own,
 * so that no TLS session of another certificate is resumed.
 */
export function tlsFetch(authority: string, identity?: Identity): Fetch {
  return async (url, init = {}) => {
    const [ca, cert, key] = await Promise.all(
      [authority, identity?.certificate, identity?.key].map((file) =>
        file === undefined ? undefined : readFile(file),
      ),
    );
    // This takes every form of a body that fetch takes, and adds the headers that belong to it.
    const asked = new Request(url, init);
    const body = Buffer.from(await asked.arrayBuffer());
    return new Promise<Response>((done, fail) => {
      const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
      const headers = { ...Object.fromEntries(asked.headers), "content-length": String(body.length) };
      const outgoing = request(url, { method: asked.method, headers, agent, ca, cert, key }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("error", fail);
        incoming.once("end", () => {
          const received = new Headers();
          for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
            received.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
          }
          const status = incoming.statusCode ?? 0;
          // A Response refuses a body where HTTP has none.
          const text = status === 204 || status === 304 ? null : Buffer.concat(chunks);
          done(new Response(text, { status, headers: received }));
        });
      });
      outgoing.once("error", fail);
      outgoing.end(body);
    });
  };
}
