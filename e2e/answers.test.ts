/** Design section 5: every row of the table of answers, byte for byte. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  active,
  INACTIVE,
  json,
  nowSeconds,
  text,
  type Claims,
  type Responder,
} from "./support/authorization-server.ts";
import { bearer, echoOf, received, valuesOf, type Header } from "./support/client.ts";
import {
  expectRefusal,
  INSUFFICIENT_SCOPE,
  INVALID_TOKEN,
  MESSAGES,
  NO_CREDENTIALS,
  SEVERAL_TOKENS,
  UNAVAILABLE,
  UNEXPECTED,
  type Refusal,
} from "./support/expectations.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

beforeAll(() =>
  world.configure({
    "/plain": [world.introspection()],
    "/scope": [world.introspection({ scope: ["read", "write"] })],
    "/realm": [
      world.introspection({
        realm: "the API",
        resource_metadata: "https://api.example/.well-known/oauth-protected-resource",
      }),
    ],
    "/places": [
      world.introspection({ token_query_arg: "access_token", token_body_arg: "access_token", token_cookie: "token" }),
    ],
    "/header": [world.introspection({ token_header: "X-Token" })],
    "/audience": [world.introspection({ audience: ["urn:api"] })],
    "/issuer": [world.introspection({ issuers_allowed: ["https://as.example"] })],
    "/client": [world.introspection({ client_ids_allowed: ["app"] })],
    "/claims": [world.introspection({ claims_required: { "realm_access.roles": ["admin"] } })],
    "/consumer": [world.introspection({ consumer_claim: "sub", consumer_optional: false })],
    "/step-up": [world.introspection({ acr_values: ["gold", "silver"], max_age: 300 })],
  }),
);

describe("a request that may pass", () => {
  it("reaches the upstream with the path behind the route's and without the token", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const answer = await world.send("/plain/hello?a=b", { headers: [bearer(token)] });
    const echo = echoOf(answer);
    expect([echo.path, echo.query]).toEqual(["/hello", "a=b"]);
    expect(received(answer, "Authorization")).toEqual([]);
    expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
  });
});

describe("no credentials, or a scheme without a token (RFC 6750 §3.1: no error code)", () => {
  it.each<[string, Header[]]>([
    ["no Authorization", []],
    ["an empty Authorization", [["Authorization", ""]]],
    ["another scheme", [["Authorization", "Basic dXNlcjpwYXNz"]]],
    ["the scheme alone", [["Authorization", "Bearer"]]],
    ["the scheme and a space", [["Authorization", "Bearer "]]],
    ["a scheme that only ends like it (design section 7)", [["Authorization", "tfaBearer some-token"]]],
    ["a scheme that only begins like it", [["Authorization", "Bearers some-token"]]],
    ["the token without a scheme", [["Authorization", "some-token"]]],
  ])("%s", async (_name, headers) => {
    const asked = world.server.requests.length;
    expectRefusal(await world.send("/plain", { headers }), NO_CREDENTIALS);
    expect(world.server.requests).toHaveLength(asked);
  });
});

describe("several tokens (S19: 400 invalid_request)", () => {
  it.each<[string, string, { headers: Header[]; method?: string; body?: string }]>([
    ["header and query", "/places?access_token=t", { headers: [bearer("t")] }],
    ["header and cookie", "/places", { headers: [bearer("t"), ["Cookie", "token=t"]] }],
    ["query and cookie", "/places?access_token=t", { headers: [["Cookie", "token=t"]] }],
    [
      "header and body",
      "/places",
      {
        method: "POST",
        body: "access_token=t",
        headers: [bearer("t"), ["Content-Type", "application/x-www-form-urlencoded"]],
      },
    ],
    ["the query parameter twice", "/places?access_token=t&access_token=u", { headers: [] }],
    ["the cookie twice", "/places", { headers: [["Cookie", "token=t; token=u"]] }],
    [
      "the token header twice",
      "/header",
      {
        headers: [
          ["X-Token", "t"],
          ["X-Token", "u"],
        ],
      },
    ],
  ])("%s", async (_name, path, request) => {
    const asked = world.server.requests.length;
    expectRefusal(await world.send(path, request), SEVERAL_TOKENS);
    expect(world.server.requests).toHaveLength(asked);
  });

  it("Authorization twice: nginx refuses before any plugin", async () => {
    const answer = await world.send("/plain", { headers: [bearer("t"), bearer("u")] });
    expect(answer.status).toBe(400);
  });
});

describe("a bad token (401 invalid_token)", () => {
  const ahead = nowSeconds() + 3600;
  it.each<[string, string, Claims]>([
    ["inactive", "/plain", INACTIVE],
    ["inactive, whatever else is said (S4)", "/plain", { ...active(), active: false }],
    ["expired", "/plain", active({ exp: nowSeconds() - 1 })],
    ["expires now", "/plain", active({ exp: nowSeconds() })],
    ["not valid yet (S10)", "/plain", active({ nbf: ahead })],
    ["exp is no number", "/plain", active({ exp: "tomorrow" })],
    ["exp is a number in quotes", "/plain", active({ exp: String(ahead) })],
    ["nbf is no number", "/plain", active({ nbf: [1] })],
    ["an ID token", "/plain", active({ token_type: "ID" })],
    ["a refresh token", "/plain", active({ token_type: "Refresh" })],
    ["a refresh token in Keycloak's own words", "/plain", active({ typ: "Refresh" })],
    ["a token_type that is no string", "/plain", active({ token_type: { a: 1 } })],
    ["another audience", "/audience", active({ aud: "urn:other" })],
    ["no audience", "/audience", active()],
    ["another issuer", "/issuer", active({ iss: "https://other.example" })],
    ["no issuer", "/issuer", active()],
    ["DPoP without any cnf", "/plain", active({ token_type: "DPoP" })],
    ["a cnf that is no object", "/plain", active({ cnf: "x5t#S256" })],
    ["a thumbprint that is no string", "/plain", active({ cnf: { "x5t#S256": 1 } })],
    ["a thumbprint that is empty", "/plain", active({ cnf: { "x5t#S256": "" } })],
    ["bound to a certificate, and there is none", "/plain", active({ cnf: { "x5t#S256": "A".repeat(43) } })],
  ])("%s", async (_name, path, claims) => {
    const token = newToken();
    world.server.answer(token, claims);
    expectRefusal(await world.send(path, { headers: [bearer(token)] }), INVALID_TOKEN);
    expect(world.server.asked(token)).toBe(1);
  });

  it.each(["a b", "tökén", "a\tb"])("malformed: %j, and nobody is asked", async (token) => {
    const asked = world.server.requests.length;
    const header = bearer(Buffer.from(token).toString("latin1"));
    expectRefusal(await world.send("/plain", { headers: [header] }), INVALID_TOKEN);
    expect(world.server.requests).toHaveLength(asked);
  });

  it.each(["invalid_request", "invalid_token", "unsupported_token_type"])(
    "a 400 with %s blames the token",
    async (error) => {
      const token = newToken();
      world.server.answer(token, json({ error }, 400));
      expectRefusal(await world.send("/plain", { headers: [bearer(token)] }), INVALID_TOKEN);
    },
  );
});

describe("not as required (403 insufficient_scope)", () => {
  const asScope: Refusal = {
    ...INSUFFICIENT_SCOPE,
    challenge: { ...INSUFFICIENT_SCOPE.challenge, scope: "read write" },
  };
  it.each<[string, string, Claims, Refusal]>([
    ["one of the scopes", "/scope", active({ scope: "read" }), asScope],
    ["no scope", "/scope", active(), asScope],
    ["scope null", "/scope", active({ scope: null }), asScope],
    ["scope an object", "/scope", active({ scope: { read: true, write: true } }), asScope],
    ["scopes in one word", "/scope", active({ scope: "readwrite" }), asScope],
    ["scopes in another case", "/scope", active({ scope: "Read Write" }), asScope],
    ["another client", "/client", active({ client_id: "other" }), INSUFFICIENT_SCOPE],
    ["another role", "/claims", active({ realm_access: { roles: ["user"] } }), INSUFFICIENT_SCOPE],
  ])("%s", async (_name, path, claims, refusal) => {
    const token = newToken();
    world.server.answer(token, claims);
    expectRefusal(await world.send(path, { headers: [bearer(token)] }), refusal);
  });

  it.each<[string, unknown]>([
    ["all scopes", "write other read"],
    ["all scopes in an array", ["read", "write"]],
  ])("%s: passes", async (_name, scope) => {
    const token = newToken();
    world.server.answer(token, active({ scope }));
    expect(received(await world.send("/scope", { headers: [bearer(token)] }), "X-Credential-Scope")).toHaveLength(1);
  });

  it("a consumer is required and not found: 403 without a challenge", async () => {
    const token = newToken();
    world.server.answer(token, active({ sub: "nobody" }));
    expectRefusal(await world.send("/consumer", { headers: [bearer(token)] }), {
      status: 403,
      message: MESSAGES.denied,
    });
  });
});

describe("step-up (S33, RFC 9470 §3)", () => {
  const refusal: Refusal = {
    status: 401,
    message: MESSAGES.denied,
    challenge: {
      realm: "service",
      error: "insufficient_user_authentication",
      acr_values: "gold silver",
      max_age: "300",
    },
  };
  it.each<[string, Claims]>([
    ["another acr", active({ acr: "bronze", auth_time: nowSeconds() })],
    ["no acr", active({ auth_time: nowSeconds() })],
    ["authenticated too long ago", active({ acr: "gold", auth_time: nowSeconds() - 4000 })],
    ["no auth_time", active({ acr: "gold" })],
  ])("%s", async (_name, claims) => {
    const token = newToken();
    world.server.answer(token, claims);
    expectRefusal(await world.send("/step-up", { headers: [bearer(token)] }), refusal);
  });
});

describe("the authorization server's trouble", () => {
  it.each<[string, Responder, Refusal]>([
    ["503", text("", 503), UNAVAILABLE],
    ["500", text("oops", 500), UNAVAILABLE],
    ["429", text("", 429), UNAVAILABLE],
    ["401: our credentials are refused (S7)", json({ error: "invalid_client" }, 401), UNEXPECTED],
    ["403", text("", 403), UNEXPECTED],
    ["404", text("", 404), UNEXPECTED],
    ["405", text("", 405), UNEXPECTED],
    ["400 with invalid_client", json({ error: "invalid_client" }, 400), UNEXPECTED],
    ["400 without a word", text("", 400), UNEXPECTED],
    ["302", text("", 302, { Location: "/elsewhere" }), UNEXPECTED],
    ["204", text("", 204), UNEXPECTED],
    ["201 with a good answer", json(active(), 201), UNEXPECTED],
    ["HTML", text("<html>Welcome</html>", 200, { "Content-Type": "text/html" }), UNEXPECTED],
    ["an empty body", text(""), UNEXPECTED],
    ["a JSON array", json([active()]), UNEXPECTED],
    ["JSON true", text("true"), UNEXPECTED],
    ["JSON null", text("null"), UNEXPECTED],
    ["active is missing (S3)", json({ sub: "alice" }), UNEXPECTED],
    ["active is null (S3)", json({ active: null }), UNEXPECTED],
    ['active is "true" (S3)', json({ active: "true" }), UNEXPECTED],
    ["active is 1 (S3)", json({ active: 1 }), UNEXPECTED],
    ["active is an object (S3)", json({ active: {} }), UNEXPECTED],
  ])("%s", async (_name, responder, refusal) => {
    const token = newToken();
    world.server.answer(token, responder);
    expectRefusal(await world.send("/plain", { headers: [bearer(token)] }), refusal);
    // No error is ever cached: the next good answer counts.
    world.server.answer(token, active());
    expect((await world.send("/plain", { headers: [bearer(token)] })).status).toBe(200);
  });
});

describe("the challenge's other parts", () => {
  it("names realm and resource_metadata (RFC 9728 §5)", async () => {
    const token = newToken();
    const more = { realm: "the API", resource_metadata: "https://api.example/.well-known/oauth-protected-resource" };
    expectRefusal(await world.send("/realm"), { ...NO_CREDENTIALS, challenge: more });
    expectRefusal(await world.send("/realm", { headers: [bearer(token)] }), {
      ...INVALID_TOKEN,
      challenge: { ...more, error: "invalid_token" },
    });
  });
});

describe("HEAD", () => {
  it("is refused with the same status and challenge, and no body", async () => {
    const answer = await world.send("/plain", { method: "HEAD" });
    expect([answer.status, answer.body]).toEqual([401, ""]);
    expect(valuesOf(answer, "WWW-Authenticate")).toEqual(['Bearer realm="service"']);
  });
});
