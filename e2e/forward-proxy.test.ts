/** The way to the authorization server through a forward proxy (settings http_proxy, https_proxy, no_proxy). */
import { afterAll, beforeAll, expect, it } from "vitest";
import { active, AuthorizationServer, INACTIVE, json } from "./support/authorization-server.ts";
import { bearer } from "./support/client.ts";
import { expectRefusal, UNAVAILABLE, UNEXPECTED } from "./support/expectations.ts";
import { bytes, type FaultyServer, startFaultyServer } from "./support/faulty-server.ts";
import { startForwardProxy, type ForwardProxy } from "./support/forward-proxy.ts";
import { freePorts } from "./support/ports.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
let proxy: ForwardProxy;
let endless: FaultyServer;
/** Whoever sits on the way to the proxy, which is not encrypted, can write what this one writes. */
let forging: ForwardProxy;
let interim: ForwardProxy;
let guarded: ForwardProxy;
let overTls: AuthorizationServer;

beforeAll(async () => {
  proxy = await startForwardProxy();
  const forged = JSON.stringify(active({ sub: "mallory" }));
  forging = await startForwardProxy({
    behind: `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${forged.length}\r\n\r\n${forged}`,
  });
  endless = await startFaultyServer(bytes(`HTTP/1.1 200 OK\r\nX: ${"y".repeat(100_000)}`));
  interim = await startForwardProxy({
    before: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n",
  });
  guarded = await startForwardProxy({ credentials: "gateway:right" });
  overTls = await AuthorizationServer.start(world.pki.authorizationServer);
  overTls.otherwise(json(active()));
  world.server.otherwise(json(active()));
  const [closed = 0] = await freePorts(1);
  const local = world.server.endpoint.replace("localhost", "127.0.0.1");
  const both = { http_proxy: proxy.url, https_proxy: proxy.url };
  const through = (user: string): Record<string, unknown> => {
    const url = guarded.url.replace("//", `//${user}@`);
    return { http_proxy: url, https_proxy: url, breaker_threshold: 2, retries: 3 };
  };
  const tls = { introspection_endpoint: overTls.endpoint };
  await world.configure({
    "/http": [world.introspection(both)],
    "/https": [world.introspection({ ...both, ...tls })],
    "/only-https": [world.introspection({ https_proxy: proxy.url })],
    "/no-proxy": [world.introspection({ ...both, no_proxy: "other.example,localhost" })],
    "/no-proxy-at-all": [world.introspection({ ...both, ...tls, no_proxy: "*" })],
    "/other-no-proxy": [world.introspection({ ...both, no_proxy: "host" })],
    "/no-proxy-for-networks": [
      world.introspection({ ...both, introspection_endpoint: local, no_proxy: "10.0.0.0/8,127.0.0.0/8" }),
    ],
    "/no-proxy-for-another-port": [
      world.introspection({ ...both, introspection_endpoint: local, no_proxy: "127.0.0.1:1" }),
    ],
    "/guarded-https": [world.introspection({ ...through("gateway:right"), ...tls })],
    "/refused-http": [world.introspection(through("gateway:wrong"))],
    "/refused-https": [world.introspection({ ...through("gateway:wrong"), ...tls })],
    "/dead-proxy": [
      world.introspection({ http_proxy: `http://127.0.0.1:${closed}`, breaker_threshold: 1, breaker_timeout: 3600 }),
    ],
    "/forging-proxy": [world.introspection({ ...tls, https_proxy: forging.url, breaker_threshold: 0 })],
    "/endless-proxy": [
      world.introspection({ ...tls, https_proxy: endless.endpoint.replace("/introspect", ""), breaker_threshold: 0 }),
    ],
    "/interim-proxy": [world.introspection({ ...tls, https_proxy: interim.url })],
    "/direct": [world.introspection({ breaker_threshold: 1, breaker_timeout: 3600 })],
  });
});
afterAll(async () => {
  await proxy.stop();
  await guarded.stop();
  await endless.stop();
  await forging.stop();
  await interim.stop();
  await overTls.stop();
});

/** Calls with a new token; gives the status, and what the proxy was asked for meanwhile. */
async function call(path: string): Promise<[number, string[]]> {
  const before = proxy.asked.length;
  const { status } = await world.send(path, { headers: [bearer(newToken())] });
  return [status, proxy.asked.slice(before)];
}

it("http goes by absolute URL", async () => {
  expect(await call("/http")).toEqual([200, [world.server.endpoint]]);
});

it("https goes through a tunnel, and the certificate is still the authorization server's", async () => {
  const { host } = new URL(overTls.url);
  expect(await call("/https")).toEqual([200, [`CONNECT ${host}`]]);
});

it.each(["/only-https", "/no-proxy", "/no-proxy-at-all", "/no-proxy-for-networks"])(
  "%s goes straight",
  async (path) => {
    expect(await call(path)).toEqual([200, []]);
  },
);

it("no_proxy names whole names: host is not localhost", async () => {
  expect(await call("/other-no-proxy")).toEqual([200, [world.server.endpoint]]);
});

it("a proxy that is not there: 503", async () => {
  expectRefusal(await world.send("/dead-proxy", { headers: [bearer(newToken())] }), UNAVAILABLE);
});

it("no_proxy with a port names that port alone", async () => {
  const [status, asked] = await call("/no-proxy-for-another-port");
  expect([status, asked.length]).toEqual([200, 1]);
});

it("a proxy that is not there is no trouble of those who go straight to the same server", async () => {
  for (let i = 0; i < 2; i += 1) {
    expectRefusal(await world.send("/dead-proxy", { headers: [bearer(newToken())] }), UNAVAILABLE);
  }
  expect(await call("/direct")).toEqual([200, []]);
});

it("a proxy whose answer to CONNECT has no end: 503, and not at the time-out", async () => {
  expectRefusal(await world.send("/endless-proxy", { headers: [bearer(newToken())] }), UNAVAILABLE);
  await world.waitForErrorLog(/what the proxy before .* sent is not HTTP/);
});

it("what stands behind a proxy's answer to CONNECT is never the authorization server's answer (S9): 503", async () => {
  const token = newToken();
  overTls.answer(token, json(INACTIVE));
  expectRefusal(await world.send("/forging-proxy", { headers: [bearer(token)] }), UNAVAILABLE);
  expect(forging.asked.length).toBeGreaterThan(0);
  await world.waitForErrorLog(/bytes behind the answer to CONNECT/);
});

it("interim answers before a proxy's answer to CONNECT are passed over (RFC 9110 section 15.2)", async () => {
  const token = newToken();
  overTls.answer(token, json(active()));
  expect((await world.send("/interim-proxy", { headers: [bearer(token)] })).status).toBe(200);
  expect(interim.asked).toHaveLength(1);
});

it("a proxy takes the right credentials, in a tunnel too", async () => {
  expect(await call("/guarded-https")).toEqual([200, []]);
});

it.each(["/refused-http", "/refused-https"])("%s: a proxy refuses our credentials: 500, asked once", async (path) => {
  for (let i = 1; i <= 3; i += 1) {
    const before = guarded.asked.length;
    expectRefusal(await world.send(path, { headers: [bearer(newToken())] }), UNEXPECTED);
    expect(guarded.asked.length - before).toBe(1);
  }
  await world.waitForErrorLog(/407/);
});
