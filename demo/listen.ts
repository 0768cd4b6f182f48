/** Starts and ends a Node server on the loopback address. */
import { createServer, type AddressInfo, type Server } from "node:net";
import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { UserError } from "./errors.ts";

/**
 * Listens on 127.0.0.1; port 0 takes a free one. Gives the port.
 *
 * @param what names the server in the error, as in "the upstream".
 * @throws UserError when the port is in use or not allowed.
 */
export async function listen(server: Server, port: number, what: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") {
        reject(new UserError(`Port ${port}, where ${what} should listen, is in use. \`ss -ltnp\` says by what.`));
      } else if (error.code === "EACCES") {
        reject(new UserError(`Port ${port}, where ${what} should listen, needs more rights.`));
      } else reject(error);
    });
    server.listen(port, "127.0.0.1", () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Makes sure that a port is free, and gives it; 0 becomes a free one.
 *
 * @throws UserError as `listen` does.
 */
export async function freePort(port: number, what: string): Promise<number> {
  const probe = createServer();
  const free = await listen(probe, port, what);
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return free;
}

/** Ends a server with all its connections. */
export async function close(server: HttpServer | HttpsServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
