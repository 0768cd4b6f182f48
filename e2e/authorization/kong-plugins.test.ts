/** Beside Kong's own plugins: other authentication in both orders, acl, rate-limiting (design sections 3 and 4). */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { active, INACTIVE, type Claims } from "../support/authorization-server.ts";
import { bearer, received, receivedInAnySpelling, valuesOf, type Answer, type Header } from "../support/client.ts";
import { needs } from "../support/capability.ts";
import { expectRefusal, INVALID_TOKEN, NO_CREDENTIALS } from "../support/expectations.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld, type Plugin, type Routes } from "../support/world.ts";

const world = useWorld();
const ALICE = "7b1f1b0e-5d0f-4f5e-9f43-3f1d6f1f9a01";
const KEY: Header = ["apikey", "bob-key"];
const BASIC: Header = ["Authorization", `Basic ${Buffer.from("bob:open sesame").toString("base64")}`];
const WRONG_BASIC: Header = ["Authorization", `Basic ${Buffer.from("bob:wrong").toString("base64")}`];
const LIE = "a-lie";
const LIES: Header[] = [
  ["X-Consumer-ID", LIE],
  ["x_consumer_id", LIE],
  ["X-Consumer-Username", LIE],
  ["X_Consumer_Username", LIE],
  ["X-Consumer-Custom-ID", LIE],
  ["X-Consumer-Groups", LIE],
  ["X-Credential-Identifier", LIE],
  ["X_Credential_Identifier", LIE],
  ["X-Authenticated-Groups", LIE],
  ["X-Anonymous-Consumer", LIE],
  ["X-Anonymous", LIE],
  ["X-Credential-Sub", LIE],
];

function acl(config: Readonly<Record<string, unknown>>): Plugin {
  return { name: "acl", config };
}

/** Runs before key-auth (1250), basic-auth (1100) too: Kong's plugin ordering is Enterprise's, priorities are fixed. */
function routes(): Routes {
  const key = (anonymous?: string): Plugin => ({
    name: "key-auth",
    config: anonymous === undefined ? {} : { anonymous },
  });
  const mapped = { consumer_claim: "sub" };
  const roles = { groups_claim: "realm_access.roles" };
  const always = world.gateway.capabilities.aclAlwaysUses ? { always_use_authenticated_groups: true } : {};
  return {
    "/plain": [world.introspection(mapped)],
    "/key-and": [key(), world.introspection(mapped)],
    "/key-or": [key("nobody"), world.introspection({ ...mapped, anonymous: "nobody" })],
    "/key-or-claims": [key("nobody"), world.introspection({ anonymous: "nobody" })],
    "/key-first-only": [key("nobody"), world.introspection()],
    "/by-id": [world.introspection({ anonymous: ALICE })],
    "/deny": [world.introspection(roles), acl({ deny: ["blocked"] })],
    "/allow": [world.introspection(roles), acl({ allow: ["staff", "42"] })],
    "/allow-hidden": [world.introspection(roles), acl({ allow: ["staff"], hide_groups_header: true })],
    "/consumer-groups": [world.introspection({ ...mapped, ...roles }), acl({ allow: ["staff"] })],
    "/consumer-groups-always": [world.introspection({ ...mapped, ...roles }), acl({ allow: ["staff"], ...always })],
    "/anonymous-acl": [world.introspection({ ...roles, anonymous: "nobody" }), acl({ allow: ["public"] })],
    "/no-acl": [world.introspection(roles)],
    "/meddled": [world.introspection(roles), { name: "e2e-meddler" }, acl({ deny: ["admin"] })],
    "/session": [{ name: "e2e-session" }, world.introspection({ anonymous: ALICE })],
    "/session-replaced": [{ name: "e2e-session" }, world.introspection({ ...mapped, ...roles })],
    "/oauth2": [{ name: "e2e-session", config: { as_oauth2: true } }, world.introspection()],
    "/oauth2-or": [
      { name: "e2e-session", config: { as_oauth2: true } },
      world.introspection({ upstream_headers: { "X-Authenticated-Userid": "sub" }, anonymous: ALICE }),
    ],
    "/oauth2-replaced": [
      { name: "e2e-session", config: { as_oauth2: true } },
      world.introspection({ upstream_headers: { "X-Authenticated-Userid": "sub" } }),
    ],
    "/session-mapped": [
      { name: "e2e-session" },
      world.introspection(mapped),
      acl({ deny: ["of-the-session"], ...always }),
    ],
    "/no-groups": [world.introspection(), acl({ allow: ["staff"] })],
    "/credential": [world.introspection({ credential_claim: "session.id", consumer_claim: "sub" })],
  };
}

