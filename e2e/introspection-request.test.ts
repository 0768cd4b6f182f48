/** What goes to the authorization server (RFC 7662 §2.1, S1, S2, S11; design sections 4 and 7). */
import { beforeAll, describe, expect, it } from "vitest";
import { active } from "./support/authorization-server.ts";
import { bearer } from "./support/client.ts";
import { keepSecret, newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const ODD_ID = "odd:client+id";
const ODD_SECRET = keepSecret("s:e+c r%&t/ö");

beforeAll(() =>
  world.configure({
    "/basic": [world.introspection()],
    "/odd": [world.introspection({ client_id: ODD_ID, client_secret: ODD_SECRET })],
    "/post": [world.introspection({ client_auth: "client_secret_post", client_id: ODD_ID, client_secret: ODD_SECRET })],
    "/none": [world.introspection({ client_auth: "none", client_secret: undefined })],
    "/bearer": [
      world.introspection({
        client_auth: "bearer",
        bearer_token: keepSecret("the-gateways-own-token"),
        client_id: undefined,
        client_secret: undefined,
      }),
    ],
    "/more": [
      world.introspection({
        introspection_headers: { "X-Tenant": "one" },
        introspection_args: { token_type_hint: "access_token", "odd&name": "a=b&c d" },
      }),
    ],
    "/closing": [world.introspection({ keepalive_timeout: 0 })],
  }),
);

/** Calls with a new token that is active; gives the introspection request. */
async function introspectionOf(path: string, token = newToken()) {
  world.server.answer(token, active());
  expect((await world.send(path, { headers: [bearer(token)] })).status).toBe(200);
  const requests = world.server.requestsFor(token);
  expect(requests).toHaveLength(1);
  const [request] = requests;
  if (request === undefined) throw new Error("no request");
  const header = (name: string): string[] =>
    request.headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return { ...request, header, token };
}

function basicOf(value: string | undefined): string[] {
  const decoded = Buffer.from((value ?? "").replace(/^Basic /, ""), "base64").toString("utf8");
  // RFC 6749 §2.3.1: both parts are form-encoded first.
  return decoded.split(":").map((part) => new URLSearchParams(`x=${part}`).get("x") ?? "");
}

describe("the request", () => {
  it("is a form with the token and nothing that was not asked for", async () => {
    const request = await introspectionOf("/basic");
    expect([request.method, request.path]).toEqual(["POST", "/introspect"]);
    expect(request.header("content-type")).toEqual(["application/x-www-form-urlencoded"]);
    expect(request.header("accept")).toEqual(["application/json"]);
    expect([...request.form]).toEqual([["token", request.token]]);
  });

  it("names the server's host and port", async () => {
    const request = await introspectionOf("/basic");
    expect(request.header("host")).toEqual([new URL(world.server.url).host]);
  });

  it.each(["a+b/c==", "a&token=other", "a%2Bb", "a=b;c", "~!@#$^*()_-.'"])(
    "form-encodes the token: %s",
    async (odd) => {
      const token = keepSecret(`${newToken()}${odd}`);
      const request = await introspectionOf("/basic", token);
      expect(request.form.getAll("token")).toEqual([token]);
      // RFC 3986 §2: what needs no encoding anywhere in a URI.
      expect(request.body).toMatch(/^[A-Za-z0-9._~!'()*%+=&-]+$/);
    },
  );

  it("passes nothing of the client's request on", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const headers = [bearer(token), ["X-Application", "private"], ["Cookie", "a=b"]] as const;
    await world.send("/basic?query=private", { headers });
    const [request] = world.server.requestsFor(token);
    expect(JSON.stringify([request?.headers, request?.body])).not.toMatch(/private|Cookie|X-Forwarded/i);
  });
});

describe("our credentials, in one place only (S2)", () => {
  it("client_secret_basic is the default", async () => {
    const request = await introspectionOf("/basic");
    expect(basicOf(request.header("authorization")[0])).toEqual(["gateway", world.clientSecret]);
    expect([...request.form.keys()]).toEqual(["token"]);
  });

  it("client_secret_basic form-encodes id and secret", async () => {
    const request = await introspectionOf("/odd");
    expect(basicOf(request.header("authorization")[0])).toEqual([ODD_ID, ODD_SECRET]);
  });

  it("client_secret_post is the predecessor's way", async () => {
    const request = await introspectionOf("/post");
    expect(request.header("authorization")).toEqual([]);
    expect(Object.fromEntries(request.form)).toEqual({
      token: request.token,
      client_id: ODD_ID,
      client_secret: ODD_SECRET,
    });
  });

  it("none names the client, and proves nothing", async () => {
    const request = await introspectionOf("/none");
    expect(request.header("authorization")).toEqual([]);
    expect(Object.fromEntries(request.form)).toEqual({ token: request.token, client_id: "gateway" });
  });

  it("bearer sends the configured token", async () => {
    const request = await introspectionOf("/bearer");
    expect(request.header("authorization")).toEqual(["Bearer the-gateways-own-token"]);
    expect([...request.form.keys()]).toEqual(["token"]);
  });
});

describe("introspection_headers and introspection_args", () => {
  it("go with every introspection", async () => {
    const request = await introspectionOf("/more");
    expect(request.header("x-tenant")).toEqual(["one"]);
    expect(Object.fromEntries(request.form)).toEqual({
      token: request.token,
      token_type_hint: "access_token",
      "odd&name": "a=b&c d",
    });
  });
});

describe("connections", () => {
  it("are kept", async () => {
    const first = await introspectionOf("/basic");
    const second = await introspectionOf("/basic");
    expect(second.connection).toBe(first.connection);
  });

  it("are not kept with keepalive_timeout 0", async () => {
    const first = await introspectionOf("/closing");
    const second = await introspectionOf("/closing");
    expect(second.connection).not.toBe(first.connection);
  });
});
