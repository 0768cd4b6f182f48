/**
 * Nobody but the gateway sets the headers that the upstream trusts (design sections 4 and 7, S30, S35): whatever a client sends under
 * their names is cleared, on every path that reaches the upstream.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { active } from "./support/authorization-server.ts";
import { needs } from "./support/capability.ts";
import { echoOf, received, receivedInAnySpelling, type Answer, type Header } from "./support/client.ts";
import { expectRefusal, refusalBody } from "./support/expectations.ts";
import { sendRaw } from "./support/raw-client.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

beforeAll(() =>
  world.configure(
    {
      "/token": [
        world.introspection({
          custom_claims_forward: ["organisation"],
          upstream_headers: { "X-Roles": "realm_access.roles" },
        }),
      ],
      "/other-prefix": [world.introspection({ upstream_headers_prefix: "X-Caller-" })],
      "/anonymous": [
        world.introspection({ allow_anonymous: true, upstream_headers: { "X-Roles": "realm_access.roles" } }),
      ],
      "/anonymous-consumer": [
        world.introspection({ anonymous: "nobody", upstream_headers: { "X-Roles": "realm_access.roles" } }),
      ],
      "/preflight": [
        world.introspection({ run_on_preflight: false, upstream_headers: { "X-Roles": "realm_access.roles" } }),
      ],
      "/key": [
        { name: "key-auth", config: {} },
        world.introspection({ anonymous: "nobody", upstream_headers: { "X-Roles": "realm_access.roles" } }),
      ],
      "/mtls": [world.mtls({ upstream_cert_cn_header: "X-Client-CN" })],
    },
    { consumers: [{ username: "nobody" }, { username: "alice", keyauth_credentials: [{ key: "alice-key" }] }] },
  ),
);

const LIE = "admin-by-lie";

/** Each header of ours that a client might want to set, in spellings that an upstream may not tell apart. */
const SPELLINGS: Header[] = [
  ["X-Credential-Sub", LIE],
  ["x-credential-sub", LIE],
  ["X_Credential_Sub", LIE],
  ["x_credential-sub", LIE],
  ["X-CREDENTIAL-SCOPE", LIE],
  ["X-Credential-Client-ID", LIE],
  ["X_CREDENTIAL_CLIENT_ID", LIE],
  ["X-Credential-Anything-At-All", LIE],
  ["X_Credential_Anything_At_All", LIE],
  ["X-Credential-organisation", LIE],
  ["X-Roles", LIE],
  ["x_roles", LIE],
  ["X-Anonymous", LIE],
  ["x_anonymous", LIE],
  ["X-Consumer-Username", LIE],
  ["X_Consumer_Username", LIE],
  ["X-Consumer-ID", LIE],
  ["X-Consumer-Custom-ID", LIE],
  ["X-Consumer-Groups", LIE],
  ["X-Credential-Identifier", LIE],
  ["X_Credential_Identifier", LIE],
  ["X-Anonymous-Consumer", LIE],
  ["x_anonymous_consumer", LIE],
  ["X-Authenticated-Groups", LIE],
  ["X_Authenticated_Groups", LIE],
  ["X-Authenticated-Userid", LIE],
  ["X_Authenticated_UserId", LIE],
  ["X-Authenticated-Scope", LIE],
];

function lies(answer: Answer): readonly Header[] {
  return echoOf(answer).headers.filter(([, value]) => value.includes(LIE));
}

const KEY_AUTH_PATH = "another plugin has authenticated the request";

/** The paths that reach the upstream: each sends a request with these headers more. */
const PATHS: [string, (headers: readonly Header[]) => Promise<Answer>][] = [
  ["a token that passes", (headers) => world.sendToken("/token", active(), { headers })],
  [
    "the same, cached",
    async (headers) => {
      const { token } = await world.sendToken("/token", active());
      return world.send("/token", { headers: [["Authorization", `Bearer ${token}`], ...headers] });
    },
  ],
  ["allow_anonymous", (headers) => world.send("/anonymous", { headers })],
  ["the anonymous consumer without a token", (headers) => world.send("/anonymous-consumer", { headers })],
  [
    "the anonymous consumer with a bad token",
    (headers) => world.sendToken("/anonymous-consumer", { active: false }, { headers }),
  ],
  ["preflight that is let through", (headers) => world.send("/preflight", { method: "OPTIONS", headers })],
  [KEY_AUTH_PATH, (headers) => world.send("/key", { headers: [["apikey", "alice-key"], ...headers] })],
];

/**
 * Kong's own headers stay as they are where another plugin has authenticated the request, and key-auth sets neither of these. Their
 * underscore spellings go all the same.
 */
const KEPT_AFTER_KEY_AUTH = { "X-Consumer-Groups": true, "X-Authenticated-Groups": true };

