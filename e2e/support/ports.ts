/** Free ports on the loopback address. */
import { createServer } from "node:net";

/** Below those that systems give to outgoing connections, so that no such connection takes a port before the server that it is for has it. */
const LOWEST = 15000;
const HIGHEST = 32000;

const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

/** Finds ports that nobody listens on, each another, and none twice in this process. They are free when the promise is kept, and not reserved. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}
