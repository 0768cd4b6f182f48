/** gRPC: a refusal has the status that Kong derives, the message alone, and the challenge (design section 5). */
import {
  connect as connectHttp2,
  constants,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { active, INACTIVE, json, text, type Claims, type Responder } from "../support/authorization-server.ts";
import { parseChallenge } from "../support/challenge.ts";
import { MESSAGES } from "../support/expectations.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";

const world = useWorld();
/** A unary method's answer: one message, without compression, of no bytes. */
const EMPTY_MESSAGE = Buffer.from([0, 0, 0, 0, 0]);
let target: Http2Server;
/** The metadata that the service got with its last call. */
let metadata: Readonly<Record<string, unknown>> = {};
const sessions = new Set<ServerHttp2Session>();

beforeAll(async () => {
  target = createServer();
  target.on("session", (session) => sessions.add(session));
  target.on("stream", (stream, headers) => {
    metadata = headers;
    stream.resume();
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(EMPTY_MESSAGE);
  });
  await new Promise<void>((done) => target.listen(0, "127.0.0.1", done));
  if (!world.gateway.capabilities.grpc) return;
  const protocols = ["grpc", "grpcs"];
  await world.reload({
    services: [
      {
        name: "grpc",
        url: `grpc://127.0.0.1:${(target.address() as AddressInfo).port}`,
        routes: [
          { name: "plain", protocols, paths: ["/plain.Service"], plugins: [world.introspection()] },
          {
            name: "strict",
            protocols,
            paths: ["/strict.Service"],
            plugins: [world.introspection({ scope: ["read"], acr_values: ["gold"] })],
          },
          {
            name: "anonymous",
            protocols,
            paths: ["/anonymous.Service"],
            plugins: [world.introspection({ allow_anonymous: true })],
          },
        ],
      },
    ],
  });
});
afterAll(() => {
  // nginx keeps its connections for a minute.
  for (const session of sessions) session.destroy();
  return new Promise<void>((done) => target.close(() => done()));
});
beforeEach((context) => context.skip(!world.gateway.capabilities.grpc, "this gateway has no gRPC"));

interface GrpcAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Calls as a gRPC client does (gRPC over HTTP/2). */
async function call(service: string, token?: string, more: Readonly<Record<string, string>> = {}): Promise<GrpcAnswer> {
  const session = connectHttp2(`http://localhost:${world.gateway.http2Port}`);
  try {
    return await new Promise<GrpcAnswer>((done, fail) => {
      session.on("error", fail);
      const stream = session.request({
        ":method": "POST",
        ":path": `/${service}/Method`,
        "content-type": "application/grpc",
        te: "trailers",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...more,
      });
      const chunks: Buffer[] = [];
      let headers: Record<string, unknown> = {};
      let trailers: Record<string, unknown> = {};
      stream.on("response", (answer) => (headers = { ...answer }));
      stream.on("trailers", (answer) => (trailers = { ...answer }));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () =>
        done({
          status: Number(headers[constants.HTTP2_HEADER_STATUS]),
          headers,
          trailers,
          body: Buffer.concat(chunks),
        }),
      );
      stream.on("error", fail);
      stream.end(EMPTY_MESSAGE);
    });
  } finally {
    session.destroy();
  }
}

async function callWith(
  service: string,
  what: Claims | Responder,
  more?: Readonly<Record<string, string>>,
): Promise<GrpcAnswer> {
  const token = newToken();
  world.server.answer(token, what);
  return call(service, token, more);
}

/** What a gRPC client makes of it: trailers, or headers alone. */
function outcome({ headers, trailers }: GrpcAnswer): { status: string; message: string } {
  const of = (name: string): string => String(trailers[name] ?? headers[name] ?? "");
  return { status: of("grpc-status"), message: decodeURIComponent(of("grpc-message")) };
}

describe("a call that may pass", () => {
  it("reaches the service with the token's claims and without the token", async () => {
    const answer = await callWith("plain.Service", active(), { "x-credential-sub": "spoofed" });
    expect([answer.status, outcome(answer).status]).toEqual([200, "0"]);
    expect(answer.body.equals(EMPTY_MESSAGE)).toBe(true);
    expect(metadata).toMatchObject({ "x-credential-sub": "alice" });
    expect(metadata).not.toHaveProperty("authorization");
  });

  it("or no token is needed", async () => {
    expect(outcome(await call("anonymous.Service")).status).toBe("0");
    expect(metadata).toMatchObject({ "x-anonymous": "true" });
  });
});

/** gRPC's codes: 7 PERMISSION_DENIED, 13 INTERNAL, 14 UNAVAILABLE, 16 UNAUTHENTICATED (gRPC's own table from HTTP). */
const REFUSED: [string, () => Promise<GrpcAnswer>, string, string, string | undefined][] = [
  ["no token", () => call("plain.Service"), "16", MESSAGES.unauthenticated, ""],
  ["a bad token", () => callWith("plain.Service", INACTIVE), "16", MESSAGES.denied, "invalid_token"],
  [
    "a scope is missing",
    () => callWith("strict.Service", active({ acr: "gold" })),
    "7",
    MESSAGES.denied,
    "insufficient_scope",
  ],
  [
    "step-up",
    () => callWith("strict.Service", active({ scope: "read" })),
    "16",
    MESSAGES.denied,
    "insufficient_user_authentication",
  ],
  ["the server is down", () => callWith("plain.Service", text("", 503)), "14", MESSAGES.unavailable, undefined],
  [
    "our credentials are wrong",
    () => callWith("plain.Service", json({ error: "invalid_client" }, 401)),
    "13",
    MESSAGES.unexpected,
    undefined,
  ],
];

describe("a refusal", () => {
  it.each(REFUSED)("%s", async (_name, ask, status, message, error) => {
    const answer = await ask();
    expect(outcome(answer)).toEqual({ status, message });
    // Design section 5: no Content-Type, for Kong would take a JSON one for an answer that is not gRPC's.
    expect(answer.headers["content-type"]).toBeUndefined();
    const challenge = answer.headers["www-authenticate"];
    if (error === undefined) return expect(challenge).toBeUndefined();
    expect(parseChallenge(String(challenge)).parameters.get("error") ?? "").toBe(error);
  });
});
