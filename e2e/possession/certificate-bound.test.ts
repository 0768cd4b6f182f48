/** Certificate-bound tokens (RFC 8705 §3): what `cnf` may hold, and the certificate of the TLS handshake. */
import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../../demo/pki.ts";
import { active } from "../support/authorization-server.ts";
import { bearer, echoOf, received } from "../support/client.ts";
import { expectRefusal, INVALID_TOKEN } from "../support/expectations.ts";
import { pemOf, thumbprintOf } from "../support/pki.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";
import { certificates, type Certificates } from "./support/certificates.ts";
import { connectionsOver, http2To } from "./support/connections.ts";

const world = useWorld();
let more: Certificates;
let one: string;
let two: string;

beforeAll(async () => {
  more = await certificates();
  one = await thumbprintOf(world.pki.client1);
  two = await thumbprintOf(world.pki.client2);
  await world.configure({
    "/when-bound": [world.introspection()],
    "/required": [world.introspection({ certificate_binding: "required" })],
    "/off": [world.introspection({ certificate_binding: "off" })],
    "/scoped": [world.introspection({ scope: ["admin"] })],
    "/mtls-first": [
      world.mtls({ upstream_cert_header: "X-Client-Cert" }),
      world.introspection({ certificate_header: "X-Client-Cert" }),
    ],
    "/mtls-kept": [
      world.mtls({ upstream_cert_header: "X-Client-Cert" }),
      world.introspection({ certificate_header: "X-Client-Cert", hide_credentials: false }),
    ],
  });
});

function boundTo(thumbprint: unknown, cnf: object = {}): Record<string, unknown> {
  return active({ cnf: { "x5t#S256": thumbprint, ...cnf } });
}

type Cnf = (thumbprint: string) => unknown;
const MODES = ["/when-bound", "/required", "/off"] as const;

/** Which modes let a token with this `cnf` pass, when client1 brings it. */
const TABLE: [string, Cnf, readonly string[]][] = [
  ["no cnf", () => undefined, ["/when-bound", "/off"]],
  ["cnf null", () => null, ["/when-bound", "/off"]],
  ["an empty cnf", () => ({}), ["/when-bound", "/off"]],
  ["the caller's certificate", (own) => ({ "x5t#S256": own }), MODES],
  [
    "the caller's certificate and members nobody knows (S18)",
    (own) => ({ "x5t#S256": own, "kc-jkt-type": "x", kid: "a" }),
    MODES,
  ],
  ["only members nobody knows (S18)", () => ({ kid: "a", jwk: { kty: "EC" } }), ["/when-bound", "/off"]],
  ["x5t, SHA-1, is not x5t#S256", () => ({ x5t: "A".repeat(27) }), ["/when-bound", "/off"]],
  ["another spelling of the name", (own) => ({ "x5t#s256": own }), ["/when-bound", "/off"]],
  ["another certificate", () => ({ "x5t#S256": randomBytes(32).toString("base64url") }), ["/off"]],
  ["the thumbprint with padding", (own) => ({ "x5t#S256": `${own}=` }), ["/off"]],
  [
    "the thumbprint in another alphabet",
    (own) => ({ "x5t#S256": Buffer.from(own, "base64url").toString("hex") }),
    ["/off"],
  ],
  ["the thumbprint in another case", (own) => ({ "x5t#S256": own.toUpperCase() }), ["/off"]],
  ["a space behind the thumbprint", (own) => ({ "x5t#S256": `${own} ` }), ["/off"]],
  ["the beginning of the thumbprint", (own) => ({ "x5t#S256": own.slice(0, 42) }), ["/off"]],
  ["a thumbprint that is null", () => ({ "x5t#S256": null }), ["/when-bound", "/off"]],
  ["a thumbprint that is empty", () => ({ "x5t#S256": "" }), []],
  ["a thumbprint that is a number", () => ({ "x5t#S256": 7 }), []],
  ["a thumbprint that is false", () => ({ "x5t#S256": false }), []],
  ["a thumbprint in an array", (own) => ({ "x5t#S256": [own] }), []],
  ["a thumbprint in an object", (own) => ({ "x5t#S256": { value: own } }), []],
  ["a cnf that is a string", (own) => own, []],
  ["a cnf that is an array", (own) => [{ "x5t#S256": own }], []],
  ["a cnf that is a number", () => 7, []],
  ["a cnf that is true", () => true, []],
  ["the thumbprint beside cnf (S14: cnf holds it)", () => undefined, ["/when-bound", "/off"]],
];

