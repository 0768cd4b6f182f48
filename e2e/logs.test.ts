/** What an operator reads: Kong's log serializer and the error log (design section 5), and that neither holds a credential. */
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE, text } from "./support/authorization-server.ts";
import { bearer, type Header } from "./support/client.ts";
import { faultsIn } from "./support/log-check.ts";
import { thumbprintOf, pemOf } from "./support/pki.ts";
import { keepSecret, newToken } from "./support/secrets.ts";
import { TRUSTED_PROXY, useWorld } from "./support/world.ts";

const world = useWorld({ settings: { trusted_ips: TRUSTED_PROXY } });

beforeAll(() =>
  world.configure({
    "/api": [world.introspection({ scope: ["read"] })],
    "/anonymous": [world.introspection({ allow_anonymous: true })],
    "/header": [world.introspection({ token_header: "X-Token", hide_credentials: false })],
    "/query": [world.introspection({ token_query_arg: "access_token", hide_credentials: false })],
    "/cookie": [world.introspection({ token_cookie: "token", hide_credentials: false })],
    "/certificate": [world.introspection({ certificate_header: "X-Client-Cert", hide_credentials: false })],
  }),
);

async function reportOf(path: string): Promise<Record<string, unknown>> {
  const [entry] = await world.requestLog(path);
  return entry?.token_introspection ?? {};
}

describe("the serializer's field token_introspection", () => {
  it("of a request that passed", async () => {
    await world.sendToken("/api", active({ scope: "read", sub: "alice", client_id: "app" }));
    const report = await reportOf("/api");
    expect(report).toMatchObject({ outcome: "allowed", cache: "server", client_id: "app", sub: "alice" });
    expect(report["server_latency"]).toBeGreaterThanOrEqual(0);
  });

  it("of a refusal: which rule failed", async () => {
    await world.sendToken("/api", active({ scope: "write" }));
    expect(await reportOf("/api")).toMatchObject({ outcome: "refused", reason: "insufficient_scope" });
    expect(String((await reportOf("/api"))["cause"])).toMatch(/^scope/);
    await world.waitForErrorLog(/\[notice\].*refused \(insufficient_scope\): scope/);
  });

  it("of an inactive token", async () => {
    await world.sendToken("/api", INACTIVE);
    expect(await reportOf("/api")).toMatchObject({ outcome: "refused", reason: "invalid_token" });
  });

  it("of a request without a token", async () => {
    await world.send("/anonymous");
    expect(await reportOf("/anonymous")).toMatchObject({ outcome: "anonymous", reason: "no_credentials" });
  });

  it("of the server's trouble: an operator learns what and where", async () => {
    await world.sendToken("/api", text("", 503));
    expect(await reportOf("/api")).toMatchObject({ outcome: "refused", reason: "unavailable" });
    const line = await world.waitForErrorLog(/\[warn\].*refused \(unavailable\)/);
    expect(line).toContain(new URL(world.server.url).port);
  });

  it("of our own fault", async () => {
    await world.sendToken("/api", text("", 401));
    expect(await reportOf("/api")).toMatchObject({ outcome: "refused", reason: "unexpected" });
    await world.waitForErrorLog(/\[error\].*refused \(unexpected\).*401/);
  });
});

describe("credentials are redacted wherever they were read, also where the upstream gets them", () => {
  it("the token header", async () => {
    const token = newToken();
    world.server.answer(token, active());
    expect((await world.send("/header", { headers: [["X-Token", token]] })).status).toBe(200);
    const [entry] = await world.requestLog("/header");
    expect(entry?.request.headers["x-token"]).toBe("REDACTED");
  });

  it("a cookie", async () => {
    const token = newToken();
    world.server.answer(token, active());
    expect((await world.send("/cookie", { headers: [["Cookie", `token=${token}; a=b`]] })).status).toBe(200);
    expect(JSON.stringify(await world.requestLog("/cookie"))).not.toContain(token);
  });

  it("the query", async () => {
    // nginx's own error log shows the query of a request that it has something to say about: this one passes.
    const token = newToken();
    world.server.answer(token, active());
    expect((await world.send(`/query?a=b&access_token=${token}`)).status).toBe(200);
    expect(JSON.stringify(await world.requestLog("/query"))).not.toContain(token);
  });

  it("a DPoP proof", async () => {
    const proof = keepSecret(`proof-${newToken()}`);
    const token = newToken();
    await world.send("/api", { headers: [bearer(token, "DPoP"), ["DPoP", proof]] });
    const [entry] = await world.requestLog("/api");
    expect(entry?.request.headers["dpop"]).toBe("REDACTED");
  });

  it("a certificate header", async () => {
    const { client1 } = world.pki;
    const value = keepSecret(encodeURIComponent(await pemOf(client1)));
    const headers: Header[] = [["X-Client-Cert", value]];
    const cnf = { "x5t#S256": await thumbprintOf(client1) };
    const answer = await world.sendToken("/certificate", active({ cnf }), { headers, from: TRUSTED_PROXY });
    expect(answer.status).toBe(200);
    const [entry] = await world.requestLog("/certificate");
    expect(entry?.request.headers["x-client-cert"]).toBe("REDACTED");
  });
});

describe("the check that runs after every test", () => {
  it("finds a Lua error and a token", () => {
    const token = newToken();
    expect(
      faultsIn("[error] 1#0: *1 lua entry thread aborted: runtime error: x.lua:1: attempt to index a nil value"),
    ).toHaveLength(1);
    expect(faultsIn(`[info] something with ${token}`)).toHaveLength(1);
    expect(faultsIn("[notice] refused (invalid_token): the token has expired")).toEqual([]);
  });
});
