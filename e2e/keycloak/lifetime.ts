/** Revocation, expiry, and what the cache makes of them. */
import { request } from "node:http";
import { expect, it } from "vitest";
import { bearer, type Answer } from "../support/client.ts";
import { expectRefusal, INVALID_TOKEN } from "../support/expectations.ts";
import { until } from "../support/until.ts";
import type { Setting } from "./setting.ts";

/** Longer than any test runs. */
const LONG_SECONDS = 3600;

function post(port: number, path: string, form: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((done, fail) => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const outgoing = request({ host: "127.0.0.1", port, path, method: "POST", headers, agent: false }, (response) => {
      response.resume().once("end", () => done(response.statusCode ?? 0));
    });
    outgoing.once("error", fail);
    outgoing.end(new URLSearchParams(form).toString());
  });
}

export function lifetime(setting: Setting): void {
  const { world } = setting;
  const call = (token: string): Promise<Answer> => world.send("/api/x", { headers: [bearer(token)] });
  const refusal = (token: string): Promise<Answer> =>
    until("the token is refused", async () => {
      const answer = await call(token);
      return answer.status !== 200 && answer;
    });

  it("ttl 0: a revoked token is refused at once", async () => {
    await world.configure({ "/api/": [setting.plugin({ ttl: 0 })] });
    const { access } = await setting.tokens();
    expect((await call(access)).status).toBe(200);
    await setting.revoke(access);
    expectRefusal(await call(access), INVALID_TOKEN);
  });

  it("a ttl: a revoked token counts until then, and not longer", async () => {
    await world.configure({ "/api/": [setting.plugin({ ttl: 2 })] });
    const { access } = await setting.tokens();
    expect((await call(access)).status).toBe(200);
    await setting.revoke(access);
    expectRefusal(await refusal(access), INVALID_TOKEN);
  });

  it("a long ttl: Keycloak is not asked again, not even about a token that it has revoked", async () => {
    await world.configure({ "/api/": [setting.plugin({ ttl: LONG_SECONDS })] });
    const { access } = await setting.tokens();
    expect((await call(access)).status).toBe(200);
    await setting.revoke(access);
    expect((await call(access)).status).toBe(200);
    const { adminPort } = world.gateway;
    if (adminPort === undefined) return;
    // Where there is an Admin API, it can be told.
    expect(await post(adminPort, "/token-introspection/forget", { token: access })).toBe(200);
    expectRefusal(await refusal(access), INVALID_TOKEN);
  });

  it("a token expires in the cache too, however long the ttl", async () => {
    await world.configure({ "/api/": [setting.plugin({ ttl: LONG_SECONDS })] });
    // It lives for three seconds; on a machine that needs longer for one call, another one is tried.
    const token = await until("a short-lived token passes", async () => {
      const { access } = await setting.tokens({ client: "short-lived-client" });
      return (await call(access)).status === 200 && access;
    });
    expectRefusal(await refusal(token), INVALID_TOKEN);
  });

  it("logging out ends a user's session, and the token with it", async () => {
    await world.configure({ "/api/": [setting.plugin({ ttl: 0 })] });
    const { access, refresh = "" } = await setting.tokens({ user: true, scope: "openid system-access" });
    expect((await call(access)).status).toBe(200);
    const answer = await setting.fetch()(`${setting.keycloak.issuer}/protocol/openid-connect/logout`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from("plain-client:secret").toString("base64")}` },
      body: new URLSearchParams({ refresh_token: refresh }),
    });
    expect(answer.status).toBe(204);
    expectRefusal(await call(access), INVALID_TOKEN);
  });
}
