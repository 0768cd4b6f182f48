/** A failing authorization server never becomes a wrong answer, and the next good answer is accepted (design section 5). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, UNAVAILABLE, UNEXPECTED } from "./support/expectations.ts";
import { FAULTS, GOOD } from "./support/faults.ts";
import { answerBytes, bytes, startFaultyServer, type FaultyServer } from "./support/faulty-server.ts";
import { freePorts } from "./support/ports.ts";
import { newToken } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { useWorld, type Plugin } from "./support/world.ts";

/** For what only the time-out ends, and for all the rest, which a loaded machine must not turn into a time-out. */
const SHORT_TIMEOUT_MS = 1500;
const TIMEOUT_MS = 30_000;
/** Far more than any machine needs on top; a request that hangs for ever, or for nginx's 60 seconds, takes longer. */
const SLACK_MS = 20_000;

const world = useWorld();
const servers = new Map<string, FaultyServer>();

function pathOf(name: string): string {
  return `/fault-${FAULTS.findIndex((fault) => fault.name === name)}`;
}

beforeAll(async () => {
  const routes: Record<string, Plugin[]> = {};
  const config = { timeout: TIMEOUT_MS };
  for (const { name, script, hangs } of FAULTS) {
    const server = await startFaultyServer(script);
    servers.set(name, server);
    const timeout = hangs === true ? SHORT_TIMEOUT_MS : TIMEOUT_MS;
    routes[pathOf(name)] = [world.introspection({ timeout, introspection_endpoint: server.endpoint })];
  }
  const [closed = 0] = await freePorts(1);
  const nobody = `http://127.0.0.1:${closed}/introspect`;
  routes["/refused"] = [world.introspection({ ...config, introspection_endpoint: nobody })];
  routes["/unknown-host"] = [
    world.introspection({ ...config, introspection_endpoint: "http://nobody.invalid/introspect" }),
  ];
  const large = await startFaultyServer(bytes(answerBytes(`{"active":true,"a":"${"x".repeat(10 * 1024 * 1024)}"}`)));
  servers.set("large", large);
  routes["/large"] = [world.introspection({ ...config, introspection_endpoint: large.endpoint })];
  const wide = await startFaultyServer(
    bytes(`HTTP/1.1 200 OK\r\n${`X-Header: ${"y".repeat(2000)}\r\n`.repeat(2000)}Content-Length: 0\r\n\r\n`),
  );
  servers.set("wide", wide);
  routes["/wide"] = [world.introspection({ ...config, introspection_endpoint: wide.endpoint })];
  await world.configure(routes);
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

const EXPECTED = { 401: INVALID_TOKEN, 500: UNEXPECTED, 503: UNAVAILABLE };

it.each(FAULTS)("$name: $status", async ({ name, status, hangs }) => {
  const path = pathOf(name);
  const began = Date.now();
  const answer = await world.send(path, { headers: [bearer(newToken())] });
  if (hangs === true) expect(Date.now() - began).toBeLessThan(SHORT_TIMEOUT_MS + SLACK_MS);
  if (status === 200) expect(answer.status).toBe(200);
  else expectRefusal(answer, EXPECTED[status]);

  servers.get(name)?.follow(GOOD);
  await until("the next good answer is accepted", async () => {
    const next = await world.send(path, { headers: [bearer(newToken())] });
    // Only a short time-out excuses a second try.
    if (hangs !== true) expect(next.status).toBe(200);
    return next.status === 200;
  });
});

describe("nobody there", () => {
  it.each(["/refused", "/unknown-host"])("%s", async (path) => {
    expectRefusal(await world.send(path, { headers: [bearer(newToken())] }), UNAVAILABLE);
  });
});

describe("an answer that is far too large", () => {
  it.each(["/large", "/wide"])("%s is refused, and the worker's memory stays flat", async (path) => {
    const calls = 30;
    for (let i = 0; i < calls; i += 1) {
      const { status } = await world.send(path, { headers: [bearer(newToken())] });
      expect([500, 503]).toContain(status);
    }
    const memory = (await world.requestLog(path, calls)).map(({ worker }) => worker.memory_kb);
    // Lua collects its garbage when the heap has doubled; thirty answers that were kept would be far more than this.
    expect(Math.max(...memory) - Math.min(...memory)).toBeLessThan(100 * 1024);
  });
});