function bundledRoutes(): Routes {
  const limit = (limit_by: string): Plugin => ({
    name: "rate-limiting",
    config: { year: 2, policy: "local", limit_by },
  });
  const basic = (anonymous?: string): Plugin => ({
    name: "basic-auth",
    config: anonymous === undefined ? {} : { anonymous },
  });
  return {
    "/limit-credential": [world.introspection(), limit("credential")],
    "/limit-session": [world.introspection({ credential_claim: "session.id" }), limit("credential")],
    "/limit-consumer": [world.introspection({ consumer_claim: "sub" }), limit("consumer")],
    "/limit-anonymous": [world.introspection({ anonymous: "nobody" }), limit("consumer")],
    "/basic-or": [basic("nobody"), world.introspection({ consumer_claim: "sub", anonymous: "nobody" })],
    "/basic-and": [basic(), world.introspection({ token_header: "X-Token" })],
    // hmac-auth (1030) runs after token-introspection (1040): the other order.
    "/token-first-or": [
      { name: "hmac-auth", config: { anonymous: "nobody" } },
      world.introspection({ consumer_claim: "sub", anonymous: "nobody" }),
    ],
    "/token-first-and": [{ name: "hmac-auth", config: {} }, world.introspection({ token_header: "X-Token" })],
    "/ip": [world.introspection(), { name: "ip-restriction", config: { deny: ["127.0.0.0/8"] } }],
    "/cors": [
      world.introspection(),
      { name: "cors", config: { origins: ["https://app.example"], exposed_headers: ["WWW-Authenticate"] } },
    ],
  };
}

beforeAll(() => {
  const bundled = world.gateway.capabilities.bundledPlugins;
  const bob = { username: "bob", custom_id: "4712", keyauth_credentials: [{ key: KEY[1] }] };
  return world.configure(
    { ...routes(), ...(bundled ? bundledRoutes() : {}) },
    {
      consumers: [
        { username: "nobody", acls: [{ group: "public" }] },
        { username: "alice", id: ALICE, custom_id: "4711", acls: [{ group: "staff" }] },
        bundled ? { ...bob, basicauth_credentials: [{ username: "bob", password: "open sesame" }] } : bob,
        { custom_id: "only-custom" },
      ],
    },
  );
});

/** What an upstream reads of Kong's own headers, whatever their spelling. */
function kongHeaders(answer: Answer): Record<string, string> {
  const names = [
    "X-Consumer-Username",
    "X-Consumer-Custom-ID",
    "X-Credential-Identifier",
    "X-Anonymous-Consumer",
    "X-Authenticated-Groups",
  ];
  const found = names.map((name) => [name, receivedInAnySpelling(answer, name).join()] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== ""));
}

const NOBODY = { "X-Consumer-Username": "nobody", "X-Anonymous-Consumer": "true" };
const ALICE_HEADERS = {
  "X-Consumer-Username": "alice",
  "X-Consumer-Custom-ID": "4711",
  "X-Credential-Identifier": "alice",
};

describe("the consumer's headers, however the client lies", () => {
  it("of a consumer that has everything", async () => {
    expect(kongHeaders(await world.sendToken("/plain", active(), { headers: LIES }))).toEqual(ALICE_HEADERS);
  });

  it("of a consumer without a username", async () => {
    const answer = await world.sendToken("/plain", active({ sub: "only-custom" }), { headers: LIES });
    expect(kongHeaders(answer)).toEqual({
      "X-Consumer-Custom-ID": "only-custom",
      "X-Credential-Identifier": "only-custom",
    });
  });

  it("of nobody", async () => {
    expect(kongHeaders(await world.sendToken("/plain", active({ sub: "stranger" }), { headers: LIES }))).toEqual({});
  });

  it.each<[string, unknown, string | undefined]>([
    ["a string", "s-1", "s-1"],
    ["a number", 12345678901, "12345678901"],
    ["a boolean names nothing", true, undefined],
    ["an array names nothing", ["s"], undefined],
    ["control characters make no header", "a\r\nX-Injected: 1", undefined],
    ["null", null, undefined],
  ])("credential_claim: %s", async (_name, id, expected) => {
    const answer = await world.sendToken("/credential", active({ session: { id } }), { headers: LIES });
    expect(kongHeaders(answer)["X-Credential-Identifier"]).toBe(expected);
    expect(received(answer, "X-Injected")).toEqual([]);
  });

  it("the log names consumer and credential as for Kong's own plugins", async () => {
    await world.sendToken("/plain", active());
    const [entry] = await world.requestLog("/plain");
    expect(entry).toMatchObject({ consumer: { username: "alice", id: ALICE }, authenticated_entity: { id: "alice" } });
  });
});

