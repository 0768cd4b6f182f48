/** The other ways of proving who we are, on the demo's authorization server and on a scripted one (S2, S17; design section 4). */
import { constants, generateKeyPairSync, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAuthorizationServer, type AuthorizationServer } from "../demo/authorization-server.ts";
import { ODD_CLIENT_ID, ODD_CLIENT_SECRET } from "../demo/clients.ts";
import {
  active,
  json,
  AuthorizationServer as ScriptedServer,
  type Introspection,
} from "./support/authorization-server.ts";
import { bearer, received } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, UNEXPECTED } from "./support/expectations.ts";
import { keepSecret, newToken } from "./support/secrets.ts";
import { useWorld, type Routes } from "./support/world.ts";

const world = useWorld();
let server: AuthorizationServer;
let scripted: ScriptedServer;
/** A key that may sign with RSASSA-PSS alone. */
const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });

beforeAll(async () => {
  server = await startAuthorizationServer({ pki: world.pki });
  scripted = await ScriptedServer.start(world.pki.authorizationServer);
  const { pki } = world;
  const [rsa, ec, certificate, key] = await Promise.all(
    [pki.assertionRsaKey, pki.assertionEcKey, pki.introspectionClient.certificate, pki.introspectionClient.key].map(
      (file) => readFile(file, "utf8"),
    ),
  );
  const at = (config: Record<string, unknown>) => [
    { name: "token-introspection", config: { introspection_endpoint: server.introspectionEndpoint, ...config } },
  ];
  const pair = { client_certificate: certificate, client_key: key };
  const routes: Routes = {
    "/client_secret_basic": at({ client_id: ODD_CLIENT_ID, client_secret: keepSecret(ODD_CLIENT_SECRET) }),
    "/client_secret_post": at({
      client_auth: "client_secret_post",
      client_id: ODD_CLIENT_ID,
      client_secret: ODD_CLIENT_SECRET,
    }),
    "/client_secret_jwt": at({
      client_auth: "client_secret_jwt",
      client_id: "introspection-secret-jwt",
      client_secret: keepSecret("secret-of-at-least-32-bytes-for-HS256"),
    }),
    "/private_key_jwt-RS256": at({
      client_auth: "private_key_jwt",
      client_id: "introspection-private-key-jwt",
      client_jwk: rsa,
    }),
    "/private_key_jwt-PS256": at({
      client_auth: "private_key_jwt",
      client_id: "introspection-private-key-jwt",
      client_jwk: rsa,
      client_jwt_alg: "PS256",
    }),
    "/private_key_jwt-ES256": at({
      client_auth: "private_key_jwt",
      client_id: "introspection-private-key-jwt-ec",
      client_jwk: ec,
    }),
    "/tls_client_auth": at({ client_auth: "tls_client_auth", client_id: "introspection-tls-client-auth", ...pair }),
    "/discovered": [
      {
        name: "token-introspection",
        config: { issuer: server.issuer, client_id: ODD_CLIENT_ID, client_secret: ODD_CLIENT_SECRET },
      },
    ],
    "/jwt-answer": [
      {
        name: "token-introspection",
        config: {
          issuer: server.issuer,
          client_id: "introspection-client",
          client_secret: "secret",
          introspection_accept: "application/token-introspection+jwt",
        },
      },
    ],
    "/wrong-secret": at({ client_id: ODD_CLIENT_ID, client_secret: keepSecret("not-the-secret") }),
    "/wrong-key": at({
      client_auth: "private_key_jwt",
      client_id: "introspection-private-key-jwt-ec",
      client_jwk: rsa,
    }),
    "/scripted-jwt": [
      world.introspection({
        introspection_endpoint: scripted.endpoint,
        client_auth: "private_key_jwt",
        client_id: "gateway",
        client_jwk: ec,
        client_secret: undefined,
      }),
    ],
    "/scripted-name": [
      world.introspection({ introspection_endpoint: scripted.endpoint, introspection_ssl_verify: false }),
    ],
    "/scripted-address": [
      world.introspection({
        introspection_endpoint: scripted.endpoint.replace("localhost", "127.0.0.1"),
        introspection_ssl_verify: false,
      }),
    ],
    "/scripted-pss": [
      world.introspection({
        introspection_endpoint: scripted.endpoint,
        client_auth: "private_key_jwt",
        client_jwk: pss.privateKey.export({ type: "pkcs8", format: "pem" }),
        client_secret: undefined,
      }),
    ],
  };
  await world.configure(routes);
});
afterAll(async () => {
  await server.stop();
  await scripted.stop();
});

