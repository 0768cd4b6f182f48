/** demo/kong.yml as it is, on the realm that it is written for. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import * as oauth from "oauth4webapi";
import { parse } from "yaml";
import { REPOSITORY } from "../gateways/files.ts";
import { bearer, echoOf, received, receivedInAnySpelling } from "../support/client.ts";
import { expectRefusal, INSUFFICIENT_SCOPE, INVALID_TOKEN, NO_CREDENTIALS } from "../support/expectations.ts";
import { thumbprintOf } from "../support/pki.ts";
import { newToken } from "../support/secrets.ts";
import type { Setting } from "./setting.ts";

const API = "/token-mtls/hello";

export function scenario(setting: Setting): void {
  const { world } = setting;

  beforeAll(async () => {
    const text = await readFile(join(REPOSITORY, "demo", "kong.yml"), "utf8");
    const moved = text
      .replaceAll("https://localhost:9443", `https://localhost:${setting.keycloak.port}`)
      .replaceAll("http://127.0.0.1:9080", `http://127.0.0.1:${world.upstream.port}`);
    await world.reload(parse(moved) as Record<string, unknown>);
  });

  it("client1 passes with its token and its certificate; the upstream sees who called", async () => {
    const { client1 } = world.pki;
    const token = await setting.boundToken(client1);
    const answer = await world.send(API, { identity: client1, headers: [bearer(token)] });
    expect(echoOf(answer).path).toBe("/hello");
    expect(received(answer, "X-Credential-Client-ID")).toEqual(["system-client-mtls"]);
    expect(received(answer, "X-Credential-Scope")).toEqual(["system-access"]);
    expect(received(answer, "X-Credential-Iss")).toEqual([setting.keycloak.issuer]);
    expect(received(answer, "X-Credential-Sub")[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(received(answer, "X-Credential-Token-Type")).toEqual(["Bearer"]);
    expect(received(answer, "X-Credential-Exp")[0]).toMatch(/^[0-9]{10}$/);
    expect(received(answer, "X-Client-CN")).toEqual(["client1"]);
    expect(received(answer, "X-Client-Organisation")).toEqual(["Callista Enterprise AB"]);
    expect(received(answer, "Authorization")).toEqual([]);
    expect(received(answer, "X-Client-Cert")).toEqual([]);
  });

  it("Keycloak binds the token to the thumbprint that the gateway computes (RFC 8705 section 3.1)", async () => {
    const { client1 } = world.pki;
    const token = await setting.boundToken(client1);
    const answer = await oauth.introspectionRequest(
      setting.metadata,
      { client_id: "introspection-client" },
      oauth.ClientSecretBasic("secret"),
      token,
      { [oauth.customFetch]: setting.fetch() },
    );
    expect(await answer.json()).toMatchObject({ active: true, cnf: { "x5t#S256": await thumbprintOf(client1) } });
  });

  it("client2 is refused with client1's token, also when client1 has just passed with it (S14)", async () => {
    const { client1, client2 } = world.pki;
    const token = await setting.boundToken(client1);
    expect((await world.send(API, { identity: client1, headers: [bearer(token)] })).status).toBe(200);
    expectRefusal(await world.send(API, { identity: client2, headers: [bearer(token)] }), INVALID_TOKEN);
    expect((await world.send(API, { identity: client1, headers: [bearer(token)] })).status).toBe(200);
  });

  it("client2 passes with its own token", async () => {
    const { client2 } = world.pki;
    const answer = await world.send(API, { identity: client2, headers: [bearer(await setting.boundToken(client2))] });
    expect(received(answer, "X-Client-CN")).toEqual(["client2"]);
  });

  it("a client with a secret is bound to the certificate of its connection all the same", async () => {
    const { client1, client2 } = world.pki;
    const { access } = await setting.tokens({ client: "secret-client-mtls", identity: client1 });
    expect((await world.send(API, { identity: client1, headers: [bearer(access)] })).status).toBe(200);
    expectRefusal(await world.send(API, { identity: client2, headers: [bearer(access)] }), INVALID_TOKEN);
  });

  it("no token", async () => {
    expectRefusal(await world.send(API, { identity: world.pki.client1 }), NO_CREDENTIALS);
  });

  it("no certificate, or one of nobody whom the gateway knows: mtls-auth refuses", async () => {
    const token = await setting.boundToken(world.pki.client1);
    const answers = [
      await world.send(API, { tls: true, headers: [bearer(token)] }),
      await world.send(API, { identity: world.pki.foreignClient, headers: [bearer(token)] }),
      await world.send(API, { identity: world.pki.selfSigned, headers: [bearer(token)] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers.map(({ body }) => body)).toEqual(
      Array<string>(3).fill('{"error":"invalid_request", "error_description": "mTLS client not provided or invalid"}'),
    );
  });

  it("tokens that nobody issued: text, a JWT of another signature, a JWT without one", async () => {
    const { client1 } = world.pki;
    const token = await setting.boundToken(client1);
    const [header = "", payload = ""] = token.split(".");
    const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    for (const forged of [newToken(), `${header}.${payload}.AAAA`, `${unsigned}.${payload}.`]) {
      const answer = await world.send(API, { identity: client1, headers: [bearer(forged)] });
      expectRefusal(answer, INVALID_TOKEN);
    }
  });

  it("another scope: 403, and the challenge names the one that is missing", async () => {
    const { client1 } = world.pki;
    const token = await setting.boundToken(client1, "system-read");
    expectRefusal(await world.send(API, { identity: client1, headers: [bearer(token)] }), {
      ...INSUFFICIENT_SCOPE,
      challenge: { ...INSUFFICIENT_SCOPE.challenge, scope: "system-access" },
    });
  });

  it("spoofed headers never reach the upstream", async () => {
    const { client1 } = world.pki;
    const answer = await world.send(API, {
      identity: client1,
      headers: [
        bearer(await setting.boundToken(client1)),
        ["X-Credential-Sub", "admin"],
        ["x_credential_sub", "admin"],
        ["X-Client-CN", "admin"],
        ["X-Client-Cert", "admin"],
      ],
    });
    expect(echoOf(answer).headers.filter(([, value]) => value.includes("admin"))).toEqual([]);
    expect(receivedInAnySpelling(answer, "X-Client-CN")).toEqual(["client1"]);
  });
}
