/** An upstream service whose answers a test writes itself. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll } from "vitest";
import { close, listen } from "../../demo/listen.ts";

/** Answers one request; what it does not end stays open until the service stops. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export class Service {
  readonly server: Server;
  port = 0;

  constructor(handler: Handler) {
    this.server = createServer(handler);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
}

/** Gives a test file a service of its own, started before its tests and ended after them. */
export function useService(handler: Handler): Service {
  const service = new Service(handler);
  beforeAll(async () => {
    service.port = await listen(service.server, 0, "the service");
  });
  afterAll(() => close(service.server));
  return service;
}
