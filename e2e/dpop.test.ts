/** Sender-constrained tokens by DPoP (RFC 9449, S18, S25-S28; design sections 4 and 5). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, nowSeconds } from "./support/authorization-server.ts";
import { bearer, received, valuesOf, type Answer, type Header } from "./support/client.ts";
import { newProofKey, proofFor, type ProofChanges, type ProofKey } from "./support/dpop.ts";
import { expectRefusal, INVALID_TOKEN, MESSAGES, NO_CREDENTIALS, type Refusal } from "./support/expectations.ts";
import { newToken } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { TRUSTED_PROXY, useWorld } from "./support/world.ts";

const world = useWorld({ settings: { trusted_ips: TRUSTED_PROXY } });
const ALGORITHMS = "ES256 ES384 PS256 RS256 EdDSA";
let key: ProofKey;

beforeAll(async () => {
  key = await newProofKey();
  await world.configure({
    "/api": [world.introspection()],
    "/off": [world.introspection({ dpop: "off" })],
    "/required": [world.introspection({ dpop: "required" })],
    "/nonce": [world.introspection({ dpop_nonce: true })],
  });
  // A new configuration empties what is remembered of used proofs: those that may have been used before are refused for a while.
  await until("a proof passes", async () => {
    const token = boundToken();
    return (await send("/api/x", token, [await proofFor(key, urlOf("/api/x"), token)])).status === 200;
  });
});

function urlOf(path: string): string {
  return `http://localhost:${world.gateway.httpPort}${path}`;
}

/** A token bound to the key. */
function boundToken(boundTo = key): string {
  const token = newToken();
  world.server.answer(token, active({ cnf: { jkt: boundTo.thumbprint }, token_type: "DPoP" }));
  return token;
}

function send(path: string, token: string, proofs: readonly string[], more: readonly Header[] = []): Promise<Answer> {
  const headers = [bearer(token, "DPoP"), ...proofs.map((proof): Header => ["DPoP", proof]), ...more];
  return world.send(path, { headers });
}

function refusalWith(error: string): Refusal {
  return {
    status: 401,
    message: MESSAGES.denied,
    scheme: "DPoP",
    challenge: { realm: "service", error, algs: ALGORITHMS },
  };
}

const BAD_PROOF = refusalWith("invalid_dpop_proof");

describe("a good proof", () => {
  it.each(["ES256", "ES384", "PS256", "RS256", "EdDSA"])("%s passes", async (algorithm) => {
    const own = await newProofKey(algorithm);
    const token = boundToken(own);
    const answer = await send("/api/x?a=b", token, [await proofFor(own, urlOf("/api/x"), token)]);
    expect(answer.status).toBe(200);
    expect(received(answer, "DPoP")).toEqual([]);
    expect(received(answer, "Authorization")).toEqual([]);
  });

  it.each<[string, () => string]>([
    ["the host in capitals", () => urlOf("/api/x").replace("localhost", "LOCALHOST")],
    ["the scheme in capitals", () => urlOf("/api/x").replace("http", "HTTP")],
    ["an unreserved character encoded", () => urlOf("/api/%78")],
    ["dots in the path", () => urlOf("/api/y/../x")],
  ])("htu is compared after normalisation (RFC 3986 §6.2.2): %s", async (_name, htu) => {
    const token = boundToken();
    const proof = await proofFor(key, htu(), token);
    expect((await send("/api/x", token, [proof])).status).toBe(200);
  });

  it("a new one for each request, with the token cached", async () => {
    const token = boundToken();
    for (let i = 0; i < 3; i += 1) {
      expect((await send("/api/x", token, [await proofFor(key, urlOf("/api/x"), token)])).status).toBe(200);
    }
    expect(world.server.asked(token)).toBe(1);
  });

  it("for the URL as the client saw it, which a trusted proxy tells", async () => {
    const token = boundToken();
    const proof = await proofFor(key, "https://api.example/api/x", token);
    const headers: Header[] = [
      bearer(token, "DPoP"),
      ["DPoP", proof],
      ["X-Forwarded-Proto", "https"],
      ["X-Forwarded-Host", "api.example"],
      ["X-Forwarded-Port", "443"],
    ];
    expectRefusal(await world.send("/api/x", { headers }), BAD_PROOF);
    expect((await world.send("/api/x", { headers, from: TRUSTED_PROXY })).status).toBe(200);
  });
});

