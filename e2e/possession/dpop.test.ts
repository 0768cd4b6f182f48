/** DPoP (RFC 9449): every check of §4.3 by a proof that is wrong in that point alone, the challenges, nonces, and the way upstream. */
import { createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE, nowSeconds } from "../support/authorization-server.ts";
import {
  bearer,
  received,
  receivedInAnySpelling,
  valuesOf,
  type Answer,
  type Header,
  type Request,
} from "../support/client.ts";
import { challengeOf, expectRefusal, INVALID_TOKEN, NO_CREDENTIALS } from "../support/expectations.ts";
import { thumbprintOf } from "../support/pki.ts";
import { sendRaw } from "../support/raw-client.ts";
import { keepSecret, newToken } from "../support/secrets.ts";
import { TRUSTED_PROXY, useWorld } from "../support/world.ts";
import { http2To } from "./support/connections.ts";
import { INVALID_DPOP_TOKEN, INVALID_PROOF, NO_DPOP_CREDENTIALS, USE_NONCE } from "./support/dpop-expectations.ts";
import {
  base64url,
  changed,
  claimsOf,
  headerOf,
  newProofKey,
  proofKeyOf,
  proofOf,
  signatureOf,
  signed,
  tokenHash,
  type Algorithm,
  type Json,
  type ProofKey,
} from "./support/proof.ts";

const world = useWorld({ settings: { trusted_ips: TRUSTED_PROXY, nginx_proxy_large_client_header_buffers: "8 64k" } });
const KEYS = new Map<Algorithm, ProofKey>();
let key: ProofKey;
let otherKey: ProofKey;

beforeAll(async () => {
  for (const algorithm of ["ES256", "ES384", "RS256", "PS256", "EdDSA"] as const)
    KEYS.set(algorithm, await newProofKey(algorithm));
  key = keyFor("ES256");
  otherKey = await newProofKey("ES256");
  await world.configure(
    {
      "/dpop": [world.introspection()],
      "/required": [world.introspection({ dpop: "required" })],
      "/off": [world.introspection({ dpop: "off" })],
      "/nonce": [world.introspection({ dpop_nonce: true })],
      "/long": [world.introspection({ dpop_max_age: 600, leeway: 30 })],
      "/kept": [world.introspection({ hide_credentials: false })],
      "/anonymous": [world.introspection({ allow_anonymous: true })],
      "/anonymous-consumer": [world.introspection({ anonymous: "nobody" })],
      "/scope": [world.introspection({ scope: ["admin"] })],
      "/x-token": [world.introspection({ token_header: "X-Token" })],
    },
    { consumers: [{ username: "nobody" }] },
  );
});

function keyFor(algorithm: Algorithm): ProofKey {
  const found = KEYS.get(algorithm);
  if (found === undefined) throw new Error(`no key for ${algorithm}`);
  return found;
}

function urlOf(path: string): string {
  return `http://localhost:${world.gateway.httpPort}${path}`;
}

/** A token that is bound to a key. */
function boundToken(to: ProofKey = key, claims: object = {}): string {
  const token = newToken();
  world.server.answer(token, active({ cnf: { jkt: to.thumbprint }, token_type: "DPoP", ...claims }));
  return token;
}

function send(
  path: string,
  token: string,
  proofs: readonly string[],
  request: Request = {},
  scheme = "DPoP",
): Promise<Answer> {
  const headers: Header[] = [
    bearer(token, scheme),
    ...proofs.map((proof): Header => ["DPoP", proof]),
    ...(request.headers ?? []),
  ];
  for (const proof of proofs) if (proof.length > 20) keepSecret(proof);
  return world.send(path, { ...request, headers });
}

/** Sends a proof that is good but for these changes. */
function sendChanged(path: string, claims: Json, header: Json = {}, by: ProofKey = key): Promise<Answer> {
  const token = boundToken(by);
  return send(path, token, [proofOf(by, changed(claimsOf({ url: urlOf(path), token }), claims), header)]);
}

