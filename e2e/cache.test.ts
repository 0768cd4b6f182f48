/** What is cached, for how long, and for whom (design section 6, S6, S8). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { active, AuthorizationServer, INACTIVE, json, nowSeconds, text } from "./support/authorization-server.ts";
import { bearer, received, type Answer } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, UNAVAILABLE } from "./support/expectations.ts";
import { keepSecret, newSecret, newToken } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { useWorld, type Routes } from "./support/world.ts";

const world = useWorld();
let other: AuthorizationServer;

function routes(): Routes {
  const config = (more: object = {}) => [world.introspection({ ttl: 3600, ...more })];
  return {
    "/standard": config(),
    "/standard-too": config({ scope: ["read"], upstream_headers_prefix: "X-Caller-", realm: "another" }),
    "/other-server": config({ introspection_endpoint: other.endpoint }),
    "/other-path": config({ introspection_endpoint: `${world.server.url}/introspect?other` }),
    "/other-client": config({ client_id: "other" }),
    "/other-secret": config({ client_secret: newSecret() }),
    "/other-authentication": config({ client_auth: "client_secret_post" }),
    "/other-arguments": config({ introspection_args: { tenant: "two" } }),
    "/other-headers": config({ introspection_headers: { "X-Tenant": "two" } }),
    "/other-lifetime": config({ ttl: 1800 }),
    "/other-negative-lifetime": config({ negative_ttl: 5 }),
    "/other-verification": config({ introspection_ssl_verify: false }),
    "/short": [world.introspection({ ttl: 1 })],
    "/default": [world.introspection()],
    "/negative": [world.introspection({ negative_ttl: 3600 })],
    "/negative-short": [world.introspection({ negative_ttl: 1 })],
    "/stale": [world.introspection({ ttl: 1, stale_ttl: 3600, timeout: 2000 })],
    "/respectful": config({ respect_cache_control: true }),
    "/key": [{ name: "key-auth", config: {} }],
  };
}

const CONSUMERS = { consumers: [{ username: "alice", keyauth_credentials: [{ key: "alice-key" }] }] };

beforeAll(async () => {
  other = await AuthorizationServer.start();
  await world.configure(routes(), CONSUMERS);
});
afterAll(() => other.stop());

function send(path: string, token: string): Promise<Answer> {
  return world.send(path, { headers: [bearer(token)] });
}

describe("an active answer", () => {
  it("is served from the cache", async () => {
    const { token } = await world.sendToken("/standard", active());
    for (let i = 0; i < 5; i += 1) expect((await send("/standard", token)).status).toBe(200);
    expect(world.server.asked(token)).toBe(1);
    const entries = await world.requestLog("/standard", 6);
    expect(entries[0]?.token_introspection).toMatchObject({ outcome: "allowed", cache: "server" });
    // The first hit takes it from the node's memory into the worker's.
    expect(entries[1]?.token_introspection?.["cache"]).toMatch(/^(?:node|worker)$/);
    expect(entries[5]?.token_introspection).toMatchObject({ outcome: "allowed", cache: "worker" });
  });

  it("is asked for again after its ttl", async () => {
    const { token } = await world.sendToken("/short", active());
    await until("the answer has been asked for again", async () => {
      expect((await send("/short", token)).status).toBe(200);
      return world.server.asked(token) >= 2;
    });
  });

  it("is never served past exp, however long its ttl is (S8, S10)", async () => {
    const exp = nowSeconds() + 3;
    const { token, status } = await world.sendToken("/standard", active({ exp }));
    expect(status).toBe(200);
    let refusedAt = 0;
    const refused = await until("the token is refused", async () => {
      const sent = Date.now();
      const answer = await send("/standard", token);
      if (answer.status === 200) {
        // An answer that was sent for before exp may come late; none that was sent for after it may pass.
        expect(sent).toBeLessThan(exp * 1000);
        return false;
      }
      refusedAt = Date.now();
      return answer;
    });
    expectRefusal(refused, INVALID_TOKEN);
    expect(refusedAt).toBeGreaterThanOrEqual(exp * 1000);
  });

  it("is not kept past exp: the server is asked again, and may know better", async () => {
    const exp = nowSeconds() + 2;
    const { token } = await world.sendToken("/standard", active({ exp }));
    world.server.answer(token, active());
    await until("exp has passed", () => Date.now() > exp * 1000);
    expect((await send("/standard", token)).status).toBe(200);
    expect(world.server.asked(token)).toBe(2);
  });

  it("is asked for again after every change of the configuration", async () => {
    const { token } = await world.sendToken("/standard", active());
    await world.configure(routes(), CONSUMERS);
    world.server.answer(token, INACTIVE);
    expectRefusal(await send("/standard", token), INVALID_TOKEN);
    expect(world.server.asked(token)).toBe(2);
  });
});

describe("who shares an answer (S6)", () => {
  it("routes that ask the same question: each judges and forwards it in its own way", async () => {
    const { token } = await world.sendToken("/standard", active({ scope: "read" }));
    const answer = await send("/standard-too", token);
    expect(received(answer, "X-Caller-Sub")).toEqual(["alice"]);
    expect(received(answer, "X-Credential-Sub")).toEqual([]);
    expect(received(await send("/standard", token), "X-Credential-Sub")).toEqual(["alice"]);
    expect(world.server.asked(token)).toBe(1);
  });

  it("never routes with different authorization servers", async () => {
    const { token } = await world.sendToken("/standard", active());
    other.answer(token, INACTIVE);
    expectRefusal(await send("/other-server", token), INVALID_TOKEN);
    expect(other.asked(token)).toBe(1);
    const second = newToken();
    other.answer(second, active({ sub: "bob" }));
    expect(received(await send("/other-server", second), "X-Credential-Sub")).toEqual(["bob"]);
    expectRefusal(await send("/standard", second), INVALID_TOKEN);
  });

  it.each([
    "/other-path",
    "/other-client",
    "/other-secret",
    "/other-authentication",
    "/other-arguments",
    "/other-headers",
    "/other-lifetime",
    "/other-negative-lifetime",
    "/other-verification",
  ])("never a route that asks otherwise: %s", async (path) => {
    const { token } = await world.sendToken("/standard", active());
    expect((await send(path, token)).status).toBe(200);
    expect(world.server.asked(token)).toBe(2);
  });

  it("nobody else in the gateway: a token is no key of the cache (design section 7)", async () => {
    const key = { headers: [["apikey", "alice-key"]] } as const;
    expect((await world.send("/key", key)).status).toBe(200);
    const [entry] = await world.requestLog("/key");
    const workspace = String(entry?.["workspace"] ?? "");
    // What Kong keeps a key under, which anybody could send as a token.
    for (const token of [
      `keyauth_credentials:alice-key:::::${workspace}`,
      `keyauth_credentials:bob-key:::::${workspace}`,
    ]) {
      world.server.answer(token, active({ consumer: { id: "nobody" } }));
      expect((await send("/standard", token)).status).toBe(200);
    }
    expect((await world.send("/key", key)).status).toBe(200);
    expect((await world.send("/key", { headers: [["apikey", "bob-key"]] })).status).toBe(401);
  });
});

describe("an inactive answer", () => {
  it("is not cached unless negative_ttl says so", async () => {
    const { token } = await world.sendToken("/default", INACTIVE);
    world.server.answer(token, active());
    expect((await send("/default", token)).status).toBe(200);
  });

  it("is cached for negative_ttl", async () => {
    const { token } = await world.sendToken("/negative", INACTIVE);
    for (let i = 0; i < 3; i += 1) expectRefusal(await send("/negative", token), INVALID_TOKEN);
    expect(world.server.asked(token)).toBe(1);
  });

  it("is asked for again after negative_ttl", async () => {
    const { token } = await world.sendToken("/negative-short", INACTIVE);
    await until("the answer has been asked for again", async () => {
      expect((await send("/negative-short", token)).status).toBe(401);
      return world.server.asked(token) >= 2;
    });
  });

  it("a 400 that blames the token counts as one", async () => {
    const { token } = await world.sendToken("/negative", json({ error: "invalid_token" }, 400));
    expectRefusal(await send("/negative", token), INVALID_TOKEN);
    expect(world.server.asked(token)).toBe(1);
  });
});

describe("no error is cached", () => {
  it.each([text("", 503), text("", 401), text("{}")])("%#", async (responder) => {
    const { token } = await world.sendToken("/negative", responder);
    world.server.answer(token, active());
    expect((await send("/negative", token)).status).toBe(200);
  });
});

describe("stale_ttl", () => {
  it("serves what is known while the server fails, says so, and stops when it has recovered", async () => {
    const { token } = await world.sendToken("/stale", active());
    world.server.answer(token, text("", 503));
    await until("the server has been asked again", async () => {
      expect((await send("/stale", token)).status).toBe(200);
      return world.server.asked(token) >= 2;
    });
    for (let i = 0; i < 5; i += 1) expect((await send("/stale", token)).status).toBe(200);
    await world.waitForErrorLog(/\[warn\].*stale/);
    const entries = await world.requestLog("/stale", 2);
    expect(entries.at(-1)?.token_introspection).toMatchObject({ outcome: "allowed", cache: "stale" });

    world.server.answer(token, INACTIVE);
    await until("the recovered server's word counts", async () => (await send("/stale", token)).status === 401);
  });

  it("is for a server's failure only: what it says counts at once", async () => {
    const { token } = await world.sendToken("/stale", active());
    world.server.answer(token, INACTIVE);
    await until("the token is refused", async () => (await send("/stale", token)).status === 401);
    world.server.answer(token, text("", 503));
    expectRefusal(await send("/stale", token), UNAVAILABLE);
  });

  it("does not hide that our credentials are refused", async () => {
    const { token } = await world.sendToken("/stale", active());
    world.server.answer(token, text("", 401));
    await until("500", async () => (await send("/stale", token)).status === 500);
  });

  it("never serves past exp", async () => {
    const exp = nowSeconds() + 4;
    const { token } = await world.sendToken("/stale", active({ exp }));
    world.server.answer(token, text("", 503));
    const refused = await until("the token no longer passes", async () => {
      const sent = Date.now();
      const answer = await send("/stale", token);
      if (answer.status === 200) expect(sent).toBeLessThan(exp * 1000);
      return answer.status !== 200 && answer;
    });
    expect([401, 503]).toContain(refused.status);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  });
});

describe("respect_cache_control", () => {
  it("does not keep an answer that says no-store", async () => {
    const { token } = await world.sendToken("/respectful", json(active(), 200, { "Cache-Control": "no-store" }));
    expect((await send("/respectful", token)).status).toBe(200);
    expect(world.server.asked(token)).toBe(2);
  });

  it("is off by default: many servers say it always", async () => {
    const { token } = await world.sendToken("/standard", json(active(), 200, { "Cache-Control": "no-store" }));
    expect((await send("/standard", token)).status).toBe(200);
    expect(world.server.asked(token)).toBe(1);
  });
});

describe("long tokens", () => {
  it("that differ in their last character are told apart", async () => {
    const long = keepSecret(newToken() + "x".repeat(4000));
    world.server.answer(`${long}1`, active({ sub: "one" })).answer(`${long}2`, active({ sub: "two" }));
    expect(received(await send("/standard", `${long}1`), "X-Credential-Sub")).toEqual(["one"]);
    expect(received(await send("/standard", `${long}2`), "X-Credential-Sub")).toEqual(["two"]);
  });
});
