/** `fetch` for the demo's certificates: Node's own takes authorities only at the start of the process. */
import { readFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** Makes a `fetch` that trusts this authority. */
export function fetchTrusting(authority: string): (url: string, options: RequestInit) => Promise<Response> {
  const ca = readFileSync(authority);
  return async (url, options) => {
    const body =
      options.body === null || options.body === undefined
        ? undefined
        : Buffer.from(await new Response(options.body).arrayBuffer());
    const headers = Object.fromEntries(new Headers(options.headers));
    return new Promise((done, fail) => {
      const request = url.startsWith("https:") ? requestHttps : requestHttp;
      const own = { method: options.method ?? "GET", headers, agent: false as const, ca };
      const outgoing = request(url, own, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", fail);
        incoming.on("end", () => {
          const answered = new Headers();
          for (const [name, values] of Object.entries(incoming.headersDistinct))
            for (const value of values ?? []) answered.append(name, value);
          const status = incoming.statusCode ?? 500;
          done(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers: answered }));
        });
      });
      outgoing.on("error", fail);
      outgoing.end(body);
    });
  };
}