describe("a good proof", () => {
  it.each(["ES256", "ES384", "RS256", "PS256", "EdDSA"] as const)("%s", async (algorithm) => {
    const by = keyFor(algorithm);
    const token = boundToken(by);
    const answer = await send("/dpop", token, [proofOf(by, claimsOf({ url: urlOf("/dpop"), token }))]);
    expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
    expect(received(answer, "X-Credential-Token-Type")).toEqual(["DPoP"]);
  });

  it.each([3072, 4096])("RSA with %d bits", async (modulusLength) => {
    const by = await proofKeyOf(generateKeyPairSync("rsa", { modulusLength }), "RS256");
    expect((await sendChanged("/dpop", {}, {}, by)).status).toBe(200);
  });

  it("scheme and header names in any case (RFC 9110 §11.1)", async () => {
    for (const scheme of ["dpop", "DPOP", "dPoP"]) {
      const token = boundToken();
      const proof = proofOf(key, claimsOf({ url: urlOf("/dpop"), token }));
      expect((await world.send("/dpop", { headers: [bearer(token, scheme), ["dPoP", proof]] })).status).toBe(200);
    }
  });

  it("the same token, a new proof for each request, from the cache", async () => {
    const token = boundToken();
    for (const method of ["GET", "POST", "DELETE", "PATCH"]) {
      const proof = proofOf(key, claimsOf({ method, url: urlOf("/dpop/a"), token }));
      expect((await send("/dpop/a", token, [proof], { method })).status).toBe(200);
    }
    expect(world.server.asked(token)).toBe(1);
  });

  it("claims and header members that nobody knows are passed over", async () => {
    expect((await sendChanged("/dpop", { nonce: "unasked", extra: { a: [1] } }, { kid: "a", extra: 1 })).status).toBe(
      200,
    );
    expect((await sendChanged("/dpop", {}, { jwk: { ...key.jwk, kid: "a", use: "sig", alg: "ES256" } })).status).toBe(
      200,
    );
  });

  it("over TLS, HTTP/1.1 and HTTP/2", async () => {
    const token = boundToken();
    const url = `https://localhost:${world.gateway.httpsPort}/dpop`;
    expect((await send("/dpop", token, [proofOf(key, claimsOf({ url, token }))], { tls: true })).status).toBe(200);
    const connection = await http2To(world.gateway.httpsPort, world.pki.ca.certificate);
    try {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          connection.send("/dpop", [bearer(token, "DPoP"), ["DPoP", proofOf(key, claimsOf({ url, token }))]]),
        ),
      );
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      const again = proofOf(key, claimsOf({ url, token }));
      const twice = await Promise.all(
        [1, 2, 3, 4].map(() => connection.send("/dpop", [bearer(token, "DPoP"), ["DPoP", again]])),
      );
      expect(twice.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
      const two = await connection.send("/dpop", [
        bearer(token, "DPoP"),
        ["DPoP", proofOf(key, claimsOf({ url, token }))],
        ["DPoP", proofOf(key, claimsOf({ url, token }))],
      ]);
      expect(two.status).toBe(401);
    } finally {
      connection.close();
    }
  });
});

describe("§4.3, 1: there is not more than one DPoP header", () => {
  it("none", async () => expectRefusal(await send("/dpop", boundToken(), []), INVALID_PROOF));
  it("an empty one", async () => expectRefusal(await send("/dpop", boundToken(), [""]), INVALID_PROOF));
  it("two good ones", async () => {
    const token = boundToken();
    const proofs = [1, 2].map(() => proofOf(key, claimsOf({ url: urlOf("/dpop"), token })));
    expectRefusal(await send("/dpop", token, proofs), INVALID_PROOF);
    expectRefusal(await send("/dpop", token, [proofs.join(", ")]), INVALID_PROOF);
    expectRefusal(await send("/dpop", token, [proofs.join(",")]), INVALID_PROOF);
  });
  it("the same one twice", async () => {
    const token = boundToken();
    const proof = proofOf(key, claimsOf({ url: urlOf("/dpop"), token }));
    expectRefusal(await send("/dpop", token, [proof, proof]), INVALID_PROOF);
    expectRefusal(await send("/dpop", token, [proof, ""]), INVALID_PROOF);
  });
});

describe("§4.3, 2: it is one well-formed JWT", () => {
  const good = (token: string): string => proofOf(key, claimsOf({ url: urlOf("/dpop"), token }));
  const parts = (token: string): string[] => good(token).split(".");
  const BAD: [string, (token: string) => string][] = [
    ["garbage", () => "garbage"],
    ["dots", () => ".."],
    ["two parts", (token) => parts(token).slice(0, 2).join(".")],
    ["no signature", (token) => `${parts(token).slice(0, 2).join(".")}.`],
    ["four parts", (token) => `${good(token)}.AA`],
    ["five parts, as encrypted ones have", (token) => `${good(token)}.AA.AA`],
    ["padding", (token) => `${good(token)}==`],
    ["a space within", (token) => good(token).replace(".", " .")],
    [
      "the other Base64 alphabet",
      (token) =>
        parts(token)
          .map((part, index) => (index === 2 ? `+${part.slice(1)}` : part))
          .join("."),
    ],
    [
      "JSON serialisation",
      (token) => {
        const [header, payload, signature] = parts(token);
        return JSON.stringify({ protected: header, payload, signature });
      },
    ],
    [
      "a header that is no JSON",
      (token) => signed(key, "{typ:", JSON.stringify(claimsOf({ url: urlOf("/dpop"), token }))),
    ],
    [
      "a header that is an array",
      (token) => signed(key, JSON.stringify([headerOf(key)]), JSON.stringify(claimsOf({ url: urlOf("/dpop"), token }))),
    ],
    ["a payload that is no JSON", () => signed(key, JSON.stringify(headerOf(key)), "hello")],
    ["a payload that is a string", () => signed(key, JSON.stringify(headerOf(key)), '"hello"')],
    ["a payload that is null", () => signed(key, JSON.stringify(headerOf(key)), "null")],
    ["an empty payload", () => signed(key, JSON.stringify(headerOf(key)), "")],
    [
      "a claim twice (RFC 7519 §4)",
      (token) =>
        signed(
          key,
          JSON.stringify(headerOf(key)),
          JSON.stringify(claimsOf({ url: urlOf("/dpop"), token })).replace("{", '{"htm":"POST",'),
        ),
    ],
    [
      "a header member twice",
      (token) =>
        signed(
          key,
          JSON.stringify(headerOf(key)).replace("{", '{"alg":"none",'),
          JSON.stringify(claimsOf({ url: urlOf("/dpop"), token })),
        ),
    ],
    [
      "a claim twice, once with an escape",
      (token) =>
        signed(
          key,
          JSON.stringify(headerOf(key)),
          JSON.stringify(claimsOf({ url: urlOf("/dpop"), token })).replace("{", '{"h\\u0074m":"POST",'),
        ),
    ],
    [
      "a critical extension (RFC 7515 §4.1.11)",
      (token) => proofOf(key, claimsOf({ url: urlOf("/dpop"), token }), { crit: ["exp"], exp: 1 }),
    ],
    [
      "an unencoded payload (RFC 7797)",
      (token) => proofOf(key, claimsOf({ url: urlOf("/dpop"), token }), { b64: false }),
    ],
    [
      "longer than 8 KiB",
      (token) => proofOf(key, { ...claimsOf({ url: urlOf("/dpop"), token }), extra: "x".repeat(9000) }),
    ],
    [
      "nested deeply",
      (token) =>
        signed(
          key,
          JSON.stringify(headerOf(key)),
          JSON.stringify(claimsOf({ url: urlOf("/dpop"), token })).replace(
            "{",
            `{"deep":${"[".repeat(500)}${"]".repeat(500)},`,
          ),
        ),
    ],
  ];
  it.each(BAD)("%s", async (_name, make) => {
    const token = boundToken();
    expectRefusal(await send("/dpop", token, [make(token)]), INVALID_PROOF);
  });
});

