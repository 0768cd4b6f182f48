/** What Keycloak calls active and is no access token for this API. */
import { beforeAll, expect, it } from "vitest";
import { bearer, received } from "../support/client.ts";
import { expectRefusal, INVALID_TOKEN } from "../support/expectations.ts";
import { API_AUDIENCE, type Setting } from "./setting.ts";

export function tokenKinds(setting: Setting): void {
  const { world } = setting;
  /** These clients may ask about every token, or are the token's audience: Keycloak then calls it active. */
  const unrestricted = { client_id: "odd:client+id", client_secret: "s:e+c r%&t/ö" };

  beforeAll(async () => {
    await world.configure({
      "/api/": [setting.plugin()],
      "/own/": [setting.plugin({ client_id: "plain-client" })],
      "/unrestricted/": [setting.plugin(unrestricted)],
      "/audience/": [setting.plugin({ ...unrestricted, audience: [API_AUDIENCE] })],
      "/elsewhere/": [setting.plugin({ ...unrestricted, audience: ["urn:api:elsewhere"] })],
      "/foreign/": [setting.plugin({ issuers_allowed: ["https://localhost/realms/other"] })],
      "/bound/": [setting.plugin({ certificate_binding: "required" })],
    });
  });

  it("an ID token, which Keycloak calls active when its own client asks", async () => {
    const { id = "" } = await setting.tokens({ user: true, scope: "openid system-access" });
    expect(id).not.toBe("");
    expectRefusal(await world.send("/own/x", { headers: [bearer(id)] }), INVALID_TOKEN);
    expectRefusal(await world.send("/unrestricted/x", { headers: [bearer(id)] }), INVALID_TOKEN);
    expectRefusal(await world.send("/api/x", { headers: [bearer(id)] }), INVALID_TOKEN);
  });

  it("a refresh token", async () => {
    const { refresh = "" } = await setting.tokens({ user: true, scope: "openid system-access" });
    expect(refresh).not.toBe("");
    for (const path of ["/own/x", "/unrestricted/x", "/api/x"]) {
      expectRefusal(await world.send(path, { headers: [bearer(refresh)] }), INVALID_TOKEN);
    }
  });

  it("a token for another audience: Keycloak 26.7 calls it inactive when a client asks that is not in aud", async () => {
    const { access } = await setting.tokens({ client: "other-audience-client", scope: "elsewhere" });
    expectRefusal(await world.send("/api/x", { headers: [bearer(access)] }), INVALID_TOKEN);
  });

  it("the same where Keycloak calls it active: `audience` refuses it", async () => {
    const { access } = await setting.tokens({ client: "other-audience-client", scope: "elsewhere" });
    expectRefusal(await world.send("/audience/x", { headers: [bearer(access)] }), INVALID_TOKEN);
    const answer = await world.send("/elsewhere/x", { headers: [bearer(access)] });
    expect(received(answer, "X-Credential-Aud")).toEqual(["urn:api:elsewhere"]);
  });

  it("a token for this API passes where `audience` is set, among several", async () => {
    const { access } = await setting.tokens();
    const answer = await world.send("/audience/x", { headers: [bearer(access)] });
    expect(received(answer, "X-Credential-Aud")[0]?.split(",").sort()).toEqual(
      ["introspection-client", API_AUDIENCE].sort(),
    );
  });

  it("another issuer than those allowed", async () => {
    const { access } = await setting.tokens();
    expectRefusal(await world.send("/foreign/x", { headers: [bearer(access)] }), INVALID_TOKEN);
  });

  it("a token that is bound to nothing, where binding is required", async () => {
    const { access } = await setting.tokens();
    expectRefusal(
      await world.send("/bound/x", { identity: world.pki.client1, headers: [bearer(access)] }),
      INVALID_TOKEN,
    );
  });

  it("a lightweight token: what it does not say itself, Keycloak says when asked", async () => {
    const { client1, client2 } = world.pki;
    const { access } = await setting.tokens({ client: "lightweight-client", identity: client1 });
    const written = JSON.parse(Buffer.from(access.split(".")[1] ?? "", "base64url").toString()) as Record<
      string,
      unknown
    >;
    expect(written).not.toHaveProperty("aud");
    const answer = await world.send("/audience/x", { identity: client1, headers: [bearer(access)] });
    expect(received(answer, "X-Credential-Client-ID")).toEqual(["lightweight-client"]);
    expect(received(answer, "X-Credential-Scope")).toEqual(["system-access"]);
    expectRefusal(await world.send("/audience/x", { identity: client2, headers: [bearer(access)] }), INVALID_TOKEN);
  });
}
