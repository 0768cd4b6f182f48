/** Answers as signed JWTs (RFC 9701, S32): what is not verified to the last is refused. */
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE, json, nowSeconds, text, type Claims } from "./support/authorization-server.ts";
import { bearer, received, type Answer } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, UNEXPECTED } from "./support/expectations.ts";
import { newToken } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const TYPE = { "Content-Type": "application/token-introspection+jwt" };

interface Key {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

async function newKey(id: string, algorithm = "RS256"): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { id, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid: id, alg: algorithm, use: "sig" } };
}

let key: Key;
let stranger: Key;

beforeAll(async () => {
  [key, stranger] = await Promise.all([newKey("one"), newKey("one")]);
  publish(key);
  await world.configure({
    "/api": [
      world.introspection({
        issuer: world.server.url,
        introspection_accept: "application/token-introspection+jwt",
        jwks_uri: `${world.server.url}/keys`,
        ttl: 0,
      }),
    ],
  });
});

function publish(...keys: readonly Key[]): void {
  world.server.at("/keys", json({ keys: keys.map(({ publicJwk }) => publicJwk) }));
}

interface Changes {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signer?: Key;
}

async function signed(answer: Claims, { header, claims, signer = key }: Changes = {}): Promise<string> {
  const payload = { iss: world.server.url, aud: "gateway", iat: nowSeconds(), token_introspection: answer, ...claims };
  const protectedHeader = { alg: "RS256", typ: "token-introspection+jwt", kid: signer.id, ...header };
  return new SignJWT(payload)
    .setProtectedHeader(protectedHeader as never)
    .sign(signer.privateKey, { crit: { x: true } });
}

/** Sends a token that is answered with this body. */
async function call(body: string, headers: Record<string, string> = TYPE): Promise<Answer> {
  const token = newToken();
  world.server.answer(token, text(body, 200, headers));
  return world.send("/api", { headers: [bearer(token)] });
}

describe("a JWT answer", () => {
  it("is asked for and taken", async () => {
    const answer = await call(await signed(active({ sub: "bob" })));
    expect(received(answer, "X-Credential-Sub")).toEqual(["bob"]);
    const introspection = world.server.requests.filter(({ path }) => path === "/introspect").at(-1);
    const accept = introspection?.headers.filter(([name]) => name.toLowerCase() === "accept");
    expect(accept?.map(([, value]) => value)).toEqual(["application/token-introspection+jwt"]);
  });

  it("may say inactive", async () => {
    expectRefusal(await call(await signed(INACTIVE)), INVALID_TOKEN);
  });

  it("with several audiences, one of which we are", async () => {
    expect((await call(await signed(active(), { claims: { aud: ["other", "gateway"] } }))).status).toBe(200);
  });
});

describe("the claims", () => {
  it("are forwarded as the server wrote them, as those of a plain answer", async () => {
    const deep = JSON.parse("[".repeat(40) + "]".repeat(40)) as unknown;
    const answer = await call(`${await signed(active({ deep, sub: "bob" }))}\n`);
    expect(received(answer, "X-Credential-Sub")).toEqual(["bob"]);
  });
});

describe("is refused", () => {
  it.each<[string, Changes]>([
    ["typ is another", { header: { typ: "JWT" } }],
    ["typ is absent", { header: { typ: undefined } }],
    ["iss is another", { claims: { iss: "https://other.example" } }],
    ["iss is absent", { claims: { iss: undefined } }],
    ["aud is another", { claims: { aud: "other" } }],
    ["aud is absent", { claims: { aud: undefined } }],
    ["iat is absent", { claims: { iat: undefined } }],
    ["the answer is absent", { claims: { token_introspection: undefined } }],
    ["the answer is no object", { claims: { token_introspection: "active" } }],
    ["the answer stands one level too high", { claims: { token_introspection: undefined, active: true } }],
    ["active is no boolean", { claims: { token_introspection: { active: "true" } } }],
    ["a critical header that nobody knows", { header: { crit: ["x"], x: 1 } }],
  ])("%s", async (_name, changes) => {
    expectRefusal(await call(await signed(active(), changes)), UNEXPECTED);
  });

  it("signed by another key", async () => {
    expectRefusal(await call(await signed(active(), { signer: stranger })), UNEXPECTED);
  });

  it("without a signature, or with a piece of one", async () => {
    const body = await signed(active());
    const [header = "", payload = "", signature = ""] = body.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "token-introspection+jwt" })).toString("base64url");
    const shared = Buffer.from(JSON.stringify({ alg: "HS256", typ: "token-introspection+jwt", kid: key.id })).toString(
      "base64url",
    );
    for (const bad of [
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${none}.${payload}.`,
      `${shared}.${payload}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}`,
      `${header}.${Buffer.from('{"token_introspection":{"active":true}}').toString("base64url")}.${signature}`,
      "x",
      "",
    ]) {
      expectRefusal(await call(bad), UNEXPECTED);
    }
  });

  it("a plain answer, whatever its type says", async () => {
    expectRefusal(await call(JSON.stringify(active()), { "Content-Type": "application/json" }), UNEXPECTED);
    expectRefusal(await call(JSON.stringify(active())), UNEXPECTED);
  });
});

describe("keys", () => {
  it("a rotation is survived", async () => {
    expect((await call(await signed(active()))).status).toBe(200);
    const next = await newKey("two");
    publish(next);
    await until(
      "the new key is known",
      async () => (await call(await signed(active(), { signer: next }))).status === 200,
    );
    publish(key, next);
    await until("the old one is known again", async () => (await call(await signed(active()))).status === 200);
  });
});