describe("§4.3, 3: all claims are there, each of its type", () => {
  const BAD: [string, Json][] = [
    ...["jti", "htm", "htu", "iat", "ath"].flatMap((name): [string, Json][] => [
      [`no ${name}`, { [name]: undefined }],
      [`${name} null`, { [name]: null }],
      [`${name} of another type`, { [name]: name === "iat" ? String(nowSeconds()) : 7 }],
      [`${name} in an array`, { [name]: [name === "iat" ? nowSeconds() : "GET"] }],
      [`${name} empty`, { [name]: "" }],
    ]),
    ["a jti of three hundred bytes", { jti: "x".repeat(300) }],
  ];
  it.each(BAD)("%s", async (_name, changes) => expectRefusal(await sendChanged("/dpop", changes), INVALID_PROOF));
});

describe("§4.3, 4: typ is dpop+jwt", () => {
  it.each([undefined, null, "", "JWT", "jwt", "at+jwt", "dpop", "DPoP+JWT", "application/dpop+jwt", ["dpop+jwt"], 7])(
    "%j",
    async (typ) => {
      expectRefusal(await sendChanged("/dpop", {}, { typ }), INVALID_PROOF);
    },
  );
});

describe("§4.3, 5: alg is an asymmetric algorithm that is accepted", () => {
  it.each([
    undefined,
    null,
    "",
    "none",
    "None",
    "NONE",
    "HS256",
    "RS1",
    "RS384",
    "RS512",
    "PS384",
    "ES512",
    "ES256K",
    "Ed448",
    "es256",
    ["ES256"],
    7,
  ])("%j", async (alg) => expectRefusal(await sendChanged("/dpop", {}, { alg }), INVALID_PROOF));

  it("none, without a signature", async () => {
    const token = boundToken();
    const parts = [{ ...headerOf(key), alg: "none" }, claimsOf({ url: urlOf("/dpop"), token })].map((part) =>
      base64url(JSON.stringify(part)),
    );
    expectRefusal(await send("/dpop", token, [`${parts.join(".")}.`]), INVALID_PROOF);
  });

  it("HS256 with the public key as the secret", async () => {
    const token = boundToken();
    for (const secret of [
      JSON.stringify(key.jwk),
      key.publicKey.export({ type: "spki", format: "pem" }),
      key.jwk.x ?? "",
    ]) {
      const input = [{ ...headerOf(key), alg: "HS256" }, claimsOf({ url: urlOf("/dpop"), token })]
        .map((part) => base64url(JSON.stringify(part)))
        .join(".");
      expectRefusal(
        await send("/dpop", token, [`${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`]),
        INVALID_PROOF,
      );
    }
  });

  it("an algorithm of another kind of key", async () => {
    for (const [own, other] of [
      ["ES256", "RS256"],
      ["RS256", "ES256"],
      ["EdDSA", "ES256"],
      ["ES384", "ES256"],
      ["ES256", "ES384"],
    ] as const) {
      expectRefusal(await sendChanged("/dpop", {}, { alg: other }, keyFor(own)), INVALID_PROOF);
    }
  });

  it("RS256 and PS256 are not each other", async () => {
    expectRefusal(await sendChanged("/dpop", {}, { alg: "PS256" }, keyFor("RS256")), INVALID_PROOF);
    expectRefusal(await sendChanged("/dpop", {}, { alg: "RS256" }, keyFor("PS256")), INVALID_PROOF);
  });
});

