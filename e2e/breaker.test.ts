/** A server that gives no answers is left alone for a while, and asked again as soon as it may be well (circuit breaker). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, valuesOf, type Answer } from "./support/client.ts";
import { expectRefusal, UNAVAILABLE } from "./support/expectations.ts";
import { GOOD } from "./support/faults.ts";
import { bytes, reset, startFaultyServer, type FaultyServer, type Script } from "./support/faulty-server.ts";
import { newToken } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const RESETS: Script = { onConnection: reset };
/** Long enough that no machine is slow enough to see it pass. */
const LONG = 3600;
const servers: Record<string, FaultyServer> = {};

beforeAll(async () => {
  for (const name of ["opens", "recovers", "answers", "off"]) servers[name] = await startFaultyServer(RESETS);
  const at = (name: string, config: object) => [
    world.introspection({ introspection_endpoint: servers[name]?.endpoint, retries: 0, ...config }),
  ];
  await world.configure({
    "/opens": at("opens", { breaker_threshold: 3, breaker_timeout: LONG }),
    "/recovers": at("recovers", { breaker_threshold: 3, breaker_timeout: 1 }),
    "/answers": at("answers", { breaker_threshold: 3, breaker_timeout: LONG }),
    "/off": at("off", { breaker_threshold: 0 }),
  });
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop();
});

function call(path: string): Promise<Answer> {
  return world.send(path, { headers: [bearer(newToken())] });
}

function serverOf(name: string): FaultyServer {
  const server = servers[name];
  if (server === undefined) throw new Error(`no server ${name}`);
  return server;
}

describe("the breaker", () => {
  it("opens after the threshold: 503 with Retry-After, and the server has its peace", async () => {
    const server = serverOf("opens");
    for (let i = 0; i < 3; i += 1) expectRefusal(await call("/opens"), UNAVAILABLE);
    expect(server.connections()).toBe(3);
    for (let i = 0; i < 5; i += 1) {
      const answer = await call("/opens");
      expectRefusal(answer, UNAVAILABLE);
      expect(Number(valuesOf(answer, "Retry-After")[0])).toBeGreaterThanOrEqual(1);
    }
    expect(server.connections()).toBe(3);
    await world.waitForErrorLog(/\[warn\].*gave no answer 3 times/);
  });

  it("closes again when a probe is answered", async () => {
    const server = serverOf("recovers");
    for (let i = 0; i < 4; i += 1) expectRefusal(await call("/recovers"), UNAVAILABLE);
    server.follow(GOOD);
    await until("the server is asked again", async () => (await call("/recovers")).status === 200);
    for (let i = 0; i < 5; i += 1) expect((await call("/recovers")).status).toBe(200);
  });

  it("an HTTP answer of any status is an answer", async () => {
    const server = serverOf("answers");
    server.follow(bytes("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"));
    for (let i = 0; i < 6; i += 1) expectRefusal(await call("/answers"), UNAVAILABLE);
    expect(server.requests()).toBe(6);
  });

  it("is off with the threshold 0", async () => {
    for (let i = 0; i < 12; i += 1) expectRefusal(await call("/off"), UNAVAILABLE);
    expect(serverOf("off").connections()).toBe(12);
  });
});