describe("key-auth, which runs before", () => {
  it("both demanded: the token's consumer counts, as the later plugin's", async () => {
    const answer = await world.sendToken("/key-and", active(), { headers: [KEY, ...LIES] });
    expect(kongHeaders(answer)).toMatchObject(ALICE_HEADERS);
    const kept = await world.sendToken("/key-and", active({ sub: "stranger" }), { headers: [KEY] });
    expect(kongHeaders(kept)).toMatchObject({ "X-Consumer-Username": "bob", "X-Consumer-Custom-ID": "4712" });
    expectRefusal(await world.sendToken("/key-and", INACTIVE, { headers: [KEY] }), INVALID_TOKEN);
    expect((await world.sendToken("/key-and", active(), { headers: [["apikey", "wrong"]] })).status).toBe(401);
  });

  it("one is enough: the key's consumer stays, and nobody asks about a token", async () => {
    const asked = world.server.requests.length;
    const answer = await world.send("/key-or", { headers: [KEY, ["X-Anonymous-Consumer", LIE]] });
    expect(kongHeaders(answer)).toMatchObject({ "X-Consumer-Username": "bob", "X-Consumer-Custom-ID": "4712" });
    expect(received(answer, "x_anonymous_consumer")).toEqual([]);
    expect(world.server.requests).toHaveLength(asked);
  });

  it("one is enough: the token's consumer replaces key-auth's anonymous one", async () => {
    expect(kongHeaders(await world.sendToken("/key-or", active(), { headers: LIES }))).toEqual(ALICE_HEADERS);
  });

  it("one is enough: a token without a consumer is not the anonymous consumer", async () => {
    const answer = await world.sendToken("/key-or-claims", active({ sub: "stranger" }), { headers: LIES });
    expect(received(answer, "X-Credential-Sub")).toEqual(["stranger"]);
    expect(kongHeaders(answer)).toEqual({});
  });

  it("neither: the anonymous consumer, also with a bad key and a bad token", async () => {
    for (const headers of [LIES, [["apikey", "wrong"] as const, bearer("wrong"), ...LIES]]) {
      expect(kongHeaders(await world.send("/key-or", { headers }))).toEqual(NOBODY);
    }
  });

  it("key-auth alone has an anonymous consumer: the token is demanded all the same", async () => {
    expectRefusal(await world.send("/key-first-only", { headers: [KEY] }), NO_CREDENTIALS);
    expectRefusal(await world.send("/key-first-only"), NO_CREDENTIALS);
    expect((await world.sendToken("/key-first-only", active())).status).toBe(200);
  });

  it("anonymous by id", async () => {
    expect(kongHeaders(await world.send("/by-id", { headers: LIES }))).toEqual({
      "X-Consumer-Username": "alice",
      "X-Consumer-Custom-ID": "4711",
      "X-Anonymous-Consumer": "true",
    });
  });
});