describe("§4.3, 6: the signature is of the key in the header", () => {
  it.each(["ES256", "ES384", "RS256", "PS256", "EdDSA"] as const)(
    "%s: another key's, another text's, changed, cut, emptied",
    async (algorithm) => {
      const by = keyFor(algorithm);
      const stranger = await newProofKey(algorithm);
      const token = boundToken(by);
      const fresh = (): string => proofOf(by, claimsOf({ url: urlOf("/dpop"), token }));
      const withSignature = (change: (bytes: Buffer) => Buffer): string => {
        const [header = "", payload = "", signature = ""] = fresh().split(".");
        return `${header}.${payload}.${change(Buffer.from(signature, "base64url")).toString("base64url")}`;
      };
      const input = fresh().split(".").slice(0, 2).join(".");
      const bad = [
        `${input}.${signatureOf(stranger.privateKey, algorithm, input).toString("base64url")}`,
        `${input}.${fresh().split(".")[2] ?? ""}`,
        withSignature((bytes) => Buffer.concat([Buffer.from([(bytes[0] ?? 0) ^ 1]), bytes.subarray(1)])),
        withSignature((bytes) => bytes.subarray(0, -1)),
        withSignature((bytes) => Buffer.concat([bytes, Buffer.from([0])])),
        withSignature((bytes) => Buffer.alloc(bytes.length)),
      ];
      for (const proof of bad) expectRefusal(await send("/dpop", token, [proof]), INVALID_PROOF);
      expect((await send("/dpop", token, [fresh()])).status).toBe(200);
    },
  );

  it("ECDSA in OpenSSL's own form is not JOSE's", async () => {
    const token = boundToken();
    const { sign } = await import("node:crypto");
    const input = proofOf(key, claimsOf({ url: urlOf("/dpop"), token }))
      .split(".")
      .slice(0, 2)
      .join(".");
    expectRefusal(
      await send("/dpop", token, [
        `${input}.${sign("sha256", Buffer.from(input), key.privateKey).toString("base64url")}`,
      ]),
      INVALID_PROOF,
    );
  });
});

describe("§4.3, 7: jwk is a public key, and only that", () => {
  it("a private one", async () => {
    for (const by of KEYS.values())
      expectRefusal(
        await sendChanged("/dpop", {}, { jwk: by.privateKey.export({ format: "jwk" }) }, by),
        INVALID_PROOF,
      );
  });
  it.each<[string, (jwk: object) => unknown]>([
    ["missing", () => undefined],
    ["null", () => null],
    ["a string", (jwk) => JSON.stringify(jwk)],
    ["an array", (jwk) => [jwk]],
    ["an empty object", () => ({})],
    ["with a secret beside it", (jwk) => ({ ...jwk, k: "AA" })],
    ["with d null", (jwk) => ({ ...jwk, d: null })],
    ["of an unknown type", (jwk) => ({ ...jwk, kty: "XX" })],
    ["of a curve that is not accepted", (jwk) => ({ ...jwk, crv: "secp256k1" })],
    ["without a coordinate", (jwk) => ({ ...jwk, y: undefined })],
    ["with a coordinate that is a number", (jwk) => ({ ...jwk, y: 7 })],
    ["with a coordinate too short", (jwk) => ({ ...jwk, y: "AAAA" })],
    ["off its curve", (jwk) => ({ ...jwk, y: randomBytes(32).toString("base64url") })],
    ["symmetric", () => ({ kty: "oct", k: "AAAA" })],
  ])("%s", async (_name, change) => {
    const answer = await sendChanged("/dpop", {}, { jwk: change(key.jwk) });
    // A key that can be read and is another one makes the token a stranger's (§7.1).
    expectRefusal(answer, _name === "off its curve" ? INVALID_DPOP_TOKEN : INVALID_PROOF);
  });
  it("RSA below 2048 bits", async () => {
    const short = await proofKeyOf(generateKeyPairSync("rsa", { modulusLength: 1024 }), "RS256");
    expectRefusal(await sendChanged("/dpop", {}, {}, short), INVALID_PROOF);
  });
  it("a key by reference, or in a certificate, is no jwk", async () => {
    expectRefusal(
      await sendChanged("/dpop", {}, { jwk: undefined, jku: "https://localhost/keys", x5u: "https://localhost/x" }),
      INVALID_PROOF,
    );
  });
});

describe("§4.3, 8: htm is the method", () => {
  it.each(["POST", "get", "Get", " GET", "GET ", "HEAD", "*"])("%j for a GET", async (htm) => {
    expectRefusal(await sendChanged("/dpop", { htm }), INVALID_PROOF);
  });
  it("a method override in a header changes nothing", async () => {
    const token = boundToken();
    const proof = proofOf(key, claimsOf({ method: "DELETE", url: urlOf("/dpop"), token }));
    expectRefusal(
      await send("/dpop", token, [proof], { method: "POST", headers: [["X-HTTP-Method-Override", "DELETE"]] }),
      INVALID_PROOF,
    );
  });
});

