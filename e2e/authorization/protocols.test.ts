/** HTTP/2, WebSocket, HEAD and large uploads (design section 5; RFC 9113, RFC 6455). */
import { createHash, randomBytes } from "node:crypto";
import { connect, constants, type ClientHttp2Session, type OutgoingHttpHeaders } from "node:http2";
import { request as requestHttp, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { active, INACTIVE } from "../support/authorization-server.ts";
import { bearer, valuesOf } from "../support/client.ts";
import { MESSAGES, refusalBody } from "../support/expectations.ts";
import { newToken } from "../support/secrets.ts";
import { thumbprintOf } from "../support/pki.ts";
import { until } from "../support/until.ts";
import { useWorld } from "../support/world.ts";
import { useService } from "./service.ts";
import type { Echo } from "../../demo/upstream.ts";

const world = useWorld();

/** Bytes of each upload that have arrived so far, by path. */
const arrived = new Map<string, number>();

const service = useService((request, response) => {
  const path = request.url ?? "";
  arrived.set(path, 0);
  request.on("data", (chunk: Buffer) => arrived.set(path, (arrived.get(path) ?? 0) + chunk.length));
  request.on("end", () => response.end(String(arrived.get(path))));
});

/** Speaks the little of RFC 6455 that shows that bytes go both ways: it takes the handshake, then echoes. */
beforeAll(() => {
  service.server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    const seen = `X-Seen-Sub: ${request.headers["x-credential-sub"] ?? ""}\r\nX-Seen-Authorization: ${request.headers.authorization ?? ""}\r\n`;
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${seen}Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
});

beforeAll(() => {
  const places = { token_query_arg: "access_token", token_body_arg: "access_token", token_cookie: "token" };
  const route = (name: string, config: Readonly<Record<string, unknown>> = {}, more: object = {}): object => ({
    name,
    paths: [`/${name}`],
    plugins: [world.introspection(config)],
    ...more,
  });
  return world.reload({
    services: [
      {
        name: "echo",
        url: `http://127.0.0.1:${world.upstream.port}`,
        routes: [route("plain"), route("places", places), route("required", { certificate_binding: "required" })],
      },
      {
        name: "service",
        url: service.url,
        routes: [
          route("socket", places),
          route("upload", {}, { request_buffering: false }),
          route("upload-body", places, { request_buffering: false }),
        ],
      },
    ],
  });
});

interface Http2Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Http2Answer> {
  return new Promise((done, fail) => {
    const stream = session.request(headers, { endStream: body === undefined });
    let received: Record<string, unknown> = {};
    let text = "";
    stream.setEncoding("utf8");
    stream.on("response", (answer) => (received = { ...answer }));
    stream.on("data", (chunk: string) => (text += chunk));
    stream.on("end", () =>
      done({ status: Number(received[constants.HTTP2_HEADER_STATUS]), headers: received, body: text }),
    );
    stream.on("error", fail);
    if (body !== undefined) stream.end(body);
  });
}

type Kind = "over TLS" | "in clear";

async function withSession<T>(
  kind: Kind,
  use: (session: ClientHttp2Session) => Promise<T>,
  certificate = false,
): Promise<T> {
  const { client1, ca } = world.pki;
  const identity = certificate ? { cert: readFileSync(client1.certificate), key: readFileSync(client1.key) } : {};
  const session =
    kind === "over TLS"
      ? connect(`https://localhost:${world.gateway.httpsPort}`, { ca: readFileSync(ca.certificate), ...identity })
      : connect(`http://localhost:${world.gateway.http2Port}`);
  try {
    // A session that breaks fails its requests; this only keeps the process from ending.
    session.on("error", () => undefined);
    return await use(session);
  } finally {
    session.destroy();
  }
}

function echo(answer: Http2Answer): Echo {
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body) as Echo;
}