describe("acl", () => {
  const withRoles = (roles: unknown): Claims => active({ realm_access: { roles } });
  it.each<[string, string, Claims, number]>([
    ["/allow", "one of the groups", withRoles(["x", "staff"]), 200],
    ["/allow", "a single string", withRoles("staff"), 200],
    ["/allow", "a number, as text", withRoles([42]), 200],
    ["/allow", "another case", withRoles(["Staff"]), 403],
    ["/allow", "no group", withRoles([]), 403],
    ["/allow", "no claim", active(), 403],
    ["/deny", "another group", withRoles(["x"]), 200],
    ["/deny", "a denied one among others", withRoles(["x", "blocked"]), 403],
    ["/deny", "no group", active(), 200],
    ["/no-groups", "nobody has groups", active({ realm_access: { roles: ["staff"] } }), 403],
  ])("%s: %s", async (path, _name, claims, status) => {
    const token = newToken();
    world.server.answer(token, claims);
    // The second time from the cache.
    for (let i = 0; i < 2; i += 1) {
      const answer = await world.send(path, { headers: [bearer(token), ...LIES] });
      expect(answer.status).toBe(status);
      if (status === 200) expect(receivedInAnySpelling(answer, "X-Authenticated-Groups").join()).not.toContain(LIE);
    }
  });

  it("what another plugin adds to a request's groups and report is that request's alone (design section 6)", async () => {
    const token = newToken();
    world.server.answer(token, withRoles(["user"]));
    const statuses: number[] = [];
    for (const more of [[], [["X-Meddle", "1"] as const], []]) {
      const answer = await world.send("/meddled", { headers: [bearer(token), ...more] });
      statuses.push(answer.status);
      if (answer.status === 200) expect(received(answer, "X-Authenticated-Groups")).toEqual(["user"]);
    }
    expect(statuses).toEqual([200, 403, 200]);
    const notes = (await world.requestLog("/meddled", 3)).map(
      (entry) => (entry as unknown as { token_introspection: { note?: string } }).token_introspection.note,
    );
    expect(notes).toEqual([undefined, "a meddler's", undefined]);
  });

  it("the groups of a session stay, as Kong's session plugin leaves them", async () => {
    expect(received(await world.send("/session"), "X-Authenticated-Groups")).toEqual(["of-the-session"]);
  });

  it("groups of the token replace those of another plugin, also when they are none", async () => {
    const answer = await world.sendToken("/session-replaced", withRoles(["a"]));
    expect(received(answer, "X-Authenticated-Groups")).toEqual(["a"]);
    const none = await world.sendToken("/session-replaced", withRoles([]));
    expect(receivedInAnySpelling(none, "X-Authenticated-Groups")).toEqual([]);
  });

  it("the user that Kong's oauth2 names stays, unless a setting of ours sets that header", async () => {
    const kept = await world.sendToken("/oauth2", active({ sub: "alice" }));
    expect(received(kept, "X-Authenticated-Userid")).toEqual(["of-oauth2"]);
    expect(received(await world.send("/oauth2-or"), "X-Authenticated-Userid")).toEqual(["of-oauth2"]);
    const replaced = await world.sendToken("/oauth2-replaced", active({ sub: "alice" }));
    expect(received(replaced, "X-Authenticated-Userid")).toEqual(["alice"]);
  });

  it("groups of another plugin's caller are not those of the token's consumer", async () => {
    const answer = await world.sendToken("/session-mapped", active({ sub: "alice" }));
    expect(answer.status).toBe(200);
    expect(received(answer, "X-Consumer-Username")).toEqual(["alice"]);
    expect(receivedInAnySpelling(answer, "X-Authenticated-Groups")).toEqual([]);
  });

  it("groups go to the upstream without acl, too", async () => {
    const answer = await world.sendToken("/no-acl", withRoles(["a", "b"]), { headers: LIES });
    expect(receivedInAnySpelling(answer, "X-Authenticated-Groups")).toEqual(["a, b"]);
  });

  it.each<[string, unknown]>([
    ["no roles", []],
    ["control characters", ["a\nb"]],
  ])("%s: no header, whatever the client says", async (_name, roles) => {
    const answer = await world.sendToken("/no-acl", withRoles(roles), { headers: LIES });
    expect(receivedInAnySpelling(answer, "X-Authenticated-Groups")).toEqual([]);
  });

  it("a mapped consumer's own groups count, as with Kong's own plugins", async () => {
    const answer = await world.sendToken("/consumer-groups", active({ realm_access: { roles: ["x"] } }));
    expect(received(answer, "X-Consumer-Groups")).toEqual(["staff"]);
    const bob = await world.sendToken("/consumer-groups", active({ sub: "bob", realm_access: { roles: ["staff"] } }));
    expect(bob.status).toBe(403);
  });

  it("the anonymous consumer has its own groups, and none that the bad token names", async () => {
    expect((await world.send("/anonymous-acl", { headers: LIES })).status).toBe(200);
    const answer = await world.sendToken("/anonymous-acl", { ...withRoles(["staff"]), active: false });
    expect(received(answer, "X-Consumer-Groups")).toEqual(["public"]);
    expect(receivedInAnySpelling(answer, "X-Authenticated-Groups")).toEqual([]);
  });

  it("always_use_authenticated_groups makes the token's groups win", async (context) => {
    needs(context, world, "aclAlwaysUses");
    const groups = { realm_access: { roles: ["staff"] } };
    expect((await world.sendToken("/consumer-groups-always", active({ sub: "bob", ...groups }))).status).toBe(200);
    expect((await world.sendToken("/consumer-groups-always", active({ realm_access: { roles: ["x"] } }))).status).toBe(
      403,
    );
  });
});