describe("§4.3, 9: htu is the request's URI without query and fragment", () => {
  const GOOD: [string, string, (base: string) => string][] = [
    ["the query is not compared", "/dpop/a?b=c", (base) => `${base}/dpop/a`],
    ["nor is one in htu", "/dpop/a", (base) => `${base}/dpop/a?x=y#z`],
    [
      "scheme and host in any case (RFC 3986 §6.2.2.1)",
      "/dpop/a",
      (base) => base.replace("http://localhost", "HTTP://LocalHost") + "/dpop/a",
    ],
    ["needless percent-encoding (§6.2.2.2)", "/dpop/a", (base) => `${base}/dp%6Fp/%61`],
    ["needless percent-encoding in the request", "/dpop/%61%7e", (base) => `${base}/dpop/a~`],
    ["digits of percent-encoding in any case (§6.2.2.1)", "/dpop/%c3%a4", (base) => `${base}/dpop/%C3%A4`],
    ["dot segments (§6.2.2.3)", "/dpop/a", (base) => `${base}/x/../dpop/./a`],
  ];
  it.each(GOOD)("%s", async (_name, path, htu) => {
    const token = boundToken();
    const proof = proofOf(key, claimsOf({ url: htu(urlOf("")), token }));
    expect((await send(path, token, [proof])).status).toBe(200);
  });

  const BAD: [string, string, (base: string) => string][] = [
    ["another path", "/dpop/a", (base) => `${base}/dpop/b`],
    ["a path in another case", "/dpop/a", (base) => `${base}/dpop/A`],
    ["a slash at the end", "/dpop/a", (base) => `${base}/dpop/a/`],
    ["a path below", "/dpop/a", (base) => `${base}/dpop/a/b`],
    ["an encoded slash is no slash", "/dpop/a%2Fb", (base) => `${base}/dpop/a/b`],
    ["doubly encoded", "/dpop/%2561", (base) => `${base}/dpop/a`],
    ["the path alone", "/dpop/a", () => "/dpop/a"],
    ["without a scheme", "/dpop/a", (base) => `${base.slice("http:".length)}/dpop/a`],
    ["https for http", "/dpop/a", (base) => `${base.replace("http:", "https:")}/dpop/a`],
    ["another host", "/dpop/a", (base) => `${base.replace("localhost", "other.example")}/dpop/a`],
    ["the address for the name", "/dpop/a", (base) => `${base.replace("localhost", "127.0.0.1")}/dpop/a`],
    ["without the port", "/dpop/a", () => "http://localhost/dpop/a"],
    ["another port", "/dpop/a", () => "http://localhost:1/dpop/a"],
    ["user information", "/dpop/a", (base) => `${base.replace("http://", "http://user@")}/dpop/a`],
    ["a backslash", "/dpop/a", (base) => `${base}\\dpop/a`],
    ["another scheme altogether", "/dpop/a", (base) => `${base.replace("http:", "ftp:")}/dpop/a`],
    ["spaces around it", "/dpop/a", (base) => ` ${base}/dpop/a `],
  ];
  it.each(BAD)("%s", async (_name, path, htu) => {
    const token = boundToken();
    expectRefusal(await send(path, token, [proofOf(key, claimsOf({ url: htu(urlOf("")), token }))]), INVALID_PROOF);
  });

  it("a Host without a port is the scheme's default, never the port that the gateway listens on", async () => {
    const token = boundToken();
    const good = proofOf(key, claimsOf({ url: "http://localhost/dpop", token }));
    expect((await send("/dpop", token, [good], { headers: [["Host", "localhost"]] })).status).toBe(200);
    const spelled = proofOf(key, claimsOf({ url: "http://localhost:80/dpop", token }));
    expect((await send("/dpop", token, [spelled], { headers: [["Host", "localhost"]] })).status).toBe(200);
    const listening = proofOf(key, claimsOf({ url: urlOf("/dpop"), token }));
    expectRefusal(await send("/dpop", token, [listening], { headers: [["Host", "localhost"]] }), INVALID_PROOF);
  });

  it("a request line that names another host than the Host header is refused", async () => {
    const token = boundToken();
    for (const url of ["http://one.example/dpop", "http://two.example/dpop"]) {
      const proof = proofOf(key, claimsOf({ url, token }));
      const lines = [
        "GET http://one.example/dpop HTTP/1.1",
        "Host: two.example",
        `Authorization: DPoP ${token}`,
        `DPoP: ${proof}`,
        "Connection: close",
      ];
      expect((await sendRaw(world.gateway.httpPort, `${lines.join("\r\n")}\r\n\r\n`)).status).toBe(401);
    }
  });
});

