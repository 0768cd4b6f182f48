/** Endpoints from the issuer's metadata (RFC 8414, OpenID Connect Discovery; S17, S34; design section 4). */
import { afterEach, describe, expect, it } from "vitest";
import { active, AuthorizationServer, json, text, type Claims } from "./support/authorization-server.ts";
import { bearer, type Answer } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, UNAVAILABLE, UNEXPECTED } from "./support/expectations.ts";
import { newToken } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const servers: AuthorizationServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** A server of its own for a test, so that nothing is known of it. */
async function newServer(): Promise<AuthorizationServer> {
  const server = await AuthorizationServer.start();
  servers.push(server);
  return server.otherwise(json(active()));
}

function metadataOf(server: AuthorizationServer, issuer: string, more: Claims = {}): Claims {
  return { issuer, introspection_endpoint: `${server.url}/found`, ...more };
}

/** One route with this issuer. */
async function configure(issuer: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await world.configure({ "/api": [world.introspection({ introspection_endpoint: undefined, issuer, ...more })] });
}

function call(token = newToken()): Promise<Answer> {
  return world.send("/api", { headers: [bearer(token)] });
}

describe("where the metadata is", () => {
  it.each([
    [
      "RFC 8414: the well-known part between host and path",
      "/realms/one",
      "/.well-known/oauth-authorization-server/realms/one",
    ],
    ["OpenID: the well-known part behind the path", "/realms/one", "/realms/one/.well-known/openid-configuration"],
    ["without a path", "", "/.well-known/oauth-authorization-server"],
  ])("%s", async (_name, path, wellKnown) => {
    const server = await newServer();
    const issuer = server.url + path;
    server.at(wellKnown, json(metadataOf(server, issuer)));
    for (const other of [
      `/.well-known/oauth-authorization-server${path}`,
      `${path}/.well-known/openid-configuration`,
    ]) {
      if (other !== wellKnown) server.at(other, text("", 404));
    }
    await configure(issuer);
    expect((await call()).status).toBe(200);
    expect(server.askedAt("/found")).toBe(1);
  });

  it("it is asked for once, for many tokens at once", async () => {
    const server = await newServer();
    server.at("/.well-known/oauth-authorization-server", json(metadataOf(server, server.url)));
    await configure(server.url);
    const answers = await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(server.askedAt("/.well-known/oauth-authorization-server")).toBe(1);
    expect(server.askedAt("/found")).toBe(20);
  });
});

describe("metadata that is wrong: our fault, 500", () => {
  it.each<[string, (server: AuthorizationServer) => unknown]>([
    ["another issuer (S34)", (server) => metadataOf(server, `${server.url}/other`)],
    ["a slash more in the issuer", (server) => metadataOf(server, `${server.url}/`)],
    ["no issuer", (server) => ({ introspection_endpoint: `${server.url}/found` })],
    ["no introspection endpoint", (server) => ({ issuer: server.url })],
    ["an endpoint that is no URL", (server) => ({ issuer: server.url, introspection_endpoint: "/found" })],
    [
      "an endpoint of another scheme",
      (server) => ({ issuer: server.url, introspection_endpoint: "file:///etc/passwd" }),
    ],
    ["a list", () => []],
    [
      "our client authentication is none of the server's",
      (server) =>
        metadataOf(server, server.url, { introspection_endpoint_auth_methods_supported: ["private_key_jwt"] }),
    ],
  ])("%s", async (_name, metadata) => {
    const server = await newServer();
    const wrong = json(metadata(server));
    server.at("/.well-known/oauth-authorization-server", wrong).at("/.well-known/openid-configuration", wrong);
    await configure(server.url);
    expectRefusal(await call(), UNEXPECTED);
    expect(server.askedAt("/found")).toBe(0);
  });
});

