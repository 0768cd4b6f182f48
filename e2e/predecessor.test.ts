/** The configurations of the predecessors' READMEs work unchanged: names, settings, headers, bodies (design section 1). */
import { beforeAll, describe, expect, it } from "vitest";
import { thumbprintOf } from "./support/pki.ts";
import { active, json, nowSeconds } from "./support/authorization-server.ts";
import { echoOf, received, valuesOf } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, NO_CREDENTIALS } from "./support/expectations.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/** One `services` entry of the predecessor's README, with our addresses. */
beforeAll(async () => {
  const service = (name: string, plugins: unknown[]): unknown => ({
    name,
    host: "127.0.0.1",
    port: world.upstream.port,
    protocol: "http",
    plugins,
    routes: [{ name: `${name}-route`, paths: [`/${name}/`], strip_path: true }],
  });
  const introspection = {
    introspection_endpoint: world.server.endpoint,
    client_id: "introspection-client",
    client_secret: world.clientSecret,
  };
  await world.reload({
    services: [
      service("token-mtls", [
        { name: "mtls-auth", config: { upstream_cert_header: "x-client-cert" } },
        { name: "token-introspection", config: { ...introspection, certificate_header: "x-client-cert" } },
      ]),
      service("token", [{ name: "token-introspection", config: introspection }]),
      service("every-setting", [
        {
          name: "token-introspection",
          config: {
            ...introspection,
            introspection_ssl_verify: true,
            token_header: "Authorization",
            hide_credentials: false,
            allow_anonymous: true,
            ttl: 10,
            scope: ["read"],
            certificate_header: "x-client-cert",
            custom_claims_forward: ["organisation"],
          },
        },
      ]),
      service("every-mtls-setting", [
        {
          name: "mtls-auth",
          config: {
            error_response_code: 403,
            upstream_cert_header: "x-cert",
            upstream_cert_fingerprint_header: "x-fingerprint",
            upstream_cert_serial_header: "x-serial",
            upstream_cert_i_dn_header: "x-issuer",
            upstream_cert_s_dn_header: "x-subject",
            upstream_cert_cn_header: "x-cn",
            upstream_cert_org_header: "x-org",
          },
        },
      ]),
    ],
  });
});

describe("token-introspection alone", () => {
  it("passes an active token on with the ten headers", async () => {
    const exp = nowSeconds() + 600;
    const claims = {
      scope: "a b",
      clientId: "app",
      typ: "Bearer",
      exp,
      iat: 1,
      nbf: 2,
      sub: "s",
      aud: "x",
      iss: "i",
      jti: "j",
    };
    const answer = await world.sendToken("/token/hello", json({ active: true, ...claims }));
    const got = echoOf(answer).headers.filter(([name]) => /^x-credential-/i.test(name));
    expect(Object.fromEntries(got.map(([name, value]) => [name.toLowerCase(), value]))).toEqual({
      "x-credential-scope": "a b",
      "x-credential-client-id": "app",
      "x-credential-token-type": "Bearer",
      "x-credential-exp": String(exp),
      "x-credential-iat": "1",
      "x-credential-nbf": "2",
      "x-credential-sub": "s",
      "x-credential-aud": "x",
      "x-credential-iss": "i",
      "x-credential-jti": "j",
    });
    expect(received(answer, "Authorization")).toEqual([]);
  });

  it("refuses without a token and with a bad one", async () => {
    expectRefusal(await world.send("/token/hello"), NO_CREDENTIALS);
    expectRefusal(await world.sendToken("/token/hello", { active: false }), INVALID_TOKEN);
  });

  it("takes every setting of its table", async () => {
    const anonymous = await world.send("/every-setting/hello");
    expect(received(anonymous, "X-Anonymous")).toEqual(["true"]);
    const answer = await world.sendToken("/every-setting/hello", active({ scope: "read", organisation: "Callista" }));
    expect(received(answer, "X-Credential-organisation")).toEqual(["Callista"]);
    // hide_credentials is off.
    expect(received(answer, "Authorization")).toEqual([`Bearer ${answer.token}`]);
    expect((await world.sendToken("/every-setting/hello", active({ scope: "write" }))).status).toBe(403);
  });
});

describe("with mtls-auth and certificate_header", () => {
  it("passes a token that is bound to the certificate of the handshake", async () => {
    const { client1 } = world.pki;
    const cnf = { "x5t#S256": await thumbprintOf(client1) };
    const answer = await world.sendToken("/token-mtls/hello", active({ cnf }), { identity: client1 });
    expect(echoOf(answer).path).toBe("/hello");
    // hide_credentials takes the certificate header off again.
    expect(received(answer, "x-client-cert")).toEqual([]);
  });

  it("refuses it with another certificate", async () => {
    const cnf = { "x5t#S256": await thumbprintOf(world.pki.client1) };
    const answer = await world.sendToken("/token-mtls/hello", active({ cnf }), { identity: world.pki.client2 });
    expectRefusal(answer, INVALID_TOKEN);
  });

  it("passes an unbound token with any certificate that mtls-auth takes", async () => {
    expect((await world.sendToken("/token-mtls/hello", active(), { identity: world.pki.client2 })).status).toBe(200);
  });

  it("refuses without a certificate", async () => {
    const answer = await world.sendToken("/token-mtls/hello", active(), { tls: true });
    expect([answer.status, answer.body]).toEqual([
      401,
      '{"error":"invalid_request", "error_description": "mTLS client not provided or invalid"}',
    ]);
    expect(valuesOf(answer, "Content-Type")[0]).toMatch(/^application\/json/);
  });
});

describe("mtls-auth with every setting of its table", () => {
  it("hands the certificate's parts to the upstream", async () => {
    const answer = await world.send("/every-mtls-setting/hello", { identity: world.pki.client1 });
    const got = Object.fromEntries(echoOf(answer).headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect(decodeURIComponent(got["x-cert"] ?? "")).toMatch(
      /^-----BEGIN CERTIFICATE-----\n[\s\S]*-----END CERTIFICATE-----\n$/,
    );
    expect(got["x-fingerprint"]).toMatch(/^[0-9a-f]{40}$/);
    expect(got["x-serial"]).toMatch(/^[0-9A-F]+$/);
    expect(got["x-issuer"]).toBe("CN=Demo CA,O=Callista Enterprise AB");
    expect(got["x-subject"]).toBe("CN=client1,O=Callista Enterprise AB");
    expect([got["x-cn"], got["x-org"]]).toEqual(["client1", "Callista Enterprise AB"]);
  });

  it("answers error_response_code", async () => {
    expect((await world.send("/every-mtls-setting/hello", { tls: true })).status).toBe(403);
    expect((await world.send("/every-mtls-setting/hello")).status).toBe(403);
  });
});
