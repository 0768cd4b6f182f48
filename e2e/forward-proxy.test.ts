/** The way to the authorization server through a forward proxy (settings http_proxy, https_proxy, no_proxy). */
import { afterAll, beforeAll, expect, it } from "vitest";
import { active, AuthorizationServer, json } from "./support/authorization-server.ts";
import { bearer } from "./support/client.ts";
import { expectRefusal, UNAVAILABLE } from "./support/expectations.ts";
import { startForwardProxy, type ForwardProxy } from "./support/forward-proxy.ts";
import { freePorts } from "./support/ports.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
let proxy: ForwardProxy;
let overTls: AuthorizationServer;

beforeAll(async () => {
  proxy = await startForwardProxy();
  overTls = await AuthorizationServer.start(world.pki.authorizationServer);
  overTls.otherwise(json(active()));
  world.server.otherwise(json(active()));
  const [closed = 0] = await freePorts(1);
  const both = { http_proxy: proxy.url, https_proxy: proxy.url };
  const tls = { introspection_endpoint: overTls.endpoint };
  await world.configure({
    "/http": [world.introspection(both)],
    "/https": [world.introspection({ ...both, ...tls })],
    "/only-https": [world.introspection({ https_proxy: proxy.url })],
    "/no-proxy": [world.introspection({ ...both, no_proxy: "other.example,localhost" })],
    "/no-proxy-at-all": [world.introspection({ ...both, ...tls, no_proxy: "*" })],
    "/other-no-proxy": [world.introspection({ ...both, no_proxy: "host" })],
    "/dead-proxy": [world.introspection({ http_proxy: `http://127.0.0.1:${closed}` })],
  });
});
afterAll(async () => {
  await proxy.stop();
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

it.each(["/only-https", "/no-proxy", "/no-proxy-at-all"])("%s goes straight", async (path) => {
  expect(await call(path)).toEqual([200, []]);
});

it("no_proxy names whole names: host is not localhost", async () => {
  expect(await call("/other-no-proxy")).toEqual([200, [world.server.endpoint]]);
});

it("a proxy that is not there: 503", async () => {
  expectRefusal(await world.send("/dead-proxy", { headers: [bearer(newToken())] }), UNAVAILABLE);
});