describe("metadata that are mended", () => {
  it("count with the next request, where they had named no endpoint", async () => {
    const server = await newServer();
    server.at("/.well-known/oauth-authorization-server", json({ issuer: server.url }));
    await configure(server.url);
    for (let i = 0; i < 2; i += 1) expectRefusal(await call(), UNEXPECTED);
    server.at("/.well-known/oauth-authorization-server", json(metadataOf(server, server.url)));
    expect((await call()).status).toBe(200);
  });

  it("count after a change of configuration, where they were good before", async () => {
    const server = await newServer();
    server.at("/.well-known/oauth-authorization-server", json(metadataOf(server, server.url)));
    await configure(server.url);
    expect((await call()).status).toBe(200);
    const moved = metadataOf(server, server.url, { introspection_endpoint: `${server.url}/moved` });
    server.at("/.well-known/oauth-authorization-server", json(moved));
    expect((await call()).status).toBe(200);
    expect(server.askedAt("/moved")).toBe(0);
    await configure(server.url);
    expect((await call()).status).toBe(200);
    expect(server.askedAt("/moved")).toBe(1);
  });
});

describe("an endpoint that has moved", () => {
  it.each([
    ["a page", text("<html></html>", 200)],
    ["404", text("", 404)],
    ["a redirect", text("", 302)],
  ])("is found again, where the old one gives %s", async (_what, gone) => {
    const server = await newServer();
    const path = "/.well-known/oauth-authorization-server";
    server.at(path, json(metadataOf(server, server.url, { introspection_endpoint: `${server.url}/old` })));
    await configure(server.url);
    expect((await call()).status).toBe(200);
    server.at(path, json(metadataOf(server, server.url, { introspection_endpoint: `${server.url}/new` })));
    server.at("/old", gone);
    await until("the new one is asked", async () => (await call()).status === 200);
    expect(server.askedAt("/new")).toBe(1);
  });
});

describe("a server that fails", () => {
  it("is a 503 that lasts no longer than the failure", async () => {
    const server = await newServer();
    const paths = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
    for (const path of paths) server.at(path, text("", 503));
    await configure(server.url);
    expectRefusal(await call(), UNAVAILABLE);
    for (const path of paths) server.at(path, json(metadataOf(server, server.url)));
    await until("the metadata is asked for again", async () => (await call()).status === 200);
  });
});

describe("the token's iss", () => {
  it("must be the issuer where it is there", async () => {
    const server = await newServer();
    server.at("/.well-known/oauth-authorization-server", json(metadataOf(server, server.url)));
    await configure(server.url);
    const statuses: number[] = [];
    for (const iss of [server.url, undefined, null]) {
      const token = newToken();
      server.answer(token, active({ iss }));
      statuses.push((await call(token)).status);
    }
    expect(statuses).toEqual([200, 200, 200]);
    for (const iss of ["https://other.example", `${server.url}/`, [server.url], ""]) {
      const token = newToken();
      server.answer(token, active({ iss }));
      expectRefusal(await call(token), INVALID_TOKEN);
    }
  });
});

describe("introspection_endpoint beside an issuer", () => {
  it("wins", async () => {
    const server = await newServer();
    await configure(server.url, { introspection_endpoint: `${server.url}/configured` });
    expect((await call()).status).toBe(200);
    expect(server.requests.map(({ path }) => path)).toEqual(["/configured"]);
  });
});

describe("mtls_endpoint_aliases (S17, RFC 8705 §5)", () => {
  it("wins where we authenticate by mutual TLS, and only there", async () => {
    const { readFile } = await import("node:fs/promises");
    const { introspectionClient } = world.pki;
    const server = await newServer();
    const overTls = await AuthorizationServer.start(world.pki.authorizationServer);
    servers.push(overTls.otherwise(json(active())));
    const aliases = { mtls_endpoint_aliases: { introspection_endpoint: `${overTls.url}/alias` } };
    server.at("/.well-known/oauth-authorization-server", json(metadataOf(server, server.url, aliases)));
    await configure(server.url, {
      client_auth: "tls_client_auth",
      client_secret: undefined,
      client_certificate: await readFile(introspectionClient.certificate, "utf8"),
      client_key: await readFile(introspectionClient.key, "utf8"),
    });
    expect((await call()).status).toBe(200);
    expect([server.askedAt("/found"), overTls.askedAt("/alias")]).toEqual([0, 1]);
    await configure(server.url);
    expect((await call()).status).toBe(200);
    expect([server.askedAt("/found"), overTls.askedAt("/alias")]).toEqual([1, 1]);
  });
});