function valueOf(received: Echo, name: string): string | undefined {
  return received.headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

describe.each<Kind>(["over TLS", "in clear"])("HTTP/2 %s", (kind) => {
  beforeEach((context) => {
    const { capabilities, http2Port } = world.gateway;
    context.skip(!capabilities.http2 || http2Port === undefined, "this gateway has no HTTP/2");
  });

  it("a good token passes, and several requests share a connection", async () => {
    const tokens = Array.from({ length: 5 }, newToken);
    tokens.forEach((token, index) => world.server.answer(token, active({ sub: `user-${index}` })));
    await withSession(kind, async (session) => {
      const answers = await Promise.all(
        tokens.map((token) => ask(session, { ":path": "/plain", authorization: `bearer ${token}` })),
      );
      answers.forEach((answer, index) => {
        expect(valueOf(echo(answer), "X-Credential-Sub")).toBe(`user-${index}`);
        expect(valueOf(echo(answer), "Authorization")).toBeUndefined();
      });
    });
  });

  it("a refusal is the same", async () => {
    await withSession(kind, async (session) => {
      const none = await ask(session, { ":path": "/plain" });
      expect(none).toMatchObject({ status: 401, body: refusalBody(401, MESSAGES.unauthenticated) });
      expect(none.headers["www-authenticate"]).toBe('Bearer realm="service"');
      const token = newToken();
      world.server.answer(token, INACTIVE);
      const bad = await ask(session, { ":path": "/plain", authorization: `Bearer ${token}` });
      expect(bad).toMatchObject({ status: 401, body: refusalBody(401, MESSAGES.denied) });
    });
  });

  it("spoofed headers are cleared", async () => {
    const token = newToken();
    world.server.answer(token, active());
    await withSession(kind, async (session) => {
      const headers = {
        ":path": "/plain",
        authorization: `Bearer ${token}`,
        "x-credential-sub": "spoofed",
        x_credential_sub: "spoofed",
        "x-anonymous": "spoofed",
      };
      expect(JSON.stringify(echo(await ask(session, headers)))).not.toContain("spoofed");
    });
  });

  it("cookies in several fields (RFC 9113 §8.2.3) are read, and the others stay", async () => {
    const token = newToken();
    world.server.answer(token, active());
    await withSession(kind, async (session) => {
      const answer = await ask(session, { ":path": "/places", cookie: ["a=1", `token=${token}`, "b=2"] });
      expect(valueOf(echo(answer), "Cookie")).toBe("a=1; b=2");
    });
  });

  it("a form without a length is read", async () => {
    const token = newToken();
    world.server.answer(token, active());
    await withSession(kind, async (session) => {
      const headers = { ":path": "/places", ":method": "POST", "content-type": "application/x-www-form-urlencoded" };
      expect(echo(await ask(session, headers, `a=1&access_token=${token}&b=2`)).body).toBe("a=1&b=2");
    });
  });
});

describe("HTTP/2 and certificates", () => {
  it("a token is bound to the connection's certificate (RFC 8705 §3)", async (context) => {
    context.skip(!world.gateway.capabilities.http2, "this gateway has no HTTP/2");
    const token = newToken();
    world.server.answer(token, active({ cnf: { "x5t#S256": await thumbprintOf(world.pki.client1) } }));
    const call = (session: ClientHttp2Session): Promise<Http2Answer> =>
      ask(session, { ":path": "/required", authorization: `Bearer ${token}` });
    expect((await withSession("over TLS", call, true)).status).toBe(200);
    expect((await withSession("over TLS", call)).status).toBe(401);
  });
});

interface Upgraded {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** What came back of the bytes sent behind the handshake; undefined without an upgrade. */
  readonly echoed: string | undefined;
}

function upgrade(path: string, headers: Readonly<Record<string, string>>): Promise<Upgraded> {
  return new Promise((done, fail) => {
    const outgoing = requestHttp({
      host: "127.0.0.1",
      port: world.gateway.httpPort,
      path,
      agent: false,
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        ...headers,
      },
    });
    outgoing.once("error", fail);
    outgoing.once("response", (response) => {
      response.resume();
      response.once("end", () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, echoed: undefined }),
      );
    });
    outgoing.once("upgrade", (response, socket) => {
      let text = "";
      socket.once("error", fail);
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString("latin1");
        if (text.length < 5) return;
        socket.destroy();
        done({ status: response.statusCode ?? 0, headers: response.headers, echoed: text });
      });
      socket.write("hello");
    });
    outgoing.end();
  });
}

