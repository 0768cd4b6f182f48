/** Who may pass: each rule with what it lets through and what not, how it answers, and what the log says (design sections 4, 5). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, nowSeconds, type Claims } from "../support/authorization-server.ts";
import { bearer, received } from "../support/client.ts";
import { expectRefusal, INSUFFICIENT_SCOPE, INVALID_TOKEN, MESSAGES, type Refusal } from "../support/expectations.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";

const world = useWorld();
const ISSUER = "https://as.example/realms/demo";
const LITERAL = "https://api.example/roles";

/** One route for each configuration of a rule. */
const RULES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "/scope": { scope: ["read write", "admin"] },
  "/scope-any": { scope_any: ["admin", "read write"] },
  "/scope-both": { scope: ["base"], scope_any: ["a", "b c", "c d"] },
  "/audience": { audience: ["urn:a", "urn:b", "42"] },
  "/issuers": { issuers_allowed: [ISSUER, "https://second.example"] },
  "/issuer": { issuer: ISSUER },
  "/issuer-and-list": { issuer: ISSUER, issuers_allowed: [ISSUER] },
  "/clients": { client_ids_allowed: ["app", "42"] },
  "/roles": { claims_required: { "realm_access.roles": ["admin", "operator"] } },
  "/client-roles": { claims_required: { "resource_access.my.api.roles": ["reader"] } },
  "/literal": { claims_required: { [LITERAL]: ["admin"] } },
  "/longest": { claims_required: { "a.b.c": ["right"] } },
  "/boolean": { claims_required: { email_verified: ["true"] } },
  "/number": { claims_required: { level: ["3", "1000000000000000000000", "0.5"] } },
  "/present": { claims_required: { "org.tenant": [] } },
  "/several": { claims_required: { tenant: ["one"], department: ["it", "hr"] } },
  "/acr": { acr_values: ["gold", "silver"] },
  "/age": { max_age: 3000, leeway: 1000 },
  "/leeway": { leeway: 600 },
};

beforeAll(() =>
  world.configure({
    "/open": [world.introspection()],
    ...Object.fromEntries(Object.entries(RULES).map(([path, config]) => [path, [world.introspection(config)]])),
  }),
);

function scopeRefusal(scope: string): Refusal {
  return { ...INSUFFICIENT_SCOPE, challenge: { ...INSUFFICIENT_SCOPE.challenge, scope } };
}

function stepUp(parameters: Readonly<Record<string, string>>): Refusal {
  const error = "insufficient_user_authentication";
  return { status: 401, message: MESSAGES.denied, challenge: { realm: "service", error, ...parameters } };
}

const ALL_SCOPES = scopeRefusal("read write admin");
const ANY_SCOPE = scopeRefusal("admin read write");
const ACR = stepUp({ acr_values: "gold silver" });
const AGE = stepUp({ max_age: "3000" });

/** Path, claims, why they are interesting; with a refusal, and the setting that the log must name. */
type Case = readonly [path: string, name: string, claims: Claims];
type RefusedCase = readonly [...Case, refusal: Refusal, setting: string];

const PASSES: readonly Case[] = [
  ["/scope", "all of them, in another order, among others", { scope: "admin other write read" }],
  ["/scope", "more than one space between them", { scope: "admin  read   write" }],
  ["/scope", "in an array", { scope: ["admin", "read", "write"] }],
  ["/scope-any", "one that stands alone", { scope: "admin" }],
  ["/scope-any", "an entry of two, both", { scope: "write x read" }],
  ["/scope-both", "the one that must be there and one of the others", { scope: "b base c" }],
  ["/audience", "a string", { aud: "urn:a" }],
  ["/audience", "one of an array", { aud: ["urn:x", "urn:b"] }],
  ["/audience", "a number, compared as text", { aud: 42 }],
  ["/issuers", "one of them", { iss: "https://second.example" }],
  ["/issuer", "the issuer", { iss: ISSUER }],
  ["/issuer", "none: demanded when present only", {}],
  ["/issuer", "null is absent", { iss: null }],
  ["/issuer-and-list", "the issuer", { iss: ISSUER }],
  ["/clients", "one of them", { client_id: "app" }],
  ["/clients", "a number, compared as text", { client_id: 42 }],
  ["/clients", "under Keycloak's name", { client_id: undefined, clientId: "app" }],
  ["/roles", "one of an array", { realm_access: { roles: ["user", "operator"] } }],
  ["/roles", "a single string", { realm_access: { roles: "admin" } }],
  ["/roles", "under a literal name with dots", { "realm_access.roles": ["admin"] }],
  ["/client-roles", "a client whose name holds a dot", { resource_access: { "my.api": { roles: ["reader"] } } }],
  ["/client-roles", "the same path in nested objects", { resource_access: { my: { api: { roles: ["reader"] } } } }],
  ["/literal", "a name that is a URL", { [LITERAL]: ["admin"] }],
  ["/longest", "the longest run of parts that names a member", { "a.b": { c: "right" }, a: { b: { c: "wrong" } } }],
  ["/longest", "null is absent, also on the way", { "a.b": null, a: { b: { c: "right" } } }],
  ["/boolean", "true", { email_verified: true }],
  ["/boolean", '"true"', { email_verified: "true" }],
  ["/number", "an integer", { level: 3 }],
  ["/number", "in full digits", { level: 1e21 }],
  ["/number", "a fraction", { level: 0.5 }],
  ["/number", "in an array", { level: [1, 2, 3] }],
  ["/present", "a string", { org: { tenant: "any" } }],
  ["/present", "false", { org: { tenant: false } }],
  ["/present", "zero", { org: { tenant: 0 } }],
  ["/present", "an object", { org: { tenant: { id: 1 } } }],
  ["/several", "each of them", { tenant: "one", department: "hr" }],
  ["/acr", "one of them", { acr: "silver" }],
  ["/age", "young enough", { auth_time: nowSeconds() - 100 }],
  ["/age", "young enough with the leeway", { auth_time: nowSeconds() - 3500 }],
  ["/leeway", "expired within the leeway", { exp: nowSeconds() - 100 }],
  ["/leeway", "valid soon, within the leeway", { nbf: nowSeconds() + 100 }],
];