describe("htu behind a proxy (design section 4): X-Forwarded-* counts from trusted peers only", () => {
  const outside = "https://api.example/dpop/a";
  const told: Header[] = [
    ["X-Forwarded-Proto", "https"],
    ["X-Forwarded-Host", "api.example"],
  ];

  async function behind(url: string, request: Request): Promise<Answer> {
    const token = boundToken();
    return send("/dpop/a", token, [proofOf(key, claimsOf({ url, token }))], request);
  }

  it("from a trusted proxy", async () => {
    expect((await behind(outside, { from: TRUSTED_PROXY, headers: told })).status).toBe(200);
    expectRefusal(await behind(urlOf("/dpop/a"), { from: TRUSTED_PROXY, headers: told }), INVALID_PROOF);
  });

  it("with a port of its own", async () => {
    const port: Header = ["X-Forwarded-Port", "8443"];
    expect(
      (await behind("https://api.example:8443/dpop/a", { from: TRUSTED_PROXY, headers: [...told, port] })).status,
    ).toBe(200);
    expectRefusal(await behind(outside, { from: TRUSTED_PROXY, headers: [...told, port] }), INVALID_PROOF);
    expect(
      (
        await behind("https://api.example:9443/dpop/a", {
          from: TRUSTED_PROXY,
          headers: [
            ["X-Forwarded-Proto", "https"],
            ["X-Forwarded-Host", "api.example:9443"],
          ],
        })
      ).status,
    ).toBe(200);
  });

  it("several proxies: what the nearest to the client said", async () => {
    const headers: Header[] = [
      ["X-Forwarded-Proto", "https, http"],
      ["X-Forwarded-Host", "api.example, inner"],
    ];
    expect((await behind(outside, { from: TRUSTED_PROXY, headers })).status).toBe(200);
  });

  it("from a stranger it counts for nothing", async () => {
    expectRefusal(await behind(outside, { headers: told }), INVALID_PROOF);
    expect((await behind(urlOf("/dpop/a"), { headers: told })).status).toBe(200);
  });

  it.each(["0", "70000", "abc", "443 443", "-1"])("X-Forwarded-Port %j is refused", async (port) => {
    expectRefusal(
      await behind(outside, { from: TRUSTED_PROXY, headers: [...told, ["X-Forwarded-Port", port]] }),
      INVALID_PROOF,
    );
  });
});

describe("§4.3, 10 and §8, §9: nonces", () => {
  async function nonceFrom(answer: Answer): Promise<string> {
    const [nonce, ...others] = valuesOf(answer, "DPoP-Nonce");
    expect(others).toEqual([]);
    expect(nonce).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]+$/);
    return nonce ?? "";
  }

  it("a proof without one gets one, and passes with it; it may be used again in other proofs", async () => {
    const token = boundToken();
    const refused = await send("/nonce", token, [proofOf(key, claimsOf({ url: urlOf("/nonce"), token }))]);
    expectRefusal(refused, USE_NONCE);
    const nonce = await nonceFrom(refused);
    for (let round = 0; round < 3; round += 1) {
      const proof = proofOf(key, { ...claimsOf({ url: urlOf("/nonce"), token }), nonce });
      expect((await send("/nonce", token, [proof])).status).toBe(200);
    }
  });

  it.each([
    ["empty", ""],
    ["of ours, changed", "x"],
    ["a number", 7],
    ["null", null],
    ["in an array", ["x"]],
  ])("one that is %s is refused", async (_name, nonce) => {
    const refused = await sendChanged("/nonce", { nonce });
    expectRefusal(refused, USE_NONCE);
    await nonceFrom(refused);
  });

  it("a nonce does not make up for what else is wrong", async () => {
    const nonce = await nonceFrom(await sendChanged("/nonce", {}));
    for (const changes of [{ htm: "POST" }, { ath: tokenHash("other") }, { iat: nowSeconds() - 3600 }]) {
      expectRefusal(await sendChanged("/nonce", { ...changes, nonce }), INVALID_PROOF);
    }
  });

  it("a refusal for another reason tells the nonce too, so that the next proof is right at once", async () => {
    const refused = await sendChanged("/nonce", { htm: "POST" });
    expectRefusal(refused, INVALID_PROOF);
    await nonceFrom(refused);
  });

  it("a refused proof is not used up: with its nonce missing it told nobody anything", async () => {
    const token = boundToken();
    const claims = claimsOf({ url: urlOf("/nonce"), token });
    const nonce = await nonceFrom(await send("/nonce", token, [proofOf(key, claims)]));
    expect((await send("/nonce", token, [proofOf(key, { ...claims, nonce })])).status).toBe(200);
    expectRefusal(await send("/nonce", token, [proofOf(key, { ...claims, nonce })]), INVALID_PROOF);
  });

  it("where none is demanded none is given", async () => {
    expect(valuesOf(await sendChanged("/dpop", { htm: "POST" }), "DPoP-Nonce")).toEqual([]);
    expect(valuesOf(await sendChanged("/dpop", {}), "DPoP-Nonce")).toEqual([]);
  });
});

describe("§4.3, 11 and §11.1: iat is within the window", () => {
  it.each<[string, string, number, boolean]>([
    ["twelve minutes old, where ten and a half are", "/long", -720, false],
    ["two minutes old", "/dpop", -120, false],
    ["an hour old", "/dpop", -3600, false],
    ["a minute ahead", "/dpop", 60, false],
    ["twenty seconds ahead, within a leeway of thirty", "/long", 20, true],
    ["a minute ahead, beyond it", "/long", 60, false],
    ["a year ahead", "/dpop", 31_536_000, false],
    ["in milliseconds", "/dpop", Date.now(), false],
    ["negative", "/dpop", -2 * nowSeconds(), false],
  ])("%s", async (_name, path, seconds, passes) => {
    const answer = await sendChanged(path, { iat: nowSeconds() + seconds });
    if (passes) expect(answer.status).toBe(200);
    else expectRefusal(answer, INVALID_PROOF);
  });

  it("1e999 and other numbers that are none", async () => {
    const token = boundToken();
    for (const text of ["1e999", "-1e999", "NaN", "Infinity", "0x7fffffff"]) {
      const payload = JSON.stringify({ ...claimsOf({ url: urlOf("/dpop"), token }), iat: "here" }).replace(
        '"here"',
        text,
      );
      expectRefusal(await send("/dpop", token, [signed(key, JSON.stringify(headerOf(key)), payload)]), INVALID_PROOF);
    }
  });
});

