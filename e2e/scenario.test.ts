/** The scenario: demo/kong.yml as it is, its authorization server over mutual TLS, certificate-bound tokens. */
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { startAuthorizationServer, type AuthorizationServer } from "../demo/authorization-server.ts";
import type { Identity } from "../demo/pki.ts";
import { REPOSITORY } from "./gateways/files.ts";
import { bearer, echoOf, received, receivedInAnySpelling, valuesOf } from "./support/client.ts";
import { expectRefusal, INSUFFICIENT_SCOPE, INVALID_TOKEN, NO_CREDENTIALS } from "./support/expectations.ts";
import { keepSecret, newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const API = "/token-mtls/hello";
let server: AuthorizationServer;

beforeAll(async () => {
  server = await startAuthorizationServer({ pki: world.pki });
  const text = await readFile(join(REPOSITORY, "demo", "kong.yml"), "utf8");
  const moved = text
    .replaceAll("https://localhost:9443", `https://localhost:${server.port}`)
    .replaceAll("http://127.0.0.1:9080", `http://127.0.0.1:${world.upstream.port}`);
  await world.reload(parse(moved) as Record<string, unknown>);
});
afterAll(() => server.stop());

function post(url: string, form: Record<string, string>, identity: Identity): Promise<string> {
  return readFile(identity.certificate).then(async (cert) => {
    const [key, ca] = await Promise.all([readFile(identity.key), readFile(world.pki.ca.certificate)]);
    return new Promise<string>((done, fail) => {
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      const outgoing = request(url, { method: "POST", cert, key, ca, headers, agent: false }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () =>
          response.statusCode === 200 ? done(body) : fail(new Error(`${response.statusCode} ${body}`)),
        );
      });
      outgoing.on("error", fail);
      outgoing.end(new URLSearchParams(form).toString());
    });
  });
}

/** A token of the client credentials grant, bound to the certificate. */
async function tokenFor(identity: Identity, scope = "system-access"): Promise<string> {
  const form = { grant_type: "client_credentials", client_id: "system-client-mtls", scope };
  const { access_token } = JSON.parse(await post(server.tokenEndpoint, form, identity)) as { access_token: string };
  return keepSecret(access_token);
}

describe("certificate-bound tokens over mutual TLS (RFC 8705)", () => {
  it("client1 passes with its token and its certificate; the upstream sees who called", async () => {
    const { client1 } = world.pki;
    const token = await tokenFor(client1);
    const answer = await world.send(API, { identity: client1, headers: [bearer(token)] });
    expect(echoOf(answer).path).toBe("/hello");
    expect(received(answer, "X-Credential-Client-ID")).toEqual(["system-client-mtls"]);
    expect(received(answer, "X-Credential-Scope")).toEqual(["system-access"]);
    expect(received(answer, "X-Client-CN")).toEqual(["client1"]);
    expect(received(answer, "X-Client-Organisation")).toEqual(["Callista Enterprise AB"]);
    expect(received(answer, "Authorization")).toEqual([]);
    expect(received(answer, "X-Client-Cert")).toEqual([]);
  });

  it("client2 is refused with client1's token, also when client1 has just passed with it (S14)", async () => {
    const { client1, client2 } = world.pki;
    const token = await tokenFor(client1);
    expect((await world.send(API, { identity: client1, headers: [bearer(token)] })).status).toBe(200);
    expectRefusal(await world.send(API, { identity: client2, headers: [bearer(token)] }), INVALID_TOKEN);
    expect((await world.send(API, { identity: client1, headers: [bearer(token)] })).status).toBe(200);
  });

  it("client2 passes with its own token", async () => {
    const { client2 } = world.pki;
    const answer = await world.send(API, { identity: client2, headers: [bearer(await tokenFor(client2))] });
    expect(received(answer, "X-Client-CN")).toEqual(["client2"]);
  });

  it("no token", async () => {
    expectRefusal(await world.send(API, { identity: world.pki.client1 }), NO_CREDENTIALS);
  });

  it("no certificate: mtls-auth refuses, in the predecessor's words", async () => {
    const token = await tokenFor(world.pki.client1);
    const answer = await world.send(API, { tls: true, headers: [bearer(token)] });
    expect(answer.status).toBe(401);
    expect(answer.body).toBe('{"error":"invalid_request", "error_description": "mTLS client not provided or invalid"}');
  });

  it("a certificate of nobody whom the gateway knows", async () => {
    const token = await tokenFor(world.pki.client1);
    for (const identity of [world.pki.foreignClient, world.pki.selfSigned]) {
      expect((await world.send(API, { identity, headers: [bearer(token)] })).status).toBe(401);
    }
  });

  it("a token that nobody issued", async () => {
    expectRefusal(await world.send(API, { identity: world.pki.client1, headers: [bearer(newToken())] }), INVALID_TOKEN);
  });

  it("another scope: 403, and the challenge names the one that is missing", async () => {
    const { client1 } = world.pki;
    const answer = await world.send(API, {
      identity: client1,
      headers: [bearer(await tokenFor(client1, "system-read"))],
    });
    expectRefusal(answer, {
      ...INSUFFICIENT_SCOPE,
      challenge: { ...INSUFFICIENT_SCOPE.challenge, scope: "system-access" },
    });
  });

  it("spoofed headers never reach the upstream", async () => {
    const { client1 } = world.pki;
    const answer = await world.send(API, {
      identity: client1,
      headers: [
        bearer(await tokenFor(client1)),
        ["X-Credential-Sub", "admin"],
        ["x_credential_sub", "admin"],
        ["X-Client-CN", "admin"],
        ["X-Client-Cert", "admin"],
      ],
    });
    expect(echoOf(answer).headers.filter(([, value]) => value.includes("admin"))).toEqual([]);
    expect(receivedInAnySpelling(answer, "X-Client-CN")).toEqual(["client1"]);
  });

  it("a revoked token is refused by a gateway that had not seen it", async () => {
    const { client1 } = world.pki;
    const token = await tokenFor(client1);
    await post(server.revocationEndpoint, { client_id: "system-client-mtls", token }, client1);
    expectRefusal(await world.send(API, { identity: client1, headers: [bearer(token)] }), INVALID_TOKEN);
  });

  it("ten calls with one token ask once", async () => {
    const { client1 } = world.pki;
    const token = await tokenFor(client1);
    const before = server.introspectionCount();
    for (let i = 0; i < 10; i += 1) {
      const answer = await world.send(API, { identity: client1, headers: [bearer(token)] });
      expect(answer.status).toBe(200);
      expect(valuesOf(answer, "WWW-Authenticate")).toEqual([]);
    }
    expect(server.introspectionCount()).toBe(before + 1);
  });
});