const REFUSED: readonly RefusedCase[] = [
  ["/scope", "one is missing", { scope: "read admin" }, ALL_SCOPES, "scope:"],
  ["/scope", "an entry of two is no scope with a space", { scope: ["read write", "admins"] }, ALL_SCOPES, "scope:"],
  ["/scope", "a prefix is another scope", { scope: "read writer admin" }, ALL_SCOPES, "scope:"],
  ["/scope", "separated by commas", { scope: "read,write,admin" }, ALL_SCOPES, "scope:"],
  ["/scope-any", "half of an entry of two", { scope: "write other" }, ANY_SCOPE, "scope_any:"],
  ["/scope-any", "none", {}, ANY_SCOPE, "scope_any:"],
  ["/scope-both", "the one that must be there is missing", { scope: "a" }, scopeRefusal("base"), "scope:"],
  ["/scope-both", "none of the others", { scope: "base b d" }, scopeRefusal("base a b c d"), "scope_any:"],
  ["/audience", "another", { aud: "urn:ab" }, INVALID_TOKEN, "audience:"],
  ["/audience", "an empty array", { aud: [] }, INVALID_TOKEN, "audience:"],
  ["/audience", "an array in the array", { aud: [["urn:a"]] }, INVALID_TOKEN, "audience:"],
  ["/audience", "an object", { aud: { a: "urn:a" } }, INVALID_TOKEN, "audience:"],
  ["/audience", "two in one string", { aud: "urn:a urn:b" }, INVALID_TOKEN, "audience:"],
  ["/audience", "another case", { aud: "URN:A" }, INVALID_TOKEN, "audience:"],
  ["/issuers", "another", { iss: `${ISSUER}2` }, INVALID_TOKEN, "issuers_allowed:"],
  ["/issuers", "none", {}, INVALID_TOKEN, "issuers_allowed:"],
  ["/issuers", "an array counts as no issuer", { iss: [ISSUER] }, INVALID_TOKEN, "issuers_allowed:"],
  ["/issuer", "another", { iss: "https://other.example" }, INVALID_TOKEN, "issuer:"],
  ["/issuer", "a slash more (RFC 8414 §3.3: identical)", { iss: `${ISSUER}/` }, INVALID_TOKEN, "issuer:"],
  ["/issuer", "an array", { iss: [ISSUER] }, INVALID_TOKEN, "issuer:"],
  ["/issuer", "true", { iss: true }, INVALID_TOKEN, "issuer:"],
  ["/issuer-and-list", "none: the list demands one", {}, INVALID_TOKEN, "issuers_allowed:"],
  ["/clients", "another", { client_id: "app2" }, INSUFFICIENT_SCOPE, "client_ids_allowed:"],
  ["/clients", "none", { client_id: undefined }, INSUFFICIENT_SCOPE, "client_ids_allowed:"],
  ["/clients", "an array counts as no client", { client_id: ["app"] }, INSUFFICIENT_SCOPE, "client_ids_allowed:"],
  [
    "/clients",
    "client_id wins over clientId",
    { client_id: "x", clientId: "app" },
    INSUFFICIENT_SCOPE,
    "client_ids_allowed:",
  ],
  [
    "/roles",
    "others",
    { realm_access: { roles: ["user", "administrator"] } },
    INSUFFICIENT_SCOPE,
    "realm_access.roles",
  ],
  ["/roles", "an array on the way", { realm_access: [{ roles: ["admin"] }] }, INSUFFICIENT_SCOPE, "realm_access.roles"],
  [
    "/roles",
    "an object in place of values",
    { realm_access: { roles: { admin: true } } },
    INSUFFICIENT_SCOPE,
    "realm_access.roles",
  ],
  ["/roles", "an empty array", { realm_access: { roles: [] } }, INSUFFICIENT_SCOPE, "realm_access.roles"],
  [
    "/roles",
    "deeper than asked",
    { realm_access: { roles: { roles: ["admin"] } } },
    INSUFFICIENT_SCOPE,
    "realm_access.roles",
  ],
  [
    "/client-roles",
    "another client's",
    { resource_access: { other: { roles: ["reader"] } } },
    INSUFFICIENT_SCOPE,
    "my.api.roles",
  ],
  [
    "/literal",
    "the same words nested otherwise",
    { "https://api": { "example/role": ["admin"] } },
    INSUFFICIENT_SCOPE,
    LITERAL,
  ],
  [
    "/longest",
    "the shorter run counts no more",
    { "a.b": { c: "wrong" }, a: { b: { c: "right" } } },
    INSUFFICIENT_SCOPE,
    "a.b.c",
  ],
  ["/boolean", "false", { email_verified: false }, INSUFFICIENT_SCOPE, "email_verified"],
  ["/boolean", "1", { email_verified: 1 }, INSUFFICIENT_SCOPE, "email_verified"],
  ["/number", "another", { level: 4 }, INSUFFICIENT_SCOPE, "level"],
  ["/number", "one that only rounds to it", { level: 3.0001 }, INSUFFICIENT_SCOPE, "level"],
  ["/present", "null is absent", { org: { tenant: null } }, INSUFFICIENT_SCOPE, "org.tenant"],
  ["/present", "absent", { org: {} }, INSUFFICIENT_SCOPE, "org.tenant"],
  ["/several", "only one of them", { tenant: "one", department: "sales" }, INSUFFICIENT_SCOPE, "department"],
  ["/acr", "another", { acr: "bronze" }, ACR, "acr_values:"],
  ["/acr", "none", {}, ACR, "acr_values:"],
  ["/age", "too old", { auth_time: nowSeconds() - 5000 }, AGE, "max_age:"],
  ["/age", "unknown", {}, AGE, "max_age:"],
  ["/age", "no number", { auth_time: String(nowSeconds()) }, AGE, "max_age:"],
  ["/leeway", "expired beyond the leeway", { exp: nowSeconds() - 700 }, INVALID_TOKEN, "exp:"],
  ["/leeway", "valid beyond the leeway only", { nbf: nowSeconds() + 4000 }, INVALID_TOKEN, "nbf:"],
];