describe("§4.3, 12: ath and the token's key", () => {
  it.each<[string, (token: string) => string]>([
    ["another token's", () => tokenHash("another")],
    ["the token itself", (token) => token],
    ["in hexadecimal", (token) => Buffer.from(tokenHash(token), "base64url").toString("hex")],
    ["with padding", (token) => `${tokenHash(token)}=`],
    ["in another case", (token) => tokenHash(token).toLowerCase()],
  ])("ath: %s", async (_name, ath) => {
    const token = boundToken();
    const proof = proofOf(key, { ...claimsOf({ url: urlOf("/dpop"), token }), ath: ath(token) });
    expectRefusal(await send("/dpop", token, [proof]), INVALID_PROOF);
  });

  it("a good proof by another key than the token's: the token is not the caller's (§7.1)", async () => {
    const token = boundToken(otherKey);
    expectRefusal(
      await send("/dpop", token, [proofOf(key, claimsOf({ url: urlOf("/dpop"), token }))]),
      INVALID_DPOP_TOKEN,
    );
  });

  it("somebody else's good proof does not go with one's own token", async () => {
    const theirs = boundToken(otherKey);
    const mine = boundToken();
    const stolen = proofOf(otherKey, claimsOf({ url: urlOf("/dpop"), token: theirs }));
    expectRefusal(await send("/dpop", mine, [stolen]), INVALID_DPOP_TOKEN);
  });

  it.each<[string, unknown]>([
    ["empty", ""],
    ["a number", 7],
    ["an array", ["x"]],
    ["an object", {}],
    ["false", false],
  ])("cnf.jkt %s", async (_name, jkt) => {
    const token = newToken();
    world.server.answer(token, active({ cnf: { jkt } }));
    expect((await send("/dpop", token, [proofOf(key, claimsOf({ url: urlOf("/dpop"), token }))])).status).toBe(401);
  });
});