describe("WebSocket", () => {
  it("the handshake with a good token is upgraded, and bytes go both ways", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const answer = await upgrade("/socket", { Authorization: `Bearer ${token}` });
    expect(answer).toMatchObject({ status: 101, echoed: "hello" });
    expect(answer.headers).toMatchObject({ "x-seen-sub": "alice", "x-seen-authorization": "" });
  });

  it("with the token in query or cookie, where a browser can put it", async () => {
    const token = newToken();
    world.server.answer(token, active());
    expect(await upgrade("/socket", { Cookie: `token=${token}` })).toMatchObject({ status: 101, echoed: "hello" });
    // nginx may have something to say about a connection that is upgraded, with its query.
    world.server.answer("websocket-token-in-query", active());
    expect(await upgrade("/socket?access_token=websocket-token-in-query", {})).toMatchObject({
      status: 101,
      echoed: "hello",
    });
  });

  it("without a good token there is no upgrade", async () => {
    expect(await upgrade("/socket", {})).toMatchObject({
      status: 401,
      headers: { "www-authenticate": 'Bearer realm="service"' },
    });
    const token = newToken();
    world.server.answer(token, INACTIVE);
    expect((await upgrade("/socket", { Authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it("names of ours beside Upgrade in Connection are refused", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const answer = await upgrade("/socket", {
      Authorization: `Bearer ${token}`,
      Connection: "Upgrade, X-Credential-Sub",
    });
    expect(answer.status).toBe(400);
  });
});

describe("HEAD", () => {
  it("passes and is refused as GET is, without a body", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const good = await world.send("/plain", { method: "HEAD", headers: [bearer(token)] });
    expect([good.status, good.body]).toEqual([200, ""]);
    world.server.answer(token, INACTIVE);
    const other = newToken();
    world.server.answer(other, INACTIVE);
    const bad = await world.send("/plain", { method: "HEAD", headers: [bearer(other)] });
    expect([bad.status, bad.body]).toEqual([401, ""]);
    expect(valuesOf(bad, "Content-Length")).toEqual([String(refusalBody(401, MESSAGES.denied).length)]);
    expect(valuesOf(bad, "WWW-Authenticate")).toEqual(['Bearer realm="service", error="invalid_token"']);
  });
});

describe("a large upload", () => {
  const HALF = Buffer.alloc(2 * 1024 * 1024, "u");

  /** Sends half of a body, waits until the service has got it, then sends the rest. */
  async function uploadInHalves(path: string, token: string, chunked: boolean): Promise<string> {
    const key = randomBytes(6).toString("hex");
    const seen = `/${key}`;
    const headers: Record<string, string | number> = {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/octet-stream",
    };
    if (!chunked) headers["Content-Length"] = 2 * HALF.length;
    const outgoing = requestHttp({
      host: "127.0.0.1",
      port: world.gateway.httpPort,
      path: `${path}/${key}`,
      method: "PUT",
      headers,
      agent: false,
    });
    const answered = new Promise<IncomingMessage>((done, fail) => {
      outgoing.once("response", done);
      outgoing.once("error", fail);
    });
    outgoing.write(HALF);
    await until("the service has got the first half", () => arrived.get(seen) === HALF.length);
    outgoing.end(HALF);
    let text = "";
    for await (const chunk of await answered) text += String(chunk);
    return text;
  }

  it.each([
    ["/upload", false],
    ["/upload", true],
    ["/upload-body", false],
  ])("is passed on while it comes in (%s, chunked: %s): the plugin does not read it", async (path, chunked) => {
    const token = newToken();
    world.server.answer(token, active());
    expect(await uploadInHalves(path, token, chunked)).toBe(String(2 * HALF.length));
  });

  it("without a token is refused before it has come in", async () => {
    const outgoing = requestHttp({
      host: "127.0.0.1",
      port: world.gateway.httpPort,
      path: "/upload/none",
      method: "PUT",
      headers: { "Content-Length": 2 * HALF.length },
      agent: false,
    });
    const status = await new Promise<number | undefined>((done, fail) => {
      outgoing.once("response", (response) => done(response.statusCode));
      outgoing.once("error", fail);
      outgoing.write(HALF.subarray(0, 1000));
    });
    outgoing.on("error", () => undefined);
    outgoing.destroy();
    expect(status).toBe(401);
    expect(arrived.has("/none")).toBe(false);
  });
});
