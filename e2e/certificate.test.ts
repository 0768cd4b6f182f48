/** Whose certificate counts (S12-S16, S18, S29, S31; design sections 4 and 7). */
import { beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../demo/pki.ts";
import { active } from "./support/authorization-server.ts";
import { bearer, keepConnections, received, receivedInAnySpelling, type Header } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN } from "./support/expectations.ts";
import { derBase64Of, pemOf, thumbprintOf } from "./support/pki.ts";
import { sendRaw } from "./support/raw-client.ts";
import { newToken } from "./support/secrets.ts";
import { TRUSTED_PROXY, useWorld } from "./support/world.ts";

const world = useWorld({ settings: { trusted_ips: TRUSTED_PROXY } });
const HEADER = "X-Client-Cert";

beforeAll(async () => {
  const header = { certificate_header: HEADER };
  await world.configure({
    "/bound": [world.introspection()],
    "/header": [world.introspection(header)],
    "/kept": [world.introspection({ ...header, hide_credentials: false })],
    "/verified": [
      world.mtls({ upstream_cert_header: HEADER }),
      world.introspection({ ...header, hide_credentials: false }),
    ],
    "/ours": [
      world.mtls({ upstream_cert_header: HEADER, ca_certificates: [await pemOf(world.pki.foreignCa)] }),
      world.introspection({ ...header, hide_credentials: false }),
    ],
    "/required": [world.introspection({ ...header, certificate_binding: "required" })],
    "/off": [world.introspection({ certificate_binding: "off" })],
    "/pem": [world.introspection({ ...header, certificate_header_format: "pem_urlencoded" })],
    "/rfc9440": [world.introspection({ ...header, certificate_header_format: "rfc9440" })],
    "/xfcc": [world.introspection({ ...header, certificate_header_format: "xfcc" })],
    "/der": [world.introspection({ ...header, certificate_header_format: "der_base64" })],
  });
});

/** Claims of a token that is bound to client1. */
async function boundTo(identity = world.pki.client1) {
  return active({ cnf: { "x5t#S256": await thumbprintOf(identity) } });
}

async function pemHeader(identity = world.pki.client1): Promise<Header> {
  return [HEADER, encodeURIComponent(await pemOf(identity))];
}

describe("the certificate of the TLS handshake", () => {
  it("passes with the token that is bound to it", async () => {
    expect((await world.sendToken("/bound", await boundTo(), { identity: world.pki.client1 })).status).toBe(200);
  });

  it("is refused with a token that is bound to another", async () => {
    expectRefusal(await world.sendToken("/bound", await boundTo(), { identity: world.pki.client2 }), INVALID_TOKEN);
  });

  it("is missing: refused, over TLS and without it", async () => {
    expectRefusal(await world.sendToken("/bound", await boundTo(), { tls: true }), INVALID_TOKEN);
    expectRefusal(await world.sendToken("/bound", await boundTo()), INVALID_TOKEN);
  });

  it("need not be of a known authority: possession is what counts (S15)", async () => {
    const { selfSigned, foreignClient } = world.pki;
    for (const identity of [selfSigned, foreignClient]) {
      expect((await world.sendToken("/bound", await boundTo(identity), { identity })).status).toBe(200);
    }
  });

  it("is compared on every request, cached or not (S14)", async () => {
    const { client1, client2 } = world.pki;
    const { token } = await world.sendToken("/bound", await boundTo(), { identity: client1 });
    expectRefusal(await world.send("/bound", { identity: client2, headers: [bearer(token)] }), INVALID_TOKEN);
    expectRefusal(await world.send("/bound", { headers: [bearer(token)] }), INVALID_TOKEN);
    expect((await world.send("/bound", { identity: client1, headers: [bearer(token)] })).status).toBe(200);
    expect(world.server.asked(token)).toBe(1);
  });

  it("counts for every request of a kept connection", async () => {
    const connections = keepConnections();
    try {
      const options = { identity: world.pki.client1, connections };
      const { token } = await world.sendToken("/bound", await boundTo(), options);
      for (let i = 0; i < 3; i += 1) {
        expect((await world.send("/bound", { ...options, headers: [bearer(token)] })).status).toBe(200);
        expectRefusal(await world.sendToken("/bound", await boundTo(world.pki.client2), options), INVALID_TOKEN);
      }
    } finally {
      connections.close();
    }
  });

  it("counts on a resumed TLS session", async () => {
    const identity = world.pki.client1;
    const first = await world.sendToken("/bound", await boundTo(), { identity });
    const session = first.sessions.at(-1);
    expect(session).toBeDefined();
    const again = await world.sendToken("/bound", await boundTo(), { identity, session });
    expect([again.resumed, again.status]).toEqual([true, 200]);
    const other = await world.sendToken("/bound", await boundTo(world.pki.client2), { identity, session });
    expectRefusal(other, INVALID_TOKEN);
  });

  it.each(["", "=", "A".repeat(43)])("a thumbprint that is none is refused: %j", async (thumbprint) => {
    const claims = active({ cnf: { "x5t#S256": thumbprint } });
    expectRefusal(await world.sendToken("/bound", claims, { identity: world.pki.client1 }), INVALID_TOKEN);
  });

  it("hexadecimal, SHA-1 or padded is not what RFC 8705 §3.1 says", async () => {
    const right = await thumbprintOf(world.pki.client1);
    const wrong = [
      `${right}=`,
      Buffer.from(right, "base64url").toString("hex"),
      right.toLowerCase(),
      right.slice(0, -1),
    ];
    for (const thumbprint of wrong) {
      const claims = active({ cnf: { "x5t#S256": thumbprint } });
      expectRefusal(await world.sendToken("/bound", claims, { identity: world.pki.client1 }), INVALID_TOKEN);
    }
  });
});