/** A token of plain-client, bound to nothing. */
async function plainToken(): Promise<string> {
  const form = {
    grant_type: "client_credentials",
    client_id: "plain-client",
    client_secret: "secret",
    scope: "system-access",
  };
  const ca = await readFile(world.pki.ca.certificate);
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const body = await new Promise<string>((done, fail) => {
    const outgoing = request(server.tokenEndpoint, { method: "POST", ca, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => done(text));
    });
    outgoing.on("error", fail);
    outgoing.end(new URLSearchParams(form).toString());
  });
  return keepSecret((JSON.parse(body) as { access_token: string }).access_token);
}

describe("on the demo's authorization server (oidc-provider)", () => {
  it.each([
    "/client_secret_basic",
    "/client_secret_post",
    "/client_secret_jwt",
    "/private_key_jwt-RS256",
    "/private_key_jwt-PS256",
    "/private_key_jwt-ES256",
    "/tls_client_auth",
    "/discovered",
    "/jwt-answer",
  ])("%s", async (path) => {
    const answer = await world.send(path, { headers: [bearer(await plainToken())] });
    expect(answer.status).toBe(200);
    expect(received(answer, "X-Credential-Client-ID")).toEqual(["plain-client"]);
    expectRefusal(await world.send(path, { headers: [bearer(newToken())] }), INVALID_TOKEN);
  });

  it.each(["/wrong-secret", "/wrong-key"])("%s: our fault, 500", async (path) => {
    expectRefusal(await world.send(path, { headers: [bearer(await plainToken())] }), UNEXPECTED);
  });
});

describe("private_key_jwt (RFC 7523)", () => {
  interface Assertion {
    readonly iss: string;
    readonly sub: string;
    readonly aud: unknown;
    readonly jti: string;
    readonly exp: number;
    readonly iat: number;
  }

  function assertionOf(introspection: Introspection | undefined): Assertion {
    const [, payload = ""] = (introspection?.form.get("client_assertion") ?? "").split(".");
    return JSON.parse(Buffer.from(payload, "base64url").toString()) as Assertion;
  }

  it("signs a fresh, short-lived assertion for each call", async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 3; i += 1) {
      const token = newToken();
      scripted.answer(token, json(active()));
      expect((await world.send("/scripted-jwt", { headers: [bearer(token)] })).status).toBe(200);
      const [introspection] = scripted.requestsFor(token);
      const assertion = assertionOf(introspection);
      seen.add(assertion.jti);
      expect([assertion.iss, assertion.sub]).toEqual(["gateway", "gateway"]);
      expect([assertion.aud].flat()).toContain(scripted.endpoint);
      expect(assertion.exp - assertion.iat).toBeLessThanOrEqual(300);
      expect(introspection?.form.get("client_assertion_type")).toBe(
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      );
      expect(introspection?.headers.filter(([name]) => name.toLowerCase() === "authorization")).toEqual([]);
    }
    expect(seen.size).toBe(3);
  });

  it("signs PS256 with a key for RSASSA-PSS (RFC 7518 section 3.5)", async () => {
    const token = newToken();
    scripted.answer(token, json(active()));
    expect((await world.send("/scripted-pss", { headers: [bearer(token)] })).status).toBe(200);
    const assertion = scripted.requestsFor(token)[0]?.form.get("client_assertion") ?? "";
    const [header = "", payload = "", signature = ""] = assertion.split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "PS256", typ: "JWT" });
    const key = { key: pss.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const signed = Buffer.from(`${header}.${payload}`);
    expect(verify("sha256", signed, key, Buffer.from(signature, "base64url"))).toBe(true);
  });
});

describe("the name that TLS asks for", () => {
  it.each([
    ["/scripted-name", "localhost"],
    // RFC 6066 §3: no address.
    ["/scripted-address", undefined],
  ])("%s: %s", async (path, name) => {
    const token = newToken();
    scripted.answer(token, json(active()));
    expect((await world.send(path, { headers: [bearer(token)] })).status).toBe(200);
    expect(scripted.requestsFor(token).map(({ serverName }) => serverName)).toEqual([name]);
  });
});