describe.each(MODES)("certificate_binding of %s", (path) => {
  it.each(TABLE)("%s", async (name, cnf, passing) => {
    const beside = name.startsWith("the thumbprint beside") ? { "x5t#S256": one } : {};
    const answer = await world.sendToken(path, active({ cnf: cnf(one), ...beside }), { identity: world.pki.client1 });
    if (passing.includes(path)) expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
    else expectRefusal(answer, INVALID_TOKEN);
  });
});

describe("cnf with both members: both must be proved", () => {
  it("the certificate alone is not enough where a key is named too (RFC 9449 §7.2)", async () => {
    const jkt = randomBytes(32).toString("base64url");
    const answer = await world.sendToken("/when-bound", boundTo(one, { jkt }), { identity: world.pki.client1 });
    expect(answer.status).toBe(401);
  });

  it("token_type DPoP beside x5t#S256 is Keycloak's: the certificate counts (S18)", async () => {
    const claims = { ...boundTo(one), token_type: "DPoP" };
    expect((await world.sendToken("/when-bound", claims, { identity: world.pki.client1 })).status).toBe(200);
    expectRefusal(await world.sendToken("/when-bound", claims, { identity: world.pki.client2 }), INVALID_TOKEN);
  });
});

describe("whose certificate it is", () => {
  const good: [string, () => Identity][] = [
    ["of our authority", () => world.pki.client1],
    ["self-signed (S15)", () => world.pki.selfSigned],
    ["of a foreign authority", () => world.pki.foreignClient],
    ["below an intermediate, sent along", () => more.withIntermediate],
    ["below an intermediate, not sent along", () => more.belowIntermediate],
    ["that does not say what it is for", () => more.forAnything],
  ];
  it.each(good)("%s: passes as its owner, and nobody else does", async (_name, identity) => {
    const claims = boundTo(await thumbprintOf(identity()));
    expect((await world.sendToken("/required", claims, { identity: identity() })).status).toBe(200);
    expectRefusal(await world.sendToken("/required", claims, { identity: world.pki.client2 }), INVALID_TOKEN);
    expectRefusal(await world.sendToken("/required", claims, { tls: true }), INVALID_TOKEN);
    expectRefusal(await world.sendToken("/required", claims), INVALID_TOKEN);
  });

  it.each<[string, () => Identity]>([
    ["expired", () => more.expired],
    ["not yet valid", () => more.notYetValid],
    ["for servers only", () => more.forServers],
  ])("%s: nginx itself answers 400, before any plugin, also with optional_no_ca", async (_name, identity) => {
    const answer = await world.sendToken("/off", active(), { identity: identity() });
    expect(answer.status).toBe(400);
    expect(world.server.asked(answer.token)).toBe(0);
  });

  it("a certificate with the same name from another authority is another certificate", async () => {
    expectRefusal(
      await world.sendToken("/required", boundTo(one), { identity: world.pki.foreignClient }),
      INVALID_TOKEN,
    );
  });

  it("the intermediate that is sent along is not the caller's certificate", async () => {
    const claims = boundTo(await thumbprintOf(more.intermediate));
    expectRefusal(await world.sendToken("/required", claims, { identity: more.withIntermediate }), INVALID_TOKEN);
  });

  it("is asked before what the token allows: another's token tells nothing of its scopes", async () => {
    expectRefusal(await world.sendToken("/scoped", boundTo(two), { identity: world.pki.client1 }), INVALID_TOKEN);
  });
});