describe("certificate_binding", () => {
  it("required refuses a token that is not bound, or bound in a way nobody knows (S18)", async () => {
    const identity = world.pki.client1;
    for (const cnf of [undefined, null, {}, { unknown: "x" }]) {
      expectRefusal(await world.sendToken("/required", active({ cnf }), { identity }), INVALID_TOKEN);
    }
    expect((await world.sendToken("/required", await boundTo(), { identity })).status).toBe(200);
  });

  it("an unknown member of cnf beside a known one is passed over (S18)", async () => {
    const thumbprint = await thumbprintOf(world.pki.client1);
    const claims = active({ cnf: { "x5t#S256": thumbprint, "kc-jkt-type": 1 }, token_type: "DPoP" });
    expect((await world.sendToken("/required", claims, { identity: world.pki.client1 })).status).toBe(200);
  });

  it("off compares nothing", async () => {
    expect((await world.sendToken("/off", await boundTo())).status).toBe(200);
  });
});

describe("certificate_header from a trusted peer", () => {
  const proxy = { from: TRUSTED_PROXY };

  it("counts, and does not reach the upstream", async () => {
    const answer = await world.sendToken("/header", await boundTo(), { ...proxy, headers: [await pemHeader()] });
    expect(answer.status).toBe(200);
    expect(receivedInAnySpelling(answer, HEADER)).toEqual([]);
  });

  it("reaches the upstream where hide_credentials is off", async () => {
    const header = await pemHeader();
    const answer = await world.sendToken("/kept", await boundTo(), { ...proxy, headers: [header] });
    expect(received(answer, HEADER)).toEqual([header[1]]);
  });

  it("is not taken off the upstream request by the header Connection, where it is to stay", async () => {
    const headers: Header[] = [await pemHeader(), ["Connection", `close, ${HEADER}`]];
    const kept = await world.sendToken("/kept", await boundTo(), { ...proxy, headers });
    expect(kept.status).toBe(400);
    expect((await world.sendToken("/header", await boundTo(), { ...proxy, headers })).status).toBe(200);
  });

  it("wins over the handshake: the proxy may have a certificate of its own", async () => {
    const identity = world.pki.client2;
    const headers = [await pemHeader()];
    expect((await world.sendToken("/header", await boundTo(), { ...proxy, identity, headers })).status).toBe(200);
    const other = await boundTo(world.pki.client2);
    expectRefusal(await world.sendToken("/header", other, { ...proxy, identity, headers }), INVALID_TOKEN);
  });

  it("absent, the handshake counts", async () => {
    const request = { ...proxy, identity: world.pki.client1 };
    expect((await world.sendToken("/header", await boundTo(), request)).status).toBe(200);
  });

  it("of another client is refused", async () => {
    const headers = [await pemHeader(world.pki.client2)];
    expectRefusal(await world.sendToken("/header", await boundTo(), { ...proxy, headers }), INVALID_TOKEN);
  });

  it("twice, in both spellings, too long, or no certificate: refused", async () => {
    const [, value] = await pemHeader();
    const good: Header[] = [[HEADER, value]];
    expect((await world.sendToken("/header", await boundTo(), { ...proxy, headers: good })).status).toBe(200);
    const bad: Header[][] = [
      [
        [HEADER, value],
        [HEADER, value],
      ],
      [
        [HEADER, value],
        ["X_Client_Cert", value],
      ],
      [[HEADER, `${value}${"%20".repeat(6000)}`]],
      [[HEADER, "no certificate"]],
      [[HEADER, "%"]],
      [[HEADER, ""]],
      [[HEADER, value.slice(0, 300)]],
    ];
    for (const headers of bad) {
      const answer = await world.sendToken("/header", await boundTo(), { ...proxy, headers });
      // Over the gateway's own limit for a header nginx itself refuses.
      expect([400, 401]).toContain(answer.status);
    }
  });

  it.each(["/header", "/pem"])("URL-encoded PEM: %s", async (path) => {
    const headers = [await pemHeader()];
    expect((await world.sendToken(path, await boundTo(), { ...proxy, headers })).status).toBe(200);
  });

  it("of a certificate whose DER is a multiple of 48 bytes, so that its last line of PEM is full", async () => {
    const { fullLines } = world.pki;
    const headers = [await pemHeader(fullLines)];
    expect((await world.sendToken("/header", await boundTo(fullLines), { ...proxy, headers })).status).toBe(200);
  });

  it.each(["/header", "/rfc9440"])("RFC 9440 (S29): %s", async (path) => {
    const headers: Header[] = [[HEADER, `:${await derBase64Of(world.pki.client1)}:`]];
    expect((await world.sendToken(path, await boundTo(), { ...proxy, headers })).status).toBe(200);
  });

  it.each(["/header", "/der"])("Base64 of the DER: %s", async (path) => {
    const headers: Header[] = [[HEADER, await derBase64Of(world.pki.client1)]];
    expect((await world.sendToken(path, await boundTo(), { ...proxy, headers })).status).toBe(200);
  });

  it.each(["/header", "/xfcc"])(
    "Envoy's X-Forwarded-Client-Cert, of which the last element counts: %s",
    async (path) => {
      const element = async (identity = world.pki.client1) =>
        `By=spiffe://proxy;Cert="${encodeURIComponent(await pemOf(identity))}";Subject="CN=a,b"`;
      const good = `${await element(world.pki.client2)},${await element()}`;
      const bad = `${await element()},${await element(world.pki.client2)}`;
      expect((await world.sendToken(path, await boundTo(), { ...proxy, headers: [[HEADER, good]] })).status).toBe(200);
      expectRefusal(
        await world.sendToken(path, await boundTo(), { ...proxy, headers: [[HEADER, bad]] }),
        INVALID_TOKEN,
      );
    },
  );

  it("a format that was not configured is refused", async () => {
    const headers: Header[] = [[HEADER, `:${await derBase64Of(world.pki.client1)}:`]];
    expectRefusal(await world.sendToken("/pem", await boundTo(), { ...proxy, headers }), INVALID_TOKEN);
  });
});

