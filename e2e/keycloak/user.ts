/** A user's roles and name, as Keycloak tells them. */
import { beforeAll, expect, it } from "vitest";
import { bearer, received } from "../support/client.ts";
import { expectRefusal, INSUFFICIENT_SCOPE } from "../support/expectations.ts";
import type { Setting } from "./setting.ts";

const ROLES = "realm_access.roles";

export function user(setting: Setting): void {
  const { world } = setting;
  const userToken = async (scope: string): Promise<string> => (await setting.tokens({ user: true, scope })).access;

  beforeAll(async () => {
    const consumer = { consumer_claim: "username", consumer_optional: false };
    await world.configure(
      {
        "/reader/": [setting.plugin({ claims_required: { [ROLES]: ["reader", "admin"] } })],
        "/writer/": [setting.plugin({ claims_required: { [ROLES]: ["writer"] } })],
        "/roles/": [setting.plugin({ claims_required: { [ROLES]: [] }, upstream_headers: { "X-Roles": ROLES } })],
        "/name/": [setting.plugin({ custom_claims_forward: ["username"] })],
        "/consumer/": [setting.plugin(consumer)],
        "/groups/": [setting.plugin({ groups_claim: ROLES }), { name: "acl", config: { allow: ["reader"] } }],
        "/closed/": [setting.plugin({ groups_claim: ROLES }), { name: "acl", config: { allow: ["writer"] } }],
      },
      { consumers: [{ username: "user" }] },
    );
  });

  it("claims_required: a role that the user has", async () => {
    const token = await userToken("openid system-access roles");
    expect((await world.send("/reader/x", { headers: [bearer(token)] })).status).toBe(200);
    expect(received(await world.send("/roles/x", { headers: [bearer(token)] }), "X-Roles")).toEqual(["reader"]);
  });

  it("claims_required: a role that the user does not have", async () => {
    const token = await userToken("openid system-access roles");
    expectRefusal(await world.send("/writer/x", { headers: [bearer(token)] }), INSUFFICIENT_SCOPE);
  });

  it("claims_required: no roles in the token at all", async () => {
    const token = await userToken("openid system-access");
    for (const path of ["/reader/x", "/writer/x", "/roles/x"]) {
      expectRefusal(await world.send(path, { headers: [bearer(token)] }), INSUFFICIENT_SCOPE);
    }
  });

  it("the user's name, and the consumer of that name", async () => {
    const token = await userToken("openid system-access");
    expect(received(await world.send("/name/x", { headers: [bearer(token)] }), "X-Credential-Username")).toEqual([
      "user",
    ]);
    expect(received(await world.send("/consumer/x", { headers: [bearer(token)] }), "X-Consumer-Username")).toEqual([
      "user",
    ]);
  });

  it("a consumer is demanded, and a machine's token has none: 403", async () => {
    const { access } = await setting.tokens();
    expect((await world.send("/consumer/x", { headers: [bearer(access)] })).status).toBe(403);
  });

  it("groups_claim: the roles are groups of Kong's acl plugin", async () => {
    const token = await userToken("openid system-access roles");
    expect((await world.send("/groups/x", { headers: [bearer(token)] })).status).toBe(200);
    expect((await world.send("/closed/x", { headers: [bearer(token)] })).status).toBe(403);
  });
}
