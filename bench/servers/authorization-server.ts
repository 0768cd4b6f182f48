/**
 * The authorization server of the benchmarks: introspection alone (RFC 7662). A process of its own. The token says by its text what the answer
 * is (bench/tokens.ts), so that nothing has to be stored. `GET /` gives the number of introspections so far.
 */
import { createServer } from "node:http";
import { answerFor } from "../tokens.ts";

let introspections = 0;

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify({ introspections }));
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    introspections += 1;
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get("token") ?? "";
    const body = JSON.stringify(answerFor(token));
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
});

// Connections stay open between the rounds.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.({ port: address.port });
});
process.once("disconnect", () => process.exit(0));
