/** The same over HTTP/2, gRPC, HTTP/1.0 and a WebSocket upgrade (design section 5). */
import { beforeAll, describe, expect, it } from "vitest";
import type { Echo } from "../demo/upstream.ts";
import { active, INACTIVE, text, type Claims, type Responder } from "./support/authorization-server.ts";
import { needs } from "./support/capability.ts";
import { parseChallenge } from "./support/challenge.ts";
import { refusalBody, MESSAGES } from "./support/expectations.ts";
import { grpcStatusOf, Http2Client, type Http2Answer } from "./support/http2-client.ts";
import { thumbprintOf } from "./support/pki.ts";
import { sendRaw } from "./support/raw-client.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

beforeAll(() =>
  world.configure({
    "/api": [world.introspection()],
    "/scope": [world.introspection({ scope: ["read"] })],
    "/anonymous": [world.introspection({ allow_anonymous: true })],
    "/mtls": [world.mtls({ upstream_cert_cn_header: "X-CN" })],
  }),
);

/** A connection over HTTP/2 with TLS, for as long as it is used. */
async function overHttp2<T>(use: (client: Http2Client) => Promise<T>, identity = world.pki.client1): Promise<T> {
  const client = Http2Client.withTls(world.gateway.httpsPort, world.pki.ca.certificate, identity);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

function withToken(what: Claims | Responder): Record<string, string> {
  const token = newToken();
  world.server.answer(token, what);
  return { authorization: `Bearer ${token}` };
}

describe("HTTP/2", () => {
  it("passes and refuses as over HTTP/1.1", async (context) => {
    needs(context, world, "http2");
    const cnf = { "x5t#S256": await thumbprintOf(world.pki.client1) };
    const good = await overHttp2((client) => client.send("/api/x", withToken(active({ cnf }))));
    expect(good.headers[":status"]).toBe(200);
    expect((JSON.parse(good.body) as Echo).headers).toContainEqual(["X-Credential-Sub", "alice"]);
    const bad = await overHttp2((client) => client.send("/api/x", withToken(active({ cnf }))), world.pki.client2);
    expect([bad.headers[":status"], bad.body]).toEqual([401, refusalBody(401, MESSAGES.denied)]);
    const { scheme, parameters } = parseChallenge(String(bad.headers["www-authenticate"]));
    expect([scheme, parameters.get("error")]).toEqual(["Bearer", "invalid_token"]);
  });

  it("many requests of one connection are each judged by themselves", async (context) => {
    needs(context, world, "http2");
    const statuses = await overHttp2((client) =>
      Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const { headers } = await client.send("/api/x", withToken(index % 2 === 0 ? active() : INACTIVE));
          return headers[":status"];
        }),
      ),
    );
    expect(statuses).toEqual(statuses.map((_, index) => (index % 2 === 0 ? 200 : 401)));
  });

  it("clears spoofed headers, in lower case as HTTP/2 has them", async (context) => {
    needs(context, world, "http2");
    const lies = {
      "x-credential-sub": "spoofed",
      x_credential_sub: "spoofed",
      "x-anonymous": "spoofed",
      "x-credential-other": ["spoofed", "spoofed"],
    };
    const answer = await overHttp2((client) => client.send("/api/x", { ...withToken(active()), ...lies }));
    expect(answer.headers[":status"]).toBe(200);
    expect(answer.body).not.toContain("spoofed");
  });

  it("mtls-auth reads the connection's certificate", async (context) => {
    needs(context, world, "http2");
    const answer = await overHttp2((client) => client.send("/mtls/x"));
    expect((JSON.parse(answer.body) as Echo).headers).toContainEqual(["X-CN", "client1"]);
    const refused = await overHttp2((client) => client.send("/mtls/x"), world.pki.foreignClient);
    expect(refused.headers[":status"]).toBe(401);
  });
});

describe("gRPC: the refusal is a grpc-status, and the message is plain", () => {
  const GRPC = { "content-type": "application/grpc", te: "trailers" };

  async function call(path: string, headers: Record<string, string>): Promise<Http2Answer> {
    const client = Http2Client.withoutTls(world.gateway.http2Port);
    try {
      return await client.send(path, { ...GRPC, ...headers }, Buffer.from([0, 0, 0, 0, 0]));
    } finally {
      client.close();
    }
  }

  // https://grpc.github.io/grpc/core/md_doc_statuscodes.html: UNAUTHENTICATED 16, PERMISSION_DENIED 7, UNAVAILABLE 14.
  it.each<[string, string, Claims | Responder | undefined, string]>([
    ["no token", "/api/x", undefined, "16"],
    ["a bad token", "/api/x", INACTIVE, "16"],
    ["a missing scope", "/scope/x", active(), "7"],
    ["the server is unavailable", "/api/x", text("", 503), "14"],
  ])("%s", async (_name, path, what, status) => {
    const answer = await call(path, what === undefined ? {} : withToken(what));
    expect(grpcStatusOf(answer)).toBe(status);
    expect(answer.body).not.toContain('"error"');
  });
});

describe("gRPC's content type over HTTP/1.1 is no gRPC", () => {
  it.each(["application/grpc", "application/grpc-web+proto"])("%s: the refusal is as all others", async (type) => {
    const { status, text: answer } = await sendRaw(
      world.gateway.httpPort,
      `POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBe(401);
    expect(answer).toMatch(/^content-type: application\/json\b/im);
    expect(answer).toContain(refusalBody(401, MESSAGES.unauthenticated));
  });
});

describe("HTTP/1.0", () => {
  it("is refused as others are", async () => {
    const { status, text: head } = await sendRaw(
      world.gateway.httpPort,
      "GET /api/x HTTP/1.0\r\nHost: localhost\r\n\r\n",
    );
    expect(status).toBe(401);
    expect(head).toContain(refusalBody(401, MESSAGES.unauthenticated));
  });
});

describe("an upgrade to WebSocket", () => {
  const lines = [
    "Host: localhost",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];

  it("needs a token like anything else", async () => {
    const request = [
      "GET /api/x HTTP/1.1",
      ...lines.map((line) => (line === "Connection: Upgrade" ? "Connection: Upgrade, close" : line)),
      "",
      "",
    ];
    const { status } = await sendRaw(world.gateway.httpPort, request.join("\r\n"));
    expect(status).toBe(401);
  });
});