describe.each(PATHS)("%s", (name, send) => {
  const kept: object = name === KEY_AUTH_PATH ? KEPT_AFTER_KEY_AUTH : {};

  it("clears every spelling of every header", async () => {
    const left = lies(await send(SPELLINGS)).filter(([name]) => !(name in kept));
    expect(left).toEqual([]);
  });

  it("clears a header that is there many times", async () => {
    const repeated = Array.from({ length: 30 }, (): Header => ["X-Credential-Sub", LIE]);
    expect(lies(await send([...repeated, ["x_credential_sub", LIE], ["X-Roles", LIE], ["X-Roles", LIE]]))).toEqual([]);
  });

  it("clears what stands behind more than 1000 other headers", async (context) => {
    needs(context, world, "manyHeaders");
    const many = Array.from({ length: 1100 }, (_, index): Header => [`A${index}`, "1"]);
    const answer = await send([...many, ["X-Credential-Sub", LIE], ["x_credential_sub", LIE], ["X-Anonymous", LIE]]);
    expect(lies(answer)).toEqual([]);
    expect(received(answer, "A1099")).toEqual(["1"]);
  });

  it("clears a thousand that differ, and refuses what would take the worker long to clear", async (context) => {
    needs(context, world, "manyHeaders");
    // Short, so that nginx's buffers hold them.
    const forged = (count: number): Header[] =>
      Array.from({ length: count }, (_, index) => [`X-Credential-${index.toString(36)}`, "~"]);
    expect(echoOf(await send(forged(1000))).headers.filter(([, value]) => value === "~")).toEqual([]);
    const answer = await send(forged(1430));
    expect([answer.status, answer.body]).toEqual([
      400,
      refusalBody(400, "The request carries too many headers that the gateway sets."),
    ]);
  });

  it("keeps the headers that are the application's", async () => {
    const answer = await send([
      ["X-Credentials", "mine"],
      ["X-Credential", "mine"],
      ["X-Role", "mine"],
      ["X-Other", "mine"],
    ]);
    expect(echoOf(answer).headers.filter(([, value]) => value === "mine")).toHaveLength(4);
  });
});

describe("what the gateway itself says stands, once", () => {
  it("a claim's header is the authorization server's", async () => {
    const answer = await world.sendToken("/token", active({ realm_access: { roles: ["user"] } }), {
      headers: SPELLINGS,
    });
    expect(receivedInAnySpelling(answer, "X-Credential-Sub")).toEqual(["alice"]);
    expect(receivedInAnySpelling(answer, "X-Roles")).toEqual(["user"]);
    expect(receivedInAnySpelling(answer, "X-Anonymous")).toEqual([]);
  });

  it.each([undefined, null, ""])("a claim that is %j clears its header", async (value) => {
    const answer = await world.sendToken("/token", active({ sub: value, client_id: value }), { headers: SPELLINGS });
    expect(receivedInAnySpelling(answer, "X-Credential-Sub")).toEqual([]);
    expect(receivedInAnySpelling(answer, "X-Credential-Client-ID")).toEqual([]);
  });

  it("with another prefix that one is cleared", async () => {
    const headers: Header[] = [
      ["X-Caller-Sub", LIE],
      ["x_caller_sub", LIE],
      ["X-Caller-Whatever", LIE],
    ];
    const answer = await world.sendToken("/other-prefix", active(), { headers });
    expect(lies(answer)).toEqual([]);
    expect(receivedInAnySpelling(answer, "X-Caller-Sub")).toEqual(["alice"]);
  });

  it("X-Anonymous is the gateway's", async () => {
    const answer = await world.send("/anonymous", { headers: SPELLINGS });
    expect(receivedInAnySpelling(answer, "X-Anonymous")).toEqual(["true"]);
  });

  it("Kong's own headers of a consumer that key-auth authenticated stay", async () => {
    const answer = await world.send("/key", { headers: [["apikey", "alice-key"], ...SPELLINGS] });
    expect(receivedInAnySpelling(answer, "X-Consumer-Username")).toEqual(["alice"]);
    expect(receivedInAnySpelling(answer, "X-Credential-Identifier")).toHaveLength(1);
  });
});

describe("a request whose Connection names a header of ours (Kong would strip it after all plugins)", () => {
  const refusal = {
    status: 400,
    message: "The request names a header in Connection that the gateway sets.",
    challenge: { realm: "service", error: "invalid_request" },
  };

  it.each([
    "X-Credential-Sub",
    "x-credential-sub",
    "X_Credential_Sub",
    "close, X-Credential-Scope",
    "keep-alive,x-anonymous",
    "foo ,\tX-Roles",
    "X-Consumer-Username",
    "x_consumer_id",
    "X-Authenticated-Groups",
    "X-Anonymous-Consumer",
    "X-Credential-Identifier",
    "X-Forwarded-For",
    "X-Real-IP",
    "Via",
    "X-Kong-Request-Id",
  ])("Connection: %s", async (value) => {
    expectRefusal(await world.sendToken("/token", active(), { headers: [["Connection", value]] }), refusal);
  });

  it("in a second Connection header", async () => {
    const headers: Header[] = [
      ["Connection", "close"],
      ["Connection", "X-Credential-Sub"],
    ];
    expectRefusal(await world.sendToken("/token", active(), { headers }), refusal);
  });

  it.each(PATHS.slice(2))("also where %s", async (_name, send) => {
    expectRefusal(await send([["Connection", "X-Credential-Sub"]]), refusal);
  });

  it("mtls-auth refuses the same for its own headers", async () => {
    const headers: Header[] = [["Connection", "x_client_cn"]];
    const answer = await world.send("/mtls", { identity: world.pki.client1, headers });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('"error":"invalid_request"');
  });

  it("other names are nobody's business", async () => {
    const answer = await world.sendToken("/token", active(), {
      headers: [
        ["Connection", "keep-alive, X-Mine"],
        ["X-Mine", "1"],
      ],
    });
    expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
  });
});

describe("odd bytes", () => {
  it("a header name that is none does not smuggle one in", async () => {
    const head = `GET /anonymous HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Credential-Sub : ${LIE}\r\n\r\n`;
    const { text } = await sendRaw(world.gateway.httpPort, head);
    expect(text).not.toContain(LIE);
  });

  it("nor does a folded line", async () => {
    const head = `GET /anonymous HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Mine: a\r\n X-Credential-Sub: ${LIE}\r\n\r\n`;
    const { text } = await sendRaw(world.gateway.httpPort, head);
    expect(text).not.toContain(`["X-Credential-Sub"`);
  });
});