describe("passes", () => {
  it.each(PASSES)("%s: %s", async (path, _name, claims) => {
    const answer = await world.sendToken(path, active(claims));
    expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
  });
});

describe("is refused, and the log says by which rule", () => {
  it.each(REFUSED)("%s: %s", async (path, _name, claims, refusal, setting) => {
    const reached = world.upstream.requestCount();
    expectRefusal(await world.sendToken(path, active(claims)), refusal);
    expect(world.upstream.requestCount()).toBe(reached);
    const [entry] = await world.requestLog(path);
    expect(entry?.token_introspection).toMatchObject({ outcome: "refused" });
    expect(String(entry?.token_introspection?.["cause"])).toContain(setting);
    await world.waitForErrorLog(/refused \([a-z_]+\): /);
  });
});

describe("on a cache hit, too: what is cached is the answer and never a decision (design section 3)", () => {
  it.each(REFUSED.filter(([path]) => path !== "/leeway"))("%s: %s", async (path, _name, claims, refusal) => {
    const token = newToken();
    world.server.answer(token, active(claims));
    const headers = [bearer(token)];
    // The same question elsewhere, where nothing is demanded, puts the answer into the cache. With an issuer it is another question.
    const open = path.startsWith("/issuer") && path !== "/issuers" ? undefined : "/open";
    if (open !== undefined) expect((await world.send(open, { headers })).status).toBe(200);
    expectRefusal(await world.send(path, { headers }), refusal);
    if (open !== undefined) expect((await world.send(open, { headers })).status).toBe(200);
    expectRefusal(await world.send(path, { headers }), refusal);
    expect(world.server.asked(token)).toBe(1);
  });

  it.each(PASSES.filter(([path]) => path !== "/leeway"))("%s: %s passes", async (path, _name, claims) => {
    const token = newToken();
    world.server.answer(token, active(claims));
    for (let i = 0; i < 2; i += 1) {
      expect((await world.send(path, { headers: [bearer(token)] })).status).toBe(200);
    }
    expect(world.server.asked(token)).toBe(1);
  });
});
