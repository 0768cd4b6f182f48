/**
 * No token, proof or certificate stands in anything that Kong's log serializer gives to logging plugins (design section 5), on whatever path the
 * request went. nginx's own logs show the query (README, token_query_arg): tokens in the query are no secrets here, and are looked for by hand.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE } from "../support/authorization-server.ts";
import { needs } from "../support/capability.ts";
import { bearer, echoOf, type Answer, type Header, type Request } from "../support/client.ts";
import { derBase64Of, pemOf } from "../support/pki.ts";
import { until } from "../support/until.ts";
import { TRUSTED_PROXY, useWorld, type Plugin } from "../support/world.ts";
import { useService } from "./service.ts";

const world = useWorld({ settings: { trusted_ips: TRUSTED_PROXY } });
const FORM: Header = ["Content-Type", "application/x-www-form-urlencoded"];
/** What must not be seen. Made of letters that no encoding changes. */
const SECRET = "theSecretText0815";

/** What Kong's own http-log has posted, in its own words. */
const posted: string[] = [];
const logServer = useService((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    posted.push(Buffer.concat(chunks).toString("utf8"));
    response.end();
  });
});

beforeAll(() => {
  const places = { token_query_arg: "access_token", token_body_arg: "access_token", token_cookie: "token" };
  const httpLog: Plugin[] = world.gateway.capabilities.bundledPlugins
    ? [{ name: "http-log", config: { http_endpoint: logServer.url } }]
    : [];
  const transformer: Plugin = { name: "request-transformer", config: { replace: { uri: "/elsewhere" } } };
  world.server.answer(SECRET, active({ scope: "read" }));
  return world.configure(
    {
      "/pass": [world.introspection(places)],
      "/kept": [world.introspection({ ...places, hide_credentials: false })],
      ...(world.gateway.capabilities.bundledPlugins ? { "/moved": [world.introspection(places), transformer] } : {}),
      "/refused": [world.introspection({ ...places, scope: ["other"] })],
      "/anonymous": [
        world.introspection({ ...places, scope: ["other"], anonymous: "nobody", hide_credentials: false }),
      ],
      "/preflight": [world.introspection({ ...places, run_on_preflight: false })],
      "/key": [{ name: "key-auth", config: {} }, world.introspection({ ...places, anonymous: "nobody" })],
      "/header": [world.introspection({ token_header: "X-My-Token" })],
      "/header-kept": [world.introspection({ token_header: "X-My-Token", hide_credentials: false })],
      "/certificate": [world.introspection({ certificate_header: "X-Client-Cert" })],
      "/certificate-kept": [world.introspection({ certificate_header: "X-Client-Cert", hide_credentials: false })],
    },
    {
      consumers: [{ username: "nobody" }, { username: "bob", keyauth_credentials: [{ key: "bob-key" }] }],
      plugins: httpLog,
    },
  );
});

/** All that the serializer gave for the requests of this test to a path. */
async function logOf(path: string, count = 1): Promise<string> {
  return JSON.stringify(await world.requestLog(path, count));
}

const WAYS: [string, Request & { readonly query?: string }][] = [
  ["Authorization", { headers: [bearer(SECRET)] }],
  ["Authorization under DPoP", { headers: [bearer(SECRET, "DPoP")] }],
  ["the query", { query: `a=1&access_token=${SECRET}&b=2` }],
  ["the query in another spelling", { query: `a=1&%61ccess_token=${SECRET}` }],
  [
    "the query behind many parameters",
    { query: `${Array.from({ length: 150 }, (_, i) => `p${i}=1`).join("&")}&access_token=${SECRET}` },
  ],
  ["a cookie", { headers: [["Cookie", `a=1; token=${SECRET}`]] }],
  [
    "two cookie headers",
    {
      headers: [
        ["Cookie", "a=1"],
        ["Cookie", `token=${SECRET}`],
      ],
    },
  ],
  ["a form", { method: "POST", headers: [FORM], body: `a=1&access_token=${SECRET}` }],
  ["two places", { headers: [bearer(SECRET), ["Cookie", `token=${SECRET}`]], query: `access_token=${SECRET}` }],
  ["the query twice", { query: `access_token=${SECRET}&access_token=${SECRET}` }],
];

function send(path: string, way: Request & { readonly query?: string }, more: readonly Header[] = []): Promise<Answer> {
  const { query, ...request } = way;
  const headers = [...(request.headers ?? []), ...more];
  return world.send(query === undefined ? path : `${path}?${query}`, { ...request, headers });
}

describe.each(WAYS)("a token in %s", (_place, way) => {
  it.each(["/pass", "/kept", "/refused", "/anonymous"])("where the request goes the way %s", async (path) => {
    await send(path, way);
    expect(await logOf(path)).not.toContain(SECRET);
  });

  it("where a preflight passes", async () => {
    expect((await send("/preflight", { ...way, method: "OPTIONS" })).status).toBe(200);
    expect(await logOf("/preflight")).not.toContain(SECRET);
  });

  it("where another plugin has authenticated the request", async () => {
    expect((await send("/key", way, [["apikey", "bob-key"]])).status).toBe(200);
    expect(await logOf("/key")).not.toContain(SECRET);
  });
});

