/** Kong's consumer, credential and groups; anonymous requests; other authentication plugins (design sections 3, 4). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE, text } from "./support/authorization-server.ts";
import { bearer, received, receivedInAnySpelling, type Header } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, MESSAGES, NO_CREDENTIALS, UNAVAILABLE } from "./support/expectations.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const KEY: Header = ["apikey", "bob-key"];
const ALICE = "7b1f1b0e-5d0f-4f5e-9f43-3f1d6f1f9a01";

beforeAll(() => {
  const key = { name: "key-auth", config: {} };
  const keyOr = { name: "key-auth", config: { anonymous: "nobody" } };
  const acl = { name: "acl", config: { allow: ["staff"], hide_groups_header: false } };
  return world.configure(
    {
      "/allow": [world.introspection({ allow_anonymous: true })],
      "/anonymous": [world.introspection({ anonymous: "nobody" })],
      "/anonymous-missing": [world.introspection({ anonymous: "somebody-else" })],
      "/preflight": [world.introspection({ run_on_preflight: false })],
      "/preflight-demanded": [world.introspection()],
      "/and": [key, world.introspection()],
      "/or": [keyOr, world.introspection({ anonymous: "nobody" })],
      "/consumer": [world.introspection({ consumer_claim: "sub", consumer_by: ["username", "custom_id", "id"] })],
      "/consumer-required": [world.introspection({ consumer_claim: "user.name", consumer_optional: false })],
      "/custom-id-only": [world.introspection({ consumer_claim: "sub", consumer_by: ["custom_id"] })],
      "/credential": [world.introspection({ consumer_claim: "sub", credential_claim: "jti" })],
      "/groups": [world.introspection({ groups_claim: "realm_access.roles" }), acl],
      "/consumer-acl": [world.introspection({ consumer_claim: "sub" }), acl],
    },
    {
      consumers: [
        { username: "nobody" },
        { username: "alice", id: ALICE, custom_id: "4711", acls: [{ group: "staff" }] },
        { username: "bob", custom_id: "4712", keyauth_credentials: [{ key: KEY[1] }] },
      ],
    },
  );
});

describe("allow_anonymous", () => {
  it("passes a request without a token, and says so", async () => {
    expect(received(await world.send("/allow"), "X-Anonymous")).toEqual(["true"]);
  });

  it("still refuses a bad token", async () => {
    expectRefusal(await world.sendToken("/allow", INACTIVE), INVALID_TOKEN);
  });

  it("says nothing where there is a token", async () => {
    expect(received(await world.sendToken("/allow", active()), "X-Anonymous")).toEqual([]);
  });
});

describe("anonymous", () => {
  it("takes the consumer in place of a refusal", async () => {
    for (const answer of [await world.send("/anonymous"), await world.sendToken("/anonymous", INACTIVE)]) {
      expect(received(answer, "X-Consumer-Username")).toEqual(["nobody"]);
      expect(received(answer, "X-Anonymous-Consumer")).toEqual(["true"]);
      expect(received(answer, "X-Credential-Identifier")).toEqual([]);
      expect(received(answer, "X-Credential-Sub")).toEqual([]);
    }
  });

  it("is not taken where the token is good", async () => {
    const answer = await world.sendToken("/anonymous", active());
    expect(received(answer, "X-Anonymous-Consumer")).toEqual([]);
    expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
  });

  it("is not taken for the authorization server's trouble (design section 5)", async () => {
    expectRefusal(await world.sendToken("/anonymous", text("", 503)), UNAVAILABLE);
    expect((await world.sendToken("/anonymous", text("", 401))).status).toBe(500);
  });

  it("that does not exist is a 500, as in Kong's own plugins", async () => {
    expect((await world.send("/anonymous-missing")).status).toBe(500);
  });
});

describe("preflight", () => {
  it("passes where run_on_preflight is off, and asks nobody", async () => {
    const asked = world.server.requests.length;
    const answer = await world.send("/preflight", { method: "OPTIONS", headers: [["X-Credential-Sub", "x"]] });
    expect(receivedInAnySpelling(answer, "X-Credential-Sub")).toEqual([]);
    expect(world.server.requests).toHaveLength(asked);
    expectRefusal(await world.send("/preflight", { method: "GET" }), NO_CREDENTIALS);
  });

  it("needs a token by default", async () => {
    expectRefusal(await world.send("/preflight-demanded", { method: "OPTIONS" }), NO_CREDENTIALS);
  });
});

describe("beside key-auth", () => {
  it("without anonymous both are demanded (AND)", async () => {
    expect((await world.send("/and")).status).toBe(401);
    expectRefusal(await world.send("/and", { headers: [KEY] }), NO_CREDENTIALS);
    expect((await world.sendToken("/and", active())).status).toBe(401);
    const answer = await world.sendToken("/and", active(), { headers: [KEY] });
    expect(received(answer, "X-Consumer-Username")).toEqual(["bob"]);
    expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
  });

  it("with anonymous one is enough (OR)", async () => {
    const byKey = await world.send("/or", { headers: [KEY] });
    expect(received(byKey, "X-Consumer-Username")).toEqual(["bob"]);
    expect(received(byKey, "X-Anonymous-Consumer")).toEqual([]);
    const byToken = await world.sendToken("/or", active());
    expect(received(byToken, "X-Credential-Sub")).toEqual(["alice"]);
    const byNothing = await world.send("/or");
    expect(received(byNothing, "X-Consumer-Username")).toEqual(["nobody"]);
    expect(received(byNothing, "X-Anonymous-Consumer")).toEqual(["true"]);
  });
});

describe("consumer_claim", () => {
  it.each([
    ["username", "alice"],
    ["custom_id", "4711"],
    ["id", ALICE],
  ])("finds the consumer by its %s", async (_by, sub) => {
    const answer = await world.sendToken("/consumer", active({ sub }));
    expect(received(answer, "X-Consumer-ID")).toEqual([ALICE]);
    expect(received(answer, "X-Consumer-Username")).toEqual(["alice"]);
    expect(received(answer, "X-Consumer-Custom-ID")).toEqual(["4711"]);
    expect(received(answer, "X-Credential-Identifier")).toEqual([sub]);
  });

  it("a number counts as its digits", async () => {
    expect(received(await world.sendToken("/consumer", active({ sub: 4711 })), "X-Consumer-Username")).toEqual([
      "alice",
    ]);
  });

  it.each([true, ["alice"], { name: "alice" }, null, ""])("%j names nobody", async (sub) => {
    const answer = await world.sendToken("/consumer", active({ sub }));
    expect(received(answer, "X-Consumer-Username")).toEqual([]);
  });

  it("looks only where consumer_by says", async () => {
    expect(received(await world.sendToken("/custom-id-only", active({ sub: "alice" })), "X-Consumer-ID")).toEqual([]);
    expect(received(await world.sendToken("/custom-id-only", active({ sub: "4711" })), "X-Consumer-ID")).toEqual([
      ALICE,
    ]);
  });

  it("nobody found, and optional: passes without a consumer", async () => {
    const headers: Header[] = [["X-Consumer-Username", "root"]];
    const answer = await world.sendToken("/consumer", active({ sub: "mallory" }), { headers });
    expect(received(answer, "X-Consumer-Username")).toEqual([]);
  });

  it("nobody found, and required: 403 without a challenge", async () => {
    const refusal = { status: 403, message: MESSAGES.denied };
    for (const user of [{ name: "mallory" }, undefined, "alice", { name: null }]) {
      expectRefusal(await world.sendToken("/consumer-required", active({ user })), refusal);
    }
    const answer = await world.sendToken("/consumer-required", active({ user: { name: "alice" } }));
    expect(received(answer, "X-Consumer-Username")).toEqual(["alice"]);
  });

  it("the credential is credential_claim, never the token", async () => {
    const answer = await world.sendToken("/credential", active({ jti: "id-1" }));
    expect(received(answer, "X-Credential-Identifier")).toEqual(["id-1"]);
  });
});

describe("groups", () => {
  it("of groups_claim open an acl", async () => {
    const answer = await world.sendToken("/groups", active({ realm_access: { roles: ["staff", "other"] } }));
    expect(received(answer, "X-Authenticated-Groups")).toEqual(["staff, other"]);
  });

  it("of another name do not, whatever the client says", async () => {
    const headers: Header[] = [
      ["X-Authenticated-Groups", "staff"],
      ["X-Consumer-Groups", "staff"],
    ];
    const answer = await world.sendToken("/groups", active({ realm_access: { roles: ["other"] } }), { headers });
    expect(answer.status).toBe(403);
    expect((await world.sendToken("/groups", active(), { headers })).status).toBe(403);
  });

  it("of the consumer open it as well", async () => {
    expect((await world.sendToken("/consumer-acl", active({ sub: "alice" }))).status).toBe(200);
    expect((await world.sendToken("/consumer-acl", active({ sub: "bob" }))).status).toBe(403);
  });
});

describe("the same token, sent by two callers", () => {
  it("is the same person, cached or not", async () => {
    const token = newToken();
    world.server.answer(token, active({ sub: "alice" }));
    for (let i = 0; i < 3; i += 1) {
      const answer = await world.send("/consumer", { headers: [bearer(token)] });
      expect(received(answer, "X-Consumer-Username")).toEqual(["alice"]);
    }
  });
});