describe("§11.1: a proof is used once", () => {
  it("a second time, also for another of the same URIs, or with another token's header", async () => {
    const token = boundToken();
    const proof = proofOf(key, claimsOf({ url: urlOf("/dpop/a"), token }));
    expect((await send("/dpop/a?one", token, [proof])).status).toBe(200);
    for (const path of ["/dpop/a?one", "/dpop/a?two", "/dpop/%61"])
      expectRefusal(await send(path, token, [proof]), INVALID_PROOF);
  });

  it("of twenty at once one passes", async () => {
    const token = boundToken();
    const proof = proofOf(key, claimsOf({ url: urlOf("/dpop"), token }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => send("/dpop", token, [proof])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expectRefusal(answer, INVALID_PROOF);
  });

  it("the same jti in a new proof is a replay; by another key it is not", async () => {
    const token = boundToken();
    const other = boundToken(otherKey);
    const claims = claimsOf({ url: urlOf("/dpop"), token });
    expect((await send("/dpop", token, [proofOf(key, claims)])).status).toBe(200);
    expectRefusal(await send("/dpop", token, [proofOf(key, { ...claims, extra: 1 })]), INVALID_PROOF);
    const theirs = { ...claimsOf({ url: urlOf("/dpop"), token: other }), jti: claims["jti"] };
    expect((await send("/dpop", other, [proofOf(otherKey, theirs)])).status).toBe(200);
  });

  it("a proof that was refused is not used up by a stranger who sends it damaged", async () => {
    const token = boundToken();
    const claims = claimsOf({ url: urlOf("/dpop"), token });
    const stranger = await newProofKey("ES256");
    const forged = `${proofOf(key, claims).split(".").slice(0, 2).join(".")}.${proofOf(stranger, claims).split(".")[2] ?? ""}`;
    expectRefusal(await send("/dpop", token, [forged]), INVALID_PROOF);
    expect((await send("/dpop", token, [proofOf(key, claims)])).status).toBe(200);
  });
});

describe("schemes and settings (§7.1, §7.2)", () => {
  it("a bound token sent as Bearer is refused, with and without a proof", async () => {
    const token = boundToken();
    expectRefusal(await send("/dpop", token, [], {}, "Bearer"), INVALID_DPOP_TOKEN);
    expectRefusal(
      await send("/dpop", token, [proofOf(key, claimsOf({ url: urlOf("/dpop"), token }))], {}, "Bearer"),
      INVALID_DPOP_TOKEN,
    );
  });

  it("an unbound token sent as DPoP is refused", async () => {
    for (const claims of [active(), active({ token_type: "Bearer" }), active({ cnf: {} })]) {
      const token = newToken();
      world.server.answer(token, claims);
      expectRefusal(
        await send("/dpop", token, [proofOf(key, claimsOf({ url: urlOf("/dpop"), token }))]),
        INVALID_DPOP_TOKEN,
      );
    }
  });

  it("an unbound token sent as Bearer passes, whatever is in DPoP", async () => {
    const answer = await world.sendToken("/dpop", active(), { headers: [["DPoP", "garbage"]] });
    expect(received(answer, "DPoP")).toEqual([]);
  });

  it("required: an unbound token is refused, and the challenge speaks DPoP from the first", async () => {
    expectRefusal(await world.sendToken("/required", active()), INVALID_DPOP_TOKEN);
    expectRefusal(await world.send("/required"), NO_DPOP_CREDENTIALS);
    expect((await sendChanged("/required", {})).status).toBe(200);
  });

  it("off: a bound token is refused, for nobody would check it (S18)", async () => {
    const token = boundToken();
    expect((await send("/off", token, [proofOf(key, claimsOf({ url: urlOf("/off"), token }))])).status).toBe(401);
    expectRefusal(await send("/off", token, [], {}, "Bearer"), INVALID_TOKEN);
  });

  it("no token at all where DPoP is not required: a Bearer challenge", async () => {
    expectRefusal(await world.send("/dpop"), NO_CREDENTIALS);
  });

  it("a token sent as DPoP that is bad gets a DPoP challenge", async () => {
    const token = newToken();
    world.server.answer(token, INACTIVE);
    expectRefusal(
      await send("/dpop", token, [proofOf(key, claimsOf({ url: urlOf("/dpop"), token }))]),
      INVALID_DPOP_TOKEN,
    );
  });

  it("a missing scope is told under the scheme that was used", async () => {
    const answer = await sendChanged("/scope", {});
    expect(answer.status).toBe(403);
    const { scheme, parameters } = challengeOf(answer);
    expect([scheme, parameters.get("error"), parameters.get("scope")]).toEqual(["DPoP", "insufficient_scope", "admin"]);
  });

  it("certificate and key: both must be proved", async () => {
    const both = { cnf: { jkt: key.thumbprint, "x5t#S256": await thumbprintOf(world.pki.client1) } };
    const url = `https://localhost:${world.gateway.httpsPort}/dpop`;
    const attempt = async (request: Request, proofKey: ProofKey | undefined): Promise<number> => {
      const token = boundToken(key, both);
      const proofs = proofKey === undefined ? [] : [proofOf(proofKey, claimsOf({ url, token }))];
      return (await send("/dpop", token, proofs, request)).status;
    };
    expect(await attempt({ identity: world.pki.client1 }, key)).toBe(200);
    expect(await attempt({ identity: world.pki.client1 }, otherKey)).toBe(401);
    expect(await attempt({ identity: world.pki.client1 }, undefined)).toBe(401);
    expect(await attempt({ identity: world.pki.client2 }, key)).toBe(401);
    expect(await attempt({ tls: true }, key)).toBe(401);
  });

  it("in a header of its own", async () => {
    const token = boundToken();
    const proof = proofOf(key, claimsOf({ url: urlOf("/x-token"), token }));
    expect(
      (
        await world.send("/x-token", {
          headers: [
            ["X-Token", `DPoP ${token}`],
            ["DPoP", proof],
          ],
        })
      ).status,
    ).toBe(200);
    expectRefusal(
      await world.send("/x-token", {
        headers: [
          ["X-Token", token],
          ["DPoP", proof],
        ],
      }),
      INVALID_DPOP_TOKEN,
    );
  });

  it("a bad proof becomes the anonymous consumer where that is wanted, and never by allow_anonymous", async () => {
    const { status } = await sendChanged("/anonymous-consumer", { htm: "POST" });
    expect(status).toBe(200);
    expectRefusal(await sendChanged("/anonymous", { htm: "POST" }), INVALID_PROOF);
  });
});

describe("the way upstream", () => {
  it("hide_credentials takes token and proof off", async () => {
    const answer = await sendChanged("/dpop", {});
    expect(receivedInAnySpelling(answer, "DPoP")).toEqual([]);
    expect(received(answer, "Authorization")).toEqual([]);
  });

  it("without it both go on", async () => {
    const token = boundToken();
    const proof = proofOf(key, claimsOf({ url: urlOf("/kept"), token }));
    const answer = await send("/kept", token, [proof]);
    expect(received(answer, "DPoP")).toEqual([proof]);
    expect(received(answer, "Authorization")).toEqual([`DPoP ${token}`]);
  });
});

describe("the log", () => {
  it("says why, without proof and token", async () => {
    const token = boundToken();
    const proof = keepSecret(proofOf(key, { ...claimsOf({ url: urlOf("/dpop"), token }), htm: "POST" }));
    await send("/dpop", token, [proof]);
    await world.waitForErrorLog(/dpop: the proof is for another method/);
    const [entry] = await world.requestLog("/dpop");
    expect(JSON.stringify(entry)).not.toContain(proof);
  });
});