describe("the rest is left to be read", () => {
  it("of the query", async () => {
    await world.send(`/pass?first=1&access_token=${SECRET}&second=two`);
    const [entry] = await world.requestLog("/pass");
    const { querystring, url, uri } = entry?.request as unknown as {
      querystring: Record<string, string>;
      url: string;
      uri: string;
    };
    expect(querystring).toEqual({ first: "1", access_token: "REDACTED", second: "two" });
    for (const text of [url, uri, String(entry?.["upstream_uri"])]) {
      expect(text).toMatch(/first=1/);
      expect(text).toMatch(/second=two/);
    }
    expect(url).toMatch(/^https?:\/\/localhost:[0-9]+\/pass\?/);
  });

  it("of what went upstream, where the token does not go", async () => {
    const answer = await world.send(`/pass?first=1&access_token=${SECRET}&second=two`);
    const [entry] = await world.requestLog("/pass");
    const { path, query } = echoOf(answer);
    expect(entry?.["upstream_uri"]).toBe(`${path}?${query}`);
  });

  it("of what went upstream, where another plugin has changed it after us", async (context) => {
    needs(context, world, "bundledPlugins");
    const answer = await world.send(`/moved?first=1&access_token=${SECRET}`);
    const [entry] = await world.requestLog("/moved");
    expect(echoOf(answer)).toMatchObject({ path: "/elsewhere", query: "first=1" });
    expect(entry?.["upstream_uri"]).toBe("/elsewhere?first=1");
  });

  it("of the headers", async () => {
    await world.send("/pass", { headers: [bearer(SECRET), ["X-Mine", "seen"]] });
    const [entry] = await world.requestLog("/pass");
    expect(entry?.request.headers["x-mine"]).toBe("seen");
  });
});

describe("no header is made up", () => {
  it.each(["/kept", "/certificate-kept", "/header-kept"])("%s", async (path) => {
    await world.send(path, { headers: [["X-Mine", "seen"]] });
    const [entry] = await world.requestLog(path);
    expect(JSON.stringify(entry?.request.headers)).not.toContain("REDACTED");
  });
});

describe("headers of other names", () => {
  it.each(["/header", "/header-kept"])("the token header: %s", async (path) => {
    for (const value of [SECRET, `Bearer ${SECRET}`]) await world.send(path, { headers: [["X-My-Token", value]] });
    await world.send(path, {
      headers: [
        ["X-My-Token", SECRET],
        ["X-My-Token", SECRET],
      ],
    });
    expect(await logOf(path, 3)).not.toContain(SECRET);
  });

  it("a DPoP proof, on each path", async () => {
    for (const path of ["/pass", "/kept", "/refused", "/anonymous", "/preflight", "/key"]) {
      const method = path === "/preflight" ? "OPTIONS" : "GET";
      const headers: Header[] = [["DPoP", SECRET], ["apikey", "bob-key"], bearer("other")];
      await world.send(path, { method, headers });
      expect(await logOf(path)).not.toContain(SECRET);
    }
  });

  it.each(["/certificate", "/certificate-kept"])(
    "a certificate header, from anybody and in any spelling: %s",
    async (path) => {
      const { client1 } = world.pki;
      const forms = [
        encodeURIComponent(await pemOf(client1)),
        await derBase64Of(client1),
        `:${await derBase64Of(client1)}:`,
      ];
      const serial = (await derBase64Of(client1)).slice(20, 60);
      let count = 0;
      for (const from of [TRUSTED_PROXY, "127.0.0.1"]) {
        for (const name of ["X-Client-Cert", "x_client_cert", "X_Client-Cert"]) {
          for (const value of forms) {
            await world.send(path, { headers: [[name, value], bearer(SECRET)], from });
            count += 1;
          }
        }
      }
      const log = await logOf(path, count);
      expect(log).not.toContain(SECRET);
      expect(log).not.toContain(serial);
      expect(log).not.toContain(encodeURIComponent(serial));
    },
  );
});

describe("what Kong's own http-log posts", () => {
  it("holds no token, proof or certificate either", async (context) => {
    context.skip(!world.gateway.capabilities.bundledPlugins, "this gateway has no http-log");
    world.server.answer(`${SECRET}-bad`, INACTIVE);
    await world.send(`/pass?marker=last&access_token=${SECRET}-bad`, { headers: [["DPoP", SECRET]] });
    await until("http-log has posted the last request", () => posted.some((text) => text.includes("marker=last")));
    expect(posted.length).toBeGreaterThan(20);
    for (const text of posted) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toMatch(/BEGIN(%20|\+| )CERTIFICATE/);
    }
  });
});