describe("certificate_header from anybody else", () => {
  it("is never read, whatever its spelling, and never reaches the upstream", async () => {
    const [, value] = await pemHeader();
    for (const name of [HEADER, "x_client_cert", "X-CLIENT-CERT"]) {
      const headers: Header[] = [[name, value]];
      expectRefusal(await world.sendToken("/header", await boundTo(), { headers }), INVALID_TOKEN);
      const other = { identity: world.pki.client2, headers };
      expectRefusal(await world.sendToken("/header", await boundTo(), other), INVALID_TOKEN);
      expect(receivedInAnySpelling(await world.sendToken("/header", active(), { headers }), HEADER)).toEqual([]);
      expect(receivedInAnySpelling(await world.sendToken("/kept", active(), { headers }), HEADER)).toEqual([]);
    }
  });

  it("does not become trusted by naming a trusted address", async () => {
    const headers: Header[] = [await pemHeader(), ["X-Forwarded-For", TRUSTED_PROXY], ["X-Real-IP", TRUSTED_PROXY]];
    expectRefusal(await world.sendToken("/header", await boundTo(), { headers }), INVALID_TOKEN);
  });

  it("nor does a trusted peer's client by naming itself: the peer is the TCP peer", async () => {
    const token = newToken();
    world.server.answer(token, await boundTo());
    const [, value] = await pemHeader();
    const lines = ["GET /header HTTP/1.1", "Host: localhost", "Connection: close", `Authorization: Bearer ${token}`];
    const request = [...lines, `X-Real-IP: 192.0.2.1`, `${HEADER}: ${value}`, "", ""].join("\r\n");
    expect((await sendRaw(world.gateway.httpPort, request, TRUSTED_PROXY)).status).toBe(200);
  });
});

describe("certificate_header of the handshake's certificate, where hide_credentials is off", () => {
  const kept = async (path: string, identity: Identity, headers: Header[] = []) =>
    receivedInAnySpelling(await world.sendToken(path, active(), { identity, headers }), HEADER);

  it("goes on where mtls-auth has put it there, by nginx's word or by ca_certificates", async () => {
    const { client1, foreignClient } = world.pki;
    expect(await kept("/verified", client1)).toEqual([(await pemHeader(client1))[1]]);
    expect(await kept("/ours", foreignClient)).toEqual([(await pemHeader(foreignClient))[1]]);
  });

  it("is taken away where a client wrote it there and nobody knows who issued it (S30, S35)", async () => {
    for (const identity of [world.pki.selfSigned, world.pki.foreignClient]) {
      const [, value] = await pemHeader(identity);
      for (const name of [HEADER, "x-client-cert", "X_Client_Cert"]) {
        expect(await kept("/kept", identity, [[name, value]])).toEqual([]);
      }
    }
  });
});
