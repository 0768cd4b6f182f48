/** Every value of client_auth, as Keycloak takes or refuses it. */
import { readFile } from "node:fs/promises";
import { createPrivateKey } from "node:crypto";
import { expect, it } from "vitest";
import { bearer, received } from "../support/client.ts";
import { expectRefusal, UNEXPECTED } from "../support/expectations.ts";
import type { Setting } from "./setting.ts";

/** Only form-encoded does it arrive whole (RFC 6749 section 2.3.1); see demo/keycloak/realm.json. */
const ODD = { client_id: "odd:client+id", client_secret: "s:e+c r%&t/ö" };

type Config = Readonly<Record<string, unknown>>;

export function clientAuthentication(setting: Setting): void {
  const { world } = setting;
  const pem = (file: string): Promise<string> => readFile(file, "utf8");

  async function jwkOf(file: string, more: object): Promise<string> {
    return JSON.stringify({ ...createPrivateKey(await pem(file)).export({ format: "jwk" }), ...more });
  }

  /** The configuration passes two tokens, one after the other: an assertion must not be used twice. */
  async function expectAccepted(config: Config): Promise<void> {
    await world.configure({ "/api/": [setting.plugin(config)] });
    for (let i = 0; i < 2; i += 1) {
      const { access } = await setting.tokens();
      const answer = await world.send("/api/x", { headers: [bearer(access)] });
      expect(answer.status, await world.newErrorLog()).toBe(200);
      expect(received(answer, "X-Credential-Client-ID")).toEqual(["plain-client"]);
    }
  }

  const accepted: readonly [name: string, config: () => Config | Promise<Config>][] = [
    ["client_secret_basic", () => ({})],
    ["client_secret_post", () => ({ client_auth: "client_secret_post" })],
    ["client_secret_basic with characters that must be form-encoded", () => ODD],
    [
      "client_secret_post with characters that must be form-encoded",
      () => ({ ...ODD, client_auth: "client_secret_post" }),
    ],
    [
      "client_secret_jwt",
      () => ({
        client_auth: "client_secret_jwt",
        client_id: "introspection-secret-jwt",
        client_secret: "secret-of-at-least-32-bytes-for-HS256",
      }),
    ],
    [
      "private_key_jwt, RS256 by the key, PEM",
      async () => ({
        client_auth: "private_key_jwt",
        client_id: "introspection-private-key-jwt",
        client_jwk: await pem(world.pki.assertionRsaKey),
      }),
    ],
    [
      "private_key_jwt, RS256, a JWK with a kid",
      async () => ({
        client_auth: "private_key_jwt",
        client_id: "introspection-private-key-jwt",
        client_jwk: await jwkOf(world.pki.assertionRsaKey, { kid: "assertionRsaKey-RS256" }),
      }),
    ],
    [
      "private_key_jwt, PS256",
      async () => ({
        client_auth: "private_key_jwt",
        client_id: "introspection-private-key-jwt",
        client_jwk: await jwkOf(world.pki.assertionRsaKey, { kid: "assertionRsaKey-PS256" }),
        client_jwt_alg: "PS256",
      }),
    ],
    [
      "private_key_jwt, ES256 by the key, PEM",
      async () => ({
        client_auth: "private_key_jwt",
        client_id: "introspection-private-key-jwt-ec",
        client_jwk: await pem(world.pki.assertionEcKey),
      }),
    ],
    [
      "private_key_jwt, ES256, a JWK",
      async () => ({
        client_auth: "private_key_jwt",
        client_id: "introspection-private-key-jwt-ec",
        client_jwk: await jwkOf(world.pki.assertionEcKey, { kid: "assertionEcKey-ES256" }),
        client_jwt_alg: "ES256",
      }),
    ],
    [
      "tls_client_auth",
      async () => ({
        client_auth: "tls_client_auth",
        client_id: "introspection-tls-client-auth",
        client_certificate: await pem(world.pki.introspectionClient.certificate),
        client_key: await pem(world.pki.introspectionClient.key),
      }),
    ],
    [
      "the endpoint discovered from the issuer (RFC 8414)",
      () => ({ issuer: setting.keycloak.issuer, introspection_endpoint: undefined }),
    ],
  ];
  it.each(accepted)("accepted: %s", async (_name, config) => expectAccepted(await config()));

  const refused: readonly [name: string, config: () => Config | Promise<Config>][] = [
    ["a wrong secret", () => ({ client_secret: "wrong" })],
    ["a client that there is not", () => ({ client_id: "nobody" })],
    ["a public client", () => ({ client_auth: "none", client_id: "public-client", client_secret: undefined })],
    [
      "a bearer token, which Keycloak does not take",
      () => ({ client_auth: "bearer", bearer_token: "none-of-keycloak" }),
    ],
    [
      "an assertion by another key",
      async () => ({
        client_auth: "private_key_jwt",
        client_id: "introspection-private-key-jwt",
        client_jwk: await jwkOf(world.pki.assertionEcKey, {}),
      }),
    ],
    [
      "a certificate of another name",
      async () => ({
        client_auth: "tls_client_auth",
        client_id: "introspection-tls-client-auth",
        client_certificate: await pem(world.pki.client1.certificate),
        client_key: await pem(world.pki.client1.key),
      }),
    ],
    [
      "a realm that there is not",
      () => ({ introspection_endpoint: setting.keycloak.introspectionEndpoint.replace("demo", "none") }),
    ],
    [
      "an issuer that there is not",
      () => ({ issuer: setting.keycloak.issuer.replace("demo", "none"), introspection_endpoint: undefined }),
    ],
    ["an endpoint of another kind", () => ({ introspection_endpoint: setting.keycloak.jwksUri })],
  ];
  it.each(refused)("our own fault, 500: %s", async (_name, config) => {
    await world.configure({ "/api/": [setting.plugin(await config())] });
    const { access } = await setting.tokens();
    expectRefusal(await world.send("/api/x", { headers: [bearer(access)] }), UNEXPECTED);
  });
}
