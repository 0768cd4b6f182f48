/** TLS towards the authorization server (S9): who it is, is verified, and what fails is the 503 row. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer } from "./support/client.ts";
import { expectRefusal, UNAVAILABLE } from "./support/expectations.ts";
import { GOOD } from "./support/faults.ts";
import { reset, startFaultyServer, type FaultyServer } from "./support/faulty-server.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const TIMEOUT_MS = 3000;
const SLACK_MS = 20_000;
const world = useWorld();
const servers: FaultyServer[] = [];

beforeAll(async () => {
  const { pki } = world;
  const start = async (...args: Parameters<typeof startFaultyServer>): Promise<string> => {
    const server = await startFaultyServer(...args);
    servers.push(server);
    return server.endpoint;
  };
  const good = await start(GOOD, { identity: pki.authorizationServer });
  const wrongCa = await start(GOOD, { identity: pki.fromForeignCa });
  const expired = await start(GOOD, { identity: pki.expired });
  const wrongName = await start(GOOD, { identity: pki.wrongName });
  const endpoints = {
    good,
    "wrong-ca": wrongCa,
    expired,
    "wrong-name": wrongName,
    "plain-http": await start(GOOD, { scheme: "https" }),
    "tls-on-http": await start(GOOD, { identity: pki.authorizationServer, scheme: "http" }),
    "silent-handshake": await start({}, { scheme: "https" }),
    "reset-in-handshake": await start(
      { onConnection: (socket) => void socket.once("data", () => reset(socket)) },
      { scheme: "https" },
    ),
    "closed-in-handshake": await start(
      { onConnection: (socket) => void socket.once("data", () => socket.end()) },
      { scheme: "https" },
    ),
    "reset-after-request": await start(
      { onRequest: (socket) => void socket.destroy() },
      { identity: pki.authorizationServer },
    ),
    silent: await start({}, { identity: pki.authorizationServer }),
  };
  const routes = Object.entries(endpoints).map(([name, introspection_endpoint]) => [
    `/${name}`,
    [world.introspection({ introspection_endpoint, timeout: TIMEOUT_MS })],
  ]);
  const unverified = [wrongCa, expired, wrongName].map((introspection_endpoint, index) => [
    `/unverified-${index}`,
    [world.introspection({ introspection_endpoint, introspection_ssl_verify: false })],
  ]);
  await world.configure(Object.fromEntries([...routes, ...unverified]) as never);
});
afterAll(async () => {
  for (const server of servers) await server.stop();
});

it("a certificate of our authority for the endpoint's name passes", async () => {
  expect((await world.send("/good", { headers: [bearer(newToken())] })).status).toBe(200);
});

it.each([
  "wrong-ca",
  "expired",
  "wrong-name",
  "plain-http",
  "tls-on-http",
  "silent-handshake",
  "reset-in-handshake",
  "closed-in-handshake",
  "reset-after-request",
  "silent",
])("%s: 503", async (name) => {
  const began = Date.now();
  expectRefusal(await world.send(`/${name}`, { headers: [bearer(newToken())] }), UNAVAILABLE);
  expect(Date.now() - began).toBeLessThan(TIMEOUT_MS + SLACK_MS);
});

describe("introspection_ssl_verify = false", () => {
  it.each([0, 1, 2])("takes any certificate (%i)", async (index) => {
    expect((await world.send(`/unverified-${index}`, { headers: [bearer(newToken())] })).status).toBe(200);
  });
});