describe("a bad proof: 401 invalid_dpop_proof", () => {
  it.each<[string, ProofChanges]>([
    ["typ is another", { header: { typ: "JWT" } }],
    ["typ is absent", { header: { typ: undefined } }],
    ["no key", { header: { jwk: undefined } }],
    ["htm is another", { claims: { htm: "POST" } }],
    ["htm in small letters", { claims: { htm: "get" } }],
    ["htm is absent", { claims: { htm: undefined } }],
    ["htu is absent", { claims: { htu: undefined } }],
    ["htu of another host", { claims: { htu: "http://other.example/api/x" } }],
    ["htu that is no URL", { claims: { htu: "/api/x" } }],
    ["htu that is no string", { claims: { htu: 1 } }],
    ["ath is absent", { claims: { ath: undefined } }],
    ["ath of another token", { claims: { ath: "A".repeat(43) } }],
    ["jti is absent", { claims: { jti: undefined } }],
    ["jti is no string", { claims: { jti: 1 } }],
    ["jti is empty", { claims: { jti: "" } }],
    ["iat is absent", { claims: { iat: undefined } }],
    ["iat long ago", { claims: { iat: nowSeconds() - 3600 } }],
    ["iat in the future", { claims: { iat: nowSeconds() + 3600 } }],
    ["iat is no number", { claims: { iat: String(nowSeconds()) } }],
  ])("%s", async (_name, changes) => {
    const token = boundToken();
    expectRefusal(await send("/api/x", token, [await proofFor(key, urlOf("/api/x"), token, changes)]), BAD_PROOF);
  });

  it("with the private key in it (S25)", async () => {
    const token = boundToken();
    const proof = await proofFor(key, urlOf("/api/x"), token, { header: { jwk: key.privateJwk } });
    expectRefusal(await send("/api/x", token, [proof]), BAD_PROOF);
  });

  it("of another path, scheme or port", async () => {
    for (const url of [
      urlOf("/api/y"),
      urlOf("/api/x/"),
      urlOf("/api/X"),
      urlOf("/api/x").replace("http", "https"),
      "http://localhost/api/x",
    ]) {
      const token = boundToken();
      expectRefusal(await send("/api/x", token, [await proofFor(key, url, token)]), BAD_PROOF);
    }
  });

  it("without a signature, with another's, or by a shared secret", async () => {
    const token = boundToken();
    const [header = "", payload = "", signature = ""] = (await proofFor(key, urlOf("/api/x"), token)).split(".");
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const other = (await proofFor(key, urlOf("/api/x"), token)).split(".")[2] ?? "";
    const proofs = [
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${other}`,
      `${encode({ typ: "dpop+jwt", alg: "none", jwk: key.publicJwk })}.${payload}.`,
      `${encode({ typ: "dpop+jwt", alg: "HS256", jwk: key.publicJwk })}.${payload}.${signature}`,
      `${encode({ typ: "dpop+jwt", alg: "ES256", jwk: { kty: "oct", k: "AAAA" } })}.${payload}.${signature}`,
    ];
    for (const proof of proofs) expectRefusal(await send("/api/x", token, [proof]), BAD_PROOF);
  });

  it("no proof, several, or what is none", async () => {
    const token = boundToken();
    const proof = await proofFor(key, urlOf("/api/x"), token);
    for (const proofs of [[], [proof, proof], [`${proof},${proof}`], ["x"], ["a.b.c"], ["..."], [""], ["é"]]) {
      const latin = proofs.map((each) => Buffer.from(each).toString("latin1"));
      expectRefusal(await send("/api/x", token, latin), BAD_PROOF);
    }
  });

  it("used twice (S28)", async () => {
    const token = boundToken();
    const proof = await proofFor(key, urlOf("/api/x"), token);
    expect((await send("/api/x", token, [proof])).status).toBe(200);
    expectRefusal(await send("/api/x", token, [proof]), BAD_PROOF);
  });

  it("fifty times at once: one passes", async () => {
    const token = boundToken();
    const proof = await proofFor(key, urlOf("/api/x"), token);
    const answers = await Promise.all(Array.from({ length: 50 }, () => send("/api/x", token, [proof])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49);
  });
});

describe("proof and token do not belong together", () => {
  it("another key than the one that the token is bound to", async () => {
    const other = await newProofKey();
    const token = boundToken();
    const answer = await send("/api/x", token, [await proofFor(other, urlOf("/api/x"), token)]);
    expect(answer.status).toBe(401);
    expect(valuesOf(answer, "WWW-Authenticate")[0]).toMatch(/^DPoP .*error="invalid_(?:token|dpop_proof)"/);
  });

  it("a bound token under the scheme Bearer is refused, also with a good proof (S27)", async () => {
    const token = boundToken();
    const proof = await proofFor(key, urlOf("/api/x"), token);
    for (const headers of [[bearer(token)], [bearer(token), ["DPoP", proof] as const]]) {
      expectRefusal(await world.send("/api/x", { headers }), refusalWith("invalid_token"));
    }
  });

  it("a token that is not bound, under the scheme DPoP", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const proof = await proofFor(key, urlOf("/api/x"), token);
    expectRefusal(await send("/api/x", token, [proof]), refusalWith("invalid_token"));
  });
});

describe("the setting dpop", () => {
  it("off refuses tokens that are bound to a key (S18)", async () => {
    const token = boundToken();
    const answer = await send("/off/x", token, [await proofFor(key, urlOf("/off/x"), token)]);
    expect(answer.status).toBe(401);
    expect((await world.sendToken("/off/x", active())).status).toBe(200);
  });

  it("required refuses tokens that are not, and says DPoP in every challenge", async () => {
    const answer = await world.sendToken("/required/x", active());
    expectRefusal(answer, { ...refusalWith("invalid_token") });
    expectRefusal(await world.send("/required/x"), {
      ...NO_CREDENTIALS,
      scheme: "DPoP",
      challenge: { realm: "service", algs: ALGORITHMS },
    });
    const token = boundToken();
    expect((await send("/required/x", token, [await proofFor(key, urlOf("/required/x"), token)])).status).toBe(200);
  });

  it("when_bound leaves bearer tokens alone", async () => {
    expect((await world.sendToken("/api/x", active())).status).toBe(200);
    expectRefusal(await world.sendToken("/api/x", { active: false }), INVALID_TOKEN);
  });
});

describe("dpop_nonce (RFC 9449 §9)", () => {
  it("demands a nonce, gives one, and takes it", async () => {
    const token = boundToken();
    const first = await send("/nonce/x", token, [await proofFor(key, urlOf("/nonce/x"), token)]);
    expectRefusal(first, refusalWith("use_dpop_nonce"));
    const [nonce] = valuesOf(first, "DPoP-Nonce");
    expect(nonce).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]+$/);
    const proof = await proofFor(key, urlOf("/nonce/x"), token, { claims: { nonce } });
    expect((await send("/nonce/x", token, [proof])).status).toBe(200);
  });

  it.each([1, "", "made-up", "A".repeat(200)])("refuses a nonce of somebody else: %j", async (nonce) => {
    const token = boundToken();
    const proof = await proofFor(key, urlOf("/nonce/x"), token, { claims: { nonce } });
    const answer = await send("/nonce/x", token, [proof]);
    expect(answer.status).toBe(401);
    expect(valuesOf(answer, "WWW-Authenticate")[0]).toMatch(/error="(?:use_dpop_nonce|invalid_dpop_proof)"/);
  });
});
