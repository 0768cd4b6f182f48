/** DPoP with a client library's own proofs: Keycloak binds the token to the key, the gateway checks that each caller has it. */
import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { calculateJwkThumbprint, exportJWK, SignJWT } from "jose";
import * as oauth from "oauth4webapi";
import { bearer, type Answer, type Header } from "../support/client.ts";
import { challengeOf, expectRefusal, INVALID_TOKEN, MESSAGES } from "../support/expectations.ts";
import { keepSecret } from "../support/secrets.ts";
import { until } from "../support/until.ts";
import type { Setting } from "./setting.ts";

const CLIENT = { client_id: "dpop-client" };

interface Bound {
  readonly token: string;
  readonly keys: oauth.CryptoKeyPair;
}

export function dpop(setting: Setting): void {
  const { world } = setting;

  /** A token that Keycloak has bound to a new key. */
  async function boundToken(algorithm = "ES256"): Promise<Bound> {
    const keys = await oauth.generateKeyPair(algorithm);
    const options = { DPoP: oauth.DPoP({}, keys), [oauth.customFetch]: setting.fetch() };
    const answer = await oauth.clientCredentialsGrantRequest(
      setting.metadata,
      CLIENT,
      oauth.ClientSecretBasic("secret"),
      { scope: "system-access" },
      options,
    );
    const got = await oauth.processClientCredentialsResponse(setting.metadata, CLIENT, answer);
    expect(got.token_type).toBe("dpop");
    return { token: keepSecret(got.access_token), keys };
  }

  /** A proof of our own, for what a library would not send. */
  async function proof({ token, keys }: Bound, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const ath = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(token))).toString("base64url");
    const htu = `https://localhost:${world.gateway.httpsPort}/api/x`;
    const jwk = await exportJWK(keys.publicKey);
    return keepSecret(
      await new SignJWT({ htm: "GET", htu, ath, jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims })
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
        .sign(keys.privateKey),
    );
  }

  function send(token: string, proofs: readonly string[], scheme = "DPoP"): Promise<Answer> {
    const headers: Header[] = [bearer(token, scheme), ...proofs.map((each): Header => ["DPoP", each])];
    return world.send("/api/x", { tls: true, headers });
  }

  /** A protected resource's own answer, by the client library. */
  function callByLibrary(path: string, { token, keys }: Bound, handle = oauth.DPoP({}, keys)): Promise<Response> {
    const url = new URL(`https://localhost:${world.gateway.httpsPort}${path}`);
    const options = { DPoP: handle, [oauth.customFetch]: setting.fetch() };
    return oauth.protectedResourceRequest(token, "GET", url, undefined, undefined, options);
  }

  beforeAll(async () => {
    await world.configure({
      "/api/": [setting.plugin()],
      "/required/": [setting.plugin({ dpop: "required" })],
      "/nonce/": [setting.plugin({ dpop_nonce: true })],
    });
    // A proof issued before the gateway began to remember proofs is refused, and a proof's time counts in whole seconds.
    await until("the first proof passes", async () => {
      const bound = await boundToken();
      return (await send(bound.token, [await proof(bound)])).status === 200;
    });
  });

  it.each(["ES256", "ES384", "PS256", "RS256"])("a client library's token and proof pass: %s", async (algorithm) => {
    const bound = await boundToken(algorithm);
    const answer = await callByLibrary("/required/x?query=1", bound);
    expect(answer.status).toBe(200);
    const { headers } = (await answer.json()) as { headers: [string, string][] };
    const names = headers.map(([name]) => name.toLowerCase());
    expect(names).toContain("x-credential-client-id");
    expect(names).not.toContain("dpop");
    expect(names).not.toContain("authorization");
  });

  it("Keycloak names the key's thumbprint as the client library computes it (RFC 9449 section 6.1)", async () => {
    const { token, keys } = await boundToken();
    const { cnf } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      cnf: { jkt: string };
    };
    expect(cnf.jkt).toBe(await calculateJwkThumbprint(await exportJWK(keys.publicKey)));
  });

  it("the gateway's nonce: the library is told, and passes with it (RFC 9449 section 9)", async () => {
    const bound = await boundToken();
    const handle = oauth.DPoP({}, bound.keys);
    const first: unknown = await callByLibrary("/nonce/x", bound, handle).catch((error: unknown) => error);
    expect(oauth.isDPoPNonceError(first)).toBe(true);
    expect((await callByLibrary("/nonce/x", bound, handle)).status).toBe(200);
  });

  it("a proof counts once (RFC 9449 section 11.1)", async () => {
    const bound = await boundToken();
    const once = await proof(bound);
    expect((await send(bound.token, [once])).status).toBe(200);
    const again = await send(bound.token, [once]);
    expect(again.status).toBe(401);
    expect(challengeOf(again).scheme).toBe("DPoP");
    expect(challengeOf(again).parameters.get("error")).toBe("invalid_dpop_proof");
  });

  it("refused: no proof, another key's proof, a proof for another method, address or token, an old one, two", async () => {
    const bound = await boundToken();
    const other = await boundToken();
    const proofs: readonly (readonly string[])[] = [
      [],
      [await proof({ token: bound.token, keys: other.keys })],
      [await proof(bound, { htm: "POST" })],
      [await proof(bound, { htu: "https://elsewhere.example/api/x" })],
      [await proof(bound, { ath: undefined })],
      [await proof({ token: other.token, keys: bound.keys })],
      [await proof(bound, { iat: Math.floor(Date.now() / 1000) - 600 })],
      [await proof(bound), await proof(bound)],
    ];
    for (const each of proofs) {
      const answer = await send(bound.token, each);
      expect(answer.status).toBe(401);
      expect(challengeOf(answer).scheme).toBe("DPoP");
      expect(answer.body).toContain(MESSAGES.denied);
    }
    expect((await send(bound.token, [await proof(bound)])).status).toBe(200);
  });

  it("a DPoP token under the scheme Bearer is refused without a proof (RFC 9449 section 7.2)", async () => {
    const { token } = await boundToken();
    expect((await send(token, [], "Bearer")).status).toBe(401);
  });

  it("a token without a key: refused under the scheme DPoP, and where DPoP is required", async () => {
    const { access } = await setting.tokens();
    const keys = await oauth.generateKeyPair("ES256");
    expect((await send(access, [await proof({ token: access, keys })])).status).toBe(401);
    const answer = await world.send("/required/x", { headers: [bearer(access)] });
    expect(answer.status).toBe(401);
  });

  it("certificate and key at once: Keycloak binds to the certificate alone, which is then what counts", async () => {
    const { client1, client2 } = world.pki;
    const keys = await oauth.generateKeyPair("ES256");
    const client = { client_id: "secret-client-mtls" };
    const { metadata } = setting;
    const got = await oauth
      .clientCredentialsGrantRequest(
        metadata,
        client,
        oauth.ClientSecretBasic("secret"),
        { scope: "system-access" },
        { DPoP: oauth.DPoP({}, keys), [oauth.customFetch]: setting.fetch(client1) },
      )
      .then((answer) => oauth.processClientCredentialsResponse(metadata, client, answer));
    const token = keepSecret(got.access_token);
    const proven = await proof({ token, keys });
    expect((await world.send("/api/x", { identity: client1, headers: [bearer(token)] })).status).toBe(200);
    expectRefusal(await world.send("/api/x", { identity: client2, headers: [bearer(token)] }), INVALID_TOKEN);
    // The scheme promises a key, and the token names none.
    const headers: Header[] = [bearer(token, "DPoP"), ["DPoP", proven]];
    expect((await world.send("/api/x", { identity: client1, headers })).status).toBe(401);
  });
}
