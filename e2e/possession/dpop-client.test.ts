/** DPoP as a client sees it: the library oauth4webapi, a token from oidc-provider, the gateway in between. Nothing of ours makes the proofs. */
import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAuthorizationServer, type AuthorizationServer } from "../../demo/authorization-server.ts";
import type { Echo } from "../../demo/upstream.ts";
import { active, nowSeconds } from "../support/authorization-server.ts";
import { keepSecret, newToken } from "../support/secrets.ts";
import { until } from "../support/until.ts";
import { useWorld } from "../support/world.ts";
import { fetchTrusting } from "./support/fetch.ts";

const world = useWorld();
let server: AuthorizationServer;
let metadata: oauth.AuthorizationServer;
let fetchOptions: { [oauth.customFetch]: (url: string, options: RequestInit) => Promise<Response> };
const client: oauth.Client = { client_id: "dpop-client" };

beforeAll(async () => {
  server = await startAuthorizationServer({ pki: world.pki });
  fetchOptions = { [oauth.customFetch]: fetchTrusting(world.pki.ca.certificate) };
  const issuer = new URL(server.issuer);
  metadata = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { ...fetchOptions, algorithm: "oidc" } as never),
  );
  const config = {
    introspection_endpoint: server.introspectionEndpoint,
    client_id: "introspection-client",
    client_secret: "secret",
  };
  await world.configure({
    "/when-bound": [{ name: "token-introspection", config }],
    "/required": [{ name: "token-introspection", config: { ...config, dpop: "required" } }],
    "/scripted": [world.introspection({ dpop: "required" })],
    "/nonce": [{ name: "token-introspection", config: { ...config, dpop: "required", dpop_nonce: true } }],
    "/discovered": [
      {
        name: "token-introspection",
        config: {
          issuer: server.issuer,
          client_id: config.client_id,
          client_secret: config.client_secret,
          dpop: "required",
        },
      },
    ],
  });
  // The library dates its proofs by whole seconds, which must not be before the configuration.
  const configured = nowSeconds();
  await until("the second is over", () => nowSeconds() > configured);
});
afterAll(() => server.stop());

interface Holder {
  readonly token: string;
  readonly handle: oauth.DPoPHandle;
}

async function obtain(algorithm: string): Promise<Holder> {
  const handle = oauth.DPoP(client, await oauth.generateKeyPair(algorithm));
  const parameters = new URLSearchParams({ scope: "system-access" });
  const authentication = oauth.ClientSecretBasic("secret");
  const response = await oauth.clientCredentialsGrantRequest(metadata, client, authentication, parameters, {
    DPoP: handle,
    ...fetchOptions,
  });
  const answer = await oauth.processClientCredentialsResponse(metadata, client, response);
  expect(answer.token_type).toBe("dpop");
  return { token: keepSecret(answer.access_token), handle };
}

function urlOf(path: string): URL {
  return new URL(`https://localhost:${world.gateway.httpsPort}${path}`);
}

function call(holder: Holder, path: string, method = "GET", body: string | null = null): Promise<Response> {
  return oauth.protectedResourceRequest(holder.token, method, urlOf(path), new Headers(), body, {
    DPoP: holder.handle,
    ...fetchOptions,
  });
}

async function challengesOf(attempt: Promise<Response>): Promise<oauth.WWWAuthenticateChallenge[]> {
  const refused = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(refused).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
  return (refused as oauth.WWWAuthenticateChallengeError).cause;
}

/** A token that is bound to the library's key without having come from oidc-provider, which takes ES256 and Ed25519 only. */
async function issue(algorithm: string): Promise<Holder> {
  const handle = oauth.DPoP(client, await oauth.generateKeyPair(algorithm));
  const token = newToken();
  world.server.answer(
    token,
    active({ client_id: "dpop-client", token_type: "DPoP", cnf: { jkt: await handle.calculateThumbprint() } }),
  );
  return { token, handle };
}

describe.each(["ES256", "ES384", "RS256", "PS256", "Ed25519"])("the library's key for %s", (algorithm) => {
  it("proves possession of a token", async () => {
    const holder = await issue(algorithm);
    for (let round = 0; round < 3; round += 1) expect((await call(holder, "/scripted")).status).toBe(200);
  });
});

describe.each(["ES256", "Ed25519"])("the library's key for %s, a token from oidc-provider", (algorithm) => {
  it("gets a token and calls the API, again and again", async () => {
    const holder = await obtain(algorithm);
    for (const path of ["/when-bound", "/required", "/discovered", "/required/a%20b/%C3%A4?q=1#f"]) {
      const response = await call(holder, path);
      expect([path, response.status]).toEqual([path, 200]);
      const echo = (await response.json()) as Echo;
      const names = echo.headers.map(([name]) => name.toLowerCase());
      expect(names).toContain("x-credential-client-id");
      expect(names).not.toContain("dpop");
      expect(names).not.toContain("authorization");
    }
    expect((await call(holder, "/required", "POST", "body")).status).toBe(200);
  });
});

describe("nonces (RFC 9449 §8)", () => {
  it("the library reads our challenge, takes the nonce and passes", async () => {
    const holder = await obtain("ES256");
    const refused = await call(holder, "/nonce").catch((cause: unknown) => cause);
    expect(oauth.isDPoPNonceError(refused)).toBe(true);
    for (let round = 0; round < 3; round += 1) expect((await call(holder, "/nonce")).status).toBe(200);
  });
});

describe("refusals as the library reads them", () => {
  it("another key than the token's", async () => {
    const [one, other] = [await obtain("ES256"), await obtain("ES256")];
    const [challenge] = await challengesOf(call({ token: one.token, handle: other.handle }, "/when-bound"));
    expect(challenge).toMatchObject({
      scheme: "dpop",
      parameters: { error: "invalid_token", algs: "ES256 ES384 PS256 RS256 EdDSA" },
    });
  });

  it("the bound token as a bearer token", async () => {
    const { token } = await obtain("ES256");
    const asBearer = oauth.protectedResourceRequest(
      token,
      "GET",
      urlOf("/when-bound"),
      new Headers(),
      null,
      fetchOptions,
    );
    const [challenge] = await challengesOf(asBearer);
    expect(challenge).toMatchObject({ scheme: "dpop", parameters: { error: "invalid_token" } });
  });

  it("a revoked token", async () => {
    const holder = await obtain("ES256");
    const authentication = oauth.ClientSecretBasic("secret");
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(metadata, client, authentication, holder.token, fetchOptions),
    );
    const [challenge] = await challengesOf(call(holder, "/required"));
    expect(challenge).toMatchObject({ scheme: "dpop", parameters: { error: "invalid_token" } });
  });
});