describe("S14: compared on every request, cached or not", () => {
  it("a token that passed for its owner does not pass from the cache for another", async () => {
    const { client1, client2 } = world.pki;
    const { token } = await world.sendToken("/required", boundTo(one), { identity: client1 });
    expectRefusal(await world.send("/required", { identity: client2, headers: [bearer(token)] }), INVALID_TOKEN);
    expect((await world.send("/required", { identity: client1, headers: [bearer(token)] })).status).toBe(200);
    expect(world.server.asked(token)).toBe(1);
  });
});

describe("one connection, many tokens", () => {
  it("HTTP/1.1, kept alive: each token is held against the connection's certificate", async () => {
    const connections = connectionsOver({ version: "TLSv1.3", tickets: true });
    const { client1: identity } = world.pki;
    try {
      for (let round = 0; round < 20; round += 1) {
        const mine = await world.sendToken("/required", boundTo(one), { identity, connections });
        expect(mine.status).toBe(200);
        expectRefusal(await world.sendToken("/required", boundTo(two), { identity, connections }), INVALID_TOKEN);
        expectRefusal(await world.sendToken("/required", active(), { identity, connections }), INVALID_TOKEN);
      }
    } finally {
      connections.close();
    }
  });

  it("connections of several clients side by side are not mixed up", async () => {
    const clients = [
      { identity: world.pki.client1, thumbprint: one },
      { identity: world.pki.client2, thumbprint: two },
      { identity: world.pki.selfSigned, thumbprint: await thumbprintOf(world.pki.selfSigned) },
    ].map((client) => ({ ...client, connections: connectionsOver({ version: "TLSv1.3", tickets: true }) }));
    try {
      for (let round = 0; round < 10; round += 1) {
        const answers = clients.flatMap(({ identity, connections }) =>
          clients.map(({ thumbprint }) => world.sendToken("/required", boundTo(thumbprint), { identity, connections })),
        );
        const statuses = (await Promise.all(answers)).map(({ status }) => status);
        expect(statuses).toEqual([200, 401, 401, 401, 200, 401, 401, 401, 200]);
      }
    } finally {
      for (const { connections } of clients) connections.close();
    }
  });

  it("HTTP/2: two hundred streams of one connection", async () => {
    const connection = await http2To(world.gateway.httpsPort, world.pki.ca.certificate, world.pki.client1);
    try {
      const wanted = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? one : two));
      const answers = await Promise.all(
        wanted.map((thumbprint) => {
          const token = newToken();
          world.server.answer(token, boundTo(thumbprint));
          return connection.send("/required", [bearer(token)]);
        }),
      );
      expect(answers.map(({ status }) => status)).toEqual(wanted.map((thumbprint) => (thumbprint === one ? 200 : 401)));
    } finally {
      connection.close();
    }
  });

  it("HTTP/2 without a certificate", async () => {
    const connection = await http2To(world.gateway.httpsPort, world.pki.ca.certificate);
    try {
      const token = newToken();
      world.server.answer(token, boundTo(one));
      expect((await connection.send("/required", [bearer(token)])).status).toBe(401);
    } finally {
      connection.close();
    }
  });
});

describe("the predecessors' pair: mtls-auth hands its header to token-introspection", () => {
  it.each(["/mtls-first", "/mtls-kept"])(
    "%s: the handshake's certificate counts, whatever the client writes there",
    async (path) => {
      const spoofed = encodeURIComponent(await pemOf(world.pki.client2));
      const headers = [
        ["X-Client-Cert", spoofed],
        ["X_Client_Cert", spoofed],
      ] as const;
      const mine = await world.sendToken(path, boundTo(one), { identity: world.pki.client1, headers });
      expect(mine.status).toBe(200);
      const seen = echoOf(mine).headers.filter(([name]) => /^x[-_]client[-_]cert$/i.test(name));
      expect(seen.map(([name]) => name.toLowerCase())).toEqual(path === "/mtls-kept" ? ["x-client-cert"] : []);
      expect(seen.map(([, value]) => value)).not.toContain(spoofed);
      expectRefusal(await world.sendToken(path, boundTo(two), { identity: world.pki.client1, headers }), INVALID_TOKEN);
    },
  );
});