describe("Kong's plugins that only a whole Kong has", () => {
  beforeEach((context) => {
    context.skip(!world.gateway.capabilities.bundledPlugins, "this gateway has key-auth and acl only");
  });

  async function statuses(path: string, ...claims: Claims[]): Promise<number[]> {
    const list: number[] = [];
    for (const each of claims) list.push((await world.sendToken(path, each)).status);
    return list;
  }

  it("rate-limiting by credential: each subject has its own budget, whatever its tokens", async () => {
    const [ann, ben] = [active({ sub: "ann" }), active({ sub: "ben" })];
    expect(await statuses("/limit-credential", ann, ann, ann, ben, ben, ben)).toEqual([200, 200, 429, 200, 200, 429]);
  });

  it("rate-limiting by credential: by client where there is no subject", async () => {
    const [one, other] = ["one", "other"].map((client_id) => active({ sub: undefined, client_id })) as [Claims, Claims];
    expect(await statuses("/limit-credential", one, one, one, other)).toEqual([200, 200, 429, 200]);
  });

  it("rate-limiting by credential: by credential_claim", async () => {
    const [one, other] = ["s1", "s2"].map((id) => active({ sub: "same", session: { id } })) as [Claims, Claims];
    expect(await statuses("/limit-session", one, one, one, other)).toEqual([200, 200, 429, 200]);
  });

  it("rate-limiting by consumer", async () => {
    const [alice, bob] = [active({ sub: "alice" }), active({ sub: "4712" })];
    expect(await statuses("/limit-consumer", alice, active({ sub: "4711" }), alice, bob)).toEqual([200, 200, 429, 200]);
  });

  it("rate-limiting of the anonymous consumer", async () => {
    expect(await statuses("/limit-anonymous", INACTIVE, INACTIVE, INACTIVE, active())).toEqual([200, 200, 429, 200]);
  });

  it("basic-auth or a token, in the same header", async () => {
    const byPassword = await world.send("/basic-or", { headers: [BASIC] });
    expect(kongHeaders(byPassword)).toMatchObject({ "X-Consumer-Username": "bob", "X-Credential-Identifier": "bob" });
    expect(kongHeaders(await world.sendToken("/basic-or", active(), { headers: LIES }))).toEqual(ALICE_HEADERS);
    for (const headers of [[], [WRONG_BASIC], [bearer("wrong")]]) {
      expect(kongHeaders(await world.send("/basic-or", { headers: [...headers, ...LIES] }))).toEqual(NOBODY);
    }
  });

  it("basic-auth and a token in another header", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const both = await world.send("/basic-and", { headers: [BASIC, ["X-Token", token]] });
    expect(kongHeaders(both)).toMatchObject({ "X-Consumer-Username": "bob", "X-Credential-Identifier": "bob" });
    expect(received(both, "X-Credential-Sub")).toEqual(["alice"]);
    expectRefusal(await world.send("/basic-and", { headers: [BASIC] }), NO_CREDENTIALS);
    // Refused by basic-auth before anybody knows that this header holds a token: the logs show it.
    expect((await world.send("/basic-and", { headers: [WRONG_BASIC, ["X-Token", "text"]] })).status).toBe(401);
  });

  it("a plugin that runs after: one is enough, and the token's consumer stays", async () => {
    expect(kongHeaders(await world.sendToken("/token-first-or", active(), { headers: LIES }))).toEqual(ALICE_HEADERS);
    const unmapped = await world.sendToken("/token-first-or", active({ sub: "stranger" }), { headers: LIES });
    // The token has authenticated the request: the later plugin does not make it the anonymous consumer's.
    expect(kongHeaders(unmapped)).toEqual({});
    expect(received(unmapped, "X-Credential-Sub")).toEqual(["stranger"]);
    expect(kongHeaders(await world.send("/token-first-or", { headers: LIES }))).toEqual(NOBODY);
  });

  it("a plugin that runs after: both demanded", async () => {
    const token = newToken();
    world.server.answer(token, active());
    expect((await world.send("/token-first-and", { headers: [["X-Token", token]] })).status).toBe(401);
    expectRefusal(await world.send("/token-first-and"), NO_CREDENTIALS);
  });

  it("runs before ip-restriction", async () => {
    expectRefusal(await world.send("/ip"), NO_CREDENTIALS);
    expect((await world.sendToken("/ip", active())).status).toBe(403);
  });

  it("cors answers the preflight itself, and a refusal carries its headers", async () => {
    const origin: Header = ["Origin", "https://app.example"];
    const preflight = await world.send("/cors", {
      method: "OPTIONS",
      headers: [origin, ["Access-Control-Request-Method", "GET"]],
    });
    expect(preflight.status).toBe(200);
    const refused = await world.send("/cors", { headers: [origin] });
    expectRefusal(refused, NO_CREDENTIALS);
    expect(valuesOf(refused, "Access-Control-Allow-Origin")).toEqual(["https://app.example"]);
    expect(valuesOf(refused, "Access-Control-Expose-Headers")).toEqual(["WWW-Authenticate"]);
  });
});
