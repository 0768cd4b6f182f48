/** The development gateway as a client sees it. Where an answer is written out, it is the one that Kong 3.9.1 gave to the same request. */
import { request } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startGateway, type Gateway } from "../gateway.ts";
import { readConf } from "../kong-conf.ts";
import { readEntities } from "../kong-yml.ts";
import { echo, freePort, listen, listenRaw, type Listening } from "./servers.ts";

const FIXTURES = resolve(dirname(fileURLToPath(import.meta.url)), "fixtures");

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

let upstream: Listening;
let gateway: Gateway;
let prefix: string;

function ask(
  path: string,
  headers: Record<string, string | string[]> | string[] = {},
  method = "GET",
  body?: string,
): Promise<Answer> {
  return new Promise((done, fail) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: gateway.ports.http,
        path,
        method,
        headers: headers as Record<string, string>,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on("error", fail);
    outgoing.end(body);
  });
}

interface Echoed {
  method: string;
  url: string;
  headers: Record<string, string | undefined>;
  body: string;
}

async function echoed(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
  body?: string,
): Promise<Echoed> {
  const answer = await ask(path, headers, method, body);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Echoed;
}

/** Runs Lua in the access phase: whether it went well, and what it gave. */
async function run(
  lua: string,
  headers: Record<string, string | string[]> = {},
  path = "/probe",
  method = "GET",
  body?: string,
): Promise<unknown[]> {
  const answer = await ask(path, { ...headers, "X-Run": lua.replaceAll(/\s+/g, " ") }, method, body);
  expect(answer.status, answer.text).toBe(200);
  return JSON.parse(answer.text) as unknown[];
}

function configuration(message = "bonjour"): string {
  return `
_format_version: "3.0"
services:
- name: echo
  url: http://127.0.0.1:${upstream.port}/base
  routes:
  - { name: probe, paths: [/probe], plugins: [{ name: probe, config: { message: ${message} } }] }
  - { name: plain, paths: [/plain/] }
  - { name: keep, paths: [/keep], strip_path: false, preserve_host: true }
  - { name: regex, paths: ['~/item/(?<id>\\d+)'] }
  - { name: host, hosts: ['*.example.com'] }
  - { name: secure, paths: [/secure], protocols: [https] }
  - { name: unbuffered, paths: [/stream], request_buffering: false, response_buffering: false, plugins: [{ name: probe }] }
- name: dead
  url: http://127.0.0.1:1/
  retries: 0
  routes: [{ name: dead, paths: [/dead] }]
plugins:
- { name: probe, service: dead, config: { message: service } }
consumers:
- { username: bob, custom_id: c-1, keyauth_credentials: [{ key: k }], acls: [{ group: staff }] }
`;
}

async function settings(more: Record<string, string> = {}): Promise<Record<string, string>> {
  return {
    database: "off",
    admin_listen: "off",
    proxy_listen: `127.0.0.1:${await freePort()}`,
    plugins: "bundled,probe",
    nginx_worker_processes: "1",
    trusted_ips: "10.0.0.0/8",
    lua_package_path: `${FIXTURES}/?.lua;;`,
    mem_cache_size: "8m",
    ...more,
  };
}

beforeAll(async () => {
  prefix = mkdtempSync(join(tmpdir(), "gateway-test-"));
  upstream = await listen(echo);
  gateway = await startGateway({
    prefix,
    settings: await settings(),
    yml: configuration(),
    environment: { ...process.env, PROBE_WORD: "from the environment" },
  });
});

afterAll(async () => {
  await gateway.stop();
  await upstream.close();
  rmSync(prefix, { recursive: true, force: true });
});

describe("routes", () => {
  it("strip what they matched, normalise, and keep the query as it is", async () => {
    expect((await echoed("/plain/x/../y?a=1&b=c%20d")).url).toBe("/base/y?a=1&b=c%20d");
    expect((await echoed("/plain/?")).url).toBe("/base/?");
    expect((await echoed("/item/12/z")).url).toBe("/base/z");
  });

  it("keep path and host where they are told to", async () => {
    const { url, headers } = await echoed("/keep/a%2Fb", { Host: "www.test:81" });
    expect(url).toBe("/base/keep/a%2Fb");
    expect(headers.host).toBe("www.test:81");
  });

  it("match hosts", async () => {
    expect((await echoed("/any", { Host: "a.example.com" })).url).toBe("/base/any");
  });

  it("say when there is none, in the form that the client likes", async () => {
    const json = await ask("/nowhere");
    expect(json.status).toBe(404);
    expect(JSON.parse(json.text)).toEqual({
      message: "no Route matched with those values",
      request_id: json.headers["x-kong-request-id"],
    });
    const html = await ask("/nowhere", { Accept: "text/html" });
    expect(html.headers["content-type"]).toBe("text/html; charset=utf-8");
  });

  it("for https only answer http with 426", async () => {
    const answer = await ask("/secure");
    expect([answer.status, answer.headers.upgrade]).toEqual([426, "TLS/1.2, HTTP/1.1"]);
  });
});

describe("the request to the service", () => {
  it("carries Kong's headers, and believes only trusted peers", async () => {
    const { headers } = await echoed("/plain/a", {
      "X-Forwarded-For": "1.2.3.4",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Prefix": "/p",
      Via: "1.0 x",
    });
    expect(headers["x-forwarded-for"]).toBe("1.2.3.4, 127.0.0.1");
    expect(headers["x-forwarded-proto"]).toBe("http");
    expect(headers["x-forwarded-prefix"]).toBe("/plain/");
    expect(headers["x-forwarded-path"]).toBe("/plain/a");
    expect(headers.via).toBe("1.0 x, 1.1 kong/3.9.1");
  });

  it("loses what Connection names, whatever a plugin has set", async () => {
    const { headers } = await echoed("/probe", { Connection: "keep-alive, X-Probe, X-Mine", "X-Mine": "1" });
    expect(headers["x-probe"]).toBeUndefined();
    expect(headers["x-mine"]).toBeUndefined();
    expect(headers.connection).toBe("keep-alive");
  });

  it("carries what a plugin has set and not what it has cleared, in either spelling", async () => {
    const { headers } = await echoed("/probe", { "X-Removed": "1", "X-Probe": "spoofed" });
    expect([headers["x-probe"], headers["x-removed"]]).toEqual(["bonjour", undefined]);
  });

  it("carries bodies, buffered and not", async () => {
    expect((await echoed("/plain/a", {}, "POST", "abc")).body).toBe("abc");
    const large = "x".repeat(100_000);
    const streamed = await echoed("/stream", {}, "POST", large);
    expect(streamed.body).toBe(large);
    expect(streamed.headers["x-probe"]).toBe("hello");
  });
});

describe("the answer to the client", () => {
  it("carries Kong's headers and ran the later phases", async () => {
    const { headers } = await ask("/probe");
    expect(headers.server).toBe("kong/3.9.1");
    expect(headers.via).toBe("1.1 kong/3.9.1");
    expect(headers["x-kong-proxy-latency"]).toMatch(/^\d+$/);
    expect(headers["x-filtered"]).toBe("true");
  });

  it("is 502 when the service is down, and 500 when a plugin raises", async () => {
    const dead = await ask("/dead", { Accept: "*/*" });
    expect(dead.status).toBe(502);
    expect((JSON.parse(dead.text) as { message: string }).message).toBe(
      "An invalid response was received from the upstream server",
    );
    const raised = await ask("/probe", { "X-Run": "=" });
    expect(raised.status).toBe(500);
    expect((JSON.parse(raised.text) as { message: string }).message).toBe("An unexpected error occurred");
  });

  it("is 400 when Authorization is repeated", async () => {
    const answer = await ask("/probe", ["Host", "a", "Accept", "*/*", "Authorization", "a", "Authorization", "b"]);
    expect(answer.status).toBe(400);
    expect((JSON.parse(answer.text) as { message: string }).message).toBe("Bad request");
  });
});

describe("the PDK", () => {
  it("reads headers: first of several, any case, underscores for dashes", async () => {
    const several = { "X-Multi": ["1", "2"], "X-Comma": "a, b" };
    expect(
      await run(
        "return kong.request.get_header('x-MULTI'), kong.request.get_header('X_Multi'), kong.request.get_header('X-Comma')",
        several,
      ),
    ).toEqual(["true", "1", "1", "a, b", null]);
  });

  it("sets headers with Kong's checks", async () => {
    expect((await run("kong.service.request.set_header('a', nil)"))[1]).toContain(
      'invalid header value for "a": got nil, expected array of string, string, number or boolean',
    );
    expect((await run("kong.service.request.set_header('a', ngx.null)"))[1]).toContain(
      'invalid header value for "a": got userdata',
    );
    expect((await run("kong.service.request.set_header(1, 'a')"))[1]).toContain("got number, expected string");
  });

  it("refuses functions of other phases", async () => {
    expect((await run("kong.response.get_status()"))[1]).toContain(
      "function cannot be called in access phase (only in: response, header_filter, body_filter, log, error, admin_api)",
    );
    expect((await run("kong.client.tls.request_client_certificate()"))[1]).toContain(
      "function cannot be called in access phase (only in: certificate)",
    );
  });

  it("knows the request", async () => {
    const [ok, ...values] = await run(
      "return kong.request.get_path(), kong.request.get_raw_path(), kong.request.get_raw_query(), kong.request.get_query_arg('a')",
      {},
      "/probe/a%20b/../c?a=1&a=2",
    );
    expect([ok, ...values]).toEqual(["true", "/probe/c", "/probe/a%20b/../c", "a=1&a=2", "1"]);
  });

  it("reads bodies by their type", async () => {
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    expect((await run("return kong.request.get_body()", form, "/probe", "POST", "a=1&a=2&b=3"))[1]).toEqual({
      a: ["1", "2"],
      b: "3",
    });
    const json = { "Content-Type": "application/json; charset=utf-8" };
    expect((await run("return kong.request.get_body()", json, "/probe", "POST", '{"a":[1]}'))[1]).toEqual({ a: [1] });
    expect(
      (await run("return kong.request.get_body()", { "Content-Type": "text/plain" }, "/probe", "POST", "x")).slice(
        1,
        3,
      ),
    ).toEqual([null, "unsupported content type 'text/plain'"]);
  });

  it("authenticates, and not with nothing", async () => {
    expect((await run("kong.client.authenticate(nil, nil)"))[1]).toContain(
      "either credential or consumer must be provided",
    );
    expect(
      (
        await run(
          "kong.client.authenticate(nil, { id = 'x' }) return kong.client.get_credential(), kong.client.get_consumer()",
        )
      ).slice(1),
    ).toEqual([{ id: "x" }, null, null, null]);
  });

  it("finds consumers", async () => {
    expect(
      (
        await run(
          "local c = kong.db.consumers:select_by_custom_id('c-1') return c.username, kong.db.consumers:select_by_username('nobody')",
        )
      ).slice(1, 3),
    ).toEqual(["bob", null]);
  });

  it("trusts addresses of trusted_ips, and the peer is the peer", async () => {
    expect(
      (
        await run("return kong.ip.is_trusted('10.1.2.3'), kong.ip.is_trusted('127.0.0.1'), kong.client.get_ip()", {
          "X-Real-IP": "10.0.0.1",
        })
      ).slice(1, 4),
    ).toEqual(["true", "false", "127.0.0.1"]);
  });

  it("resolves secrets in the environment", async () => {
    expect((await run("return kong.vault.get('{vault://env/probe-word}')"))[1]).toBe("from the environment");
  });

  it("gives the plugin its settings, under the phases that Kong runs at the start", async () => {
    expect((await run("return conf.message, phases.configured, phases.started")).slice(1, 4)).toEqual([
      "bonjour",
      3,
      "true",
    ]);
  });

  it("redacts Authorization in the log serializer", async () => {
    await ask("/probe", { Authorization: "Bearer secret-of-this-test" });
    // nginx answers before its log phase has run.
    const log = await vi.waitFor(() => {
      const written = readFileSync(gateway.errorLogPath, "utf8");
      expect(written).toContain("[probe] logged 200 REDACTED");
      return written;
    }, 10_000);
    expect(log).not.toContain("secret-of-this-test");
  });
});

describe("resty.http", () => {
  const get = (port: number, more = ""): string =>
    `local c = require('resty.http').new() c:set_timeout(500) local r, e = c:request_uri('http://127.0.0.1:${port}/x?y=1', { method = 'POST', body = 'b', headers = { ['X-A'] = 'b' } ${more} }) return r and r.status, e, r and r.body`;

  it("asks and reads, and keeps the connection", async () => {
    const [, status, error, body] = await run(get(upstream.port));
    expect([status, error]).toEqual([200, null]);
    const seen = JSON.parse(body as string) as Echoed;
    expect([seen.method, seen.url, seen.body, seen.headers["x-a"], seen.headers["content-length"]]).toEqual([
      "POST",
      "/x?y=1",
      "b",
      "b",
      "1",
    ]);
    expect(seen.headers["user-agent"]).toMatch(/^lua-resty-http\/0\.17\.2 /);
    const reused = `local h = require('resty.http') local function once() local c = h.new() assert(c:connect({ scheme = 'http', host = '127.0.0.1', port = ${upstream.port} }))
      local n = c:get_reused_times() local r = c:request({ path = '/' }) r:read_body() c:set_keepalive() return n end once() return once()`;
    expect((await run(reused))[1]).toBeGreaterThan(0);
  });

  it("reads chunked bodies, bodies of a length, and bodies that end with the connection", async () => {
    for (const [text, end] of [
      ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", false],
      ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", false],
      ["HTTP/1.1 200 OK\r\n\r\nabcde", true],
    ] as const) {
      const server = await listenRaw(text, end);
      expect((await run(get(server.port))).slice(1, 4)).toEqual([200, null, "abcde"]);
      await server.close();
    }
  });

  it("says what went wrong, in lua-resty-http's words", async () => {
    const cases: [string, boolean, string | RegExp][] = [
      ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", true, "closed"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false, "timeout"],
      ["nonsense\r\n", true, "couldn't parse HTTP version from response status line: nonsense"],
      ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", true, "unable to read chunksize"],
      ["", true, "closed"],
    ];
    for (const [text, end, message] of cases) {
      const server = await listenRaw(text, end);
      expect((await run(get(server.port)))[2]).toEqual(message);
      await server.close();
    }
    expect((await run(get(1)))[2]).toBe("connection refused");
    expect((await run("return require('resty.http').new():request_uri('nonsense')"))[2]).toBe("bad uri: nonsense");
  });

  it("goes through a proxy, and not for what no_proxy names", async () => {
    const proxy = await listen(echo);
    const through = await run(
      get(
        upstream.port,
        `, proxy_opts = { http_proxy = 'http://127.0.0.1:${proxy.port}', http_proxy_authorization = 'Basic x' }`,
      ),
    );
    const seen = JSON.parse(through[3] as string) as Echoed;
    expect([seen.url, seen.headers["proxy-authorization"]]).toEqual([
      `http://127.0.0.1:${upstream.port}/x?y=1`,
      "Basic x",
    ]);
    const around = await run(
      get(upstream.port, `, proxy_opts = { http_proxy = 'http://127.0.0.1:${proxy.port}', no_proxy = '127.0.0.1' }`),
    );
    expect((JSON.parse(around[3] as string) as Echoed).url).toBe("/x?y=1");
    await proxy.close();
  });
});

describe("a new configuration", () => {
  it("is taken without a restart, and empties kong.cache", async () => {
    await run("return kong.cache:get('reload', nil, function() return 1 end)");
    await gateway.reload(configuration("new"));
    expect((await echoed("/probe")).headers["x-probe"]).toBe("new");
    expect((await run("return kong.cache:get('reload')"))[1]).toBeNull();
    await gateway.reload(configuration());
  });

  it("that is wrong changes nothing", async () => {
    const wrong = configuration().replace("message: bonjour", "url: nonsense");
    await expect(gateway.reload(wrong)).rejects.toThrow("in 'url': missing host in url");
    expect((await echoed("/probe")).headers["x-probe"]).toBe("bonjour");
  });
});

describe("several workers", () => {
  it("hear of an invalidation, and of a new configuration", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gateway-test-"));
    const only = gateway;
    try {
      const listen = await settings({ nginx_worker_processes: "2" });
      gateway = await startGateway({
        prefix: folder,
        settings: { ...listen, proxy_listen: `${listen.proxy_listen ?? ""} reuseport` },
        yml: configuration(),
        environment: {},
      });
      /** Asks until both workers have answered as they should. */
      const untilBoth = async (lua: string, expected: unknown): Promise<void> => {
        const workers = new Set<unknown>();
        for (let tries = 0; tries < 2000 && workers.size < 2; tries++) {
          const [, worker, value] = await run(`return ngx.worker.pid(), (function() ${lua} end)()`);
          if (value === expected) workers.add(worker);
        }
        expect(workers.size).toBe(2);
      };
      await untilBoth("return (kong.cache:get('shared', nil, function() return 7 end))", 7);
      await run("kong.cache:invalidate('shared')");
      await untilBoth("return (kong.cache:get('shared'))", null);
      await gateway.reload(configuration("both"));
      await untilBoth("return conf.message", "both");
    } finally {
      if (gateway !== only) await gateway.stop();
      gateway = only;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("what it cannot do it refuses by name", () => {
  async function refusal(yml: string, more: Record<string, string> = {}): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "gateway-test-"));
    try {
      const started = await startGateway({ prefix: folder, settings: await settings(more), yml, environment: {} });
      await started.stop();
      return "it started";
    } catch (cause) {
      return (cause as Error).message;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it("a plugin's wrong settings, in Kong's words", async () => {
    const text = await refusal('_format_version: "3.0"\nplugins: [{ name: probe, config: { url: x, bogus: 1 } }]');
    expect(text).toContain(
      "error parsing declarative config file:\nin 'plugins':\n  - in entry 1 of 'plugins':\n    in 'config':\n",
    );
    expect(text).toContain("      in 'url': missing host in url");
    expect(text).toContain("      in 'bogus': unknown field");
  });

  it("a plugin that is not enabled, or not installed", async () => {
    expect(await refusal('_format_version: "3.0"\nplugins: [{ name: nix }]')).toContain(
      "plugin 'nix' not enabled; add it to the 'plugins' configuration property",
    );
    expect(await refusal('_format_version: "3.0"', { plugins: "nix" })).toBe(
      "error loading plugin schemas: on plugin 'nix': nix plugin is enabled but not installed",
    );
  });

  it("a port in use", async () => {
    const { host, port } = gateway.listeners[0] ?? { host: "", port: 0 };
    expect(await refusal('_format_version: "3.0"', { proxy_listen: `${host}:${port}` })).toBe(
      `proxy_listen: 127.0.0.1:${port}: the port is in use`,
    );
  });

  it("settings of kong.conf, wherever they stand", () => {
    const wrong: [Record<string, string>, string][] = [
      [{ pg_host: "x" }, "'pg_host' is not a setting"],
      [{ database: "postgres" }, "database = postgres: the development gateway knows only off"],
      [{ admin_listen: "127.0.0.1:8001" }, "admin_listen"],
      [{ proxy_listen: "0.0.0.0:8000" }, "loopback only"],
      [{ proxy_listen: "127.0.0.1:8000 quic" }, "'quic' is not a flag"],
    ];
    for (const [given, message] of wrong) expect(() => readConf({ settings: given })).toThrow(message);
    expect(() => readConf({ environment: { KONG_PG_HOST: "x" } })).toThrow("'pg_host' is not a setting");
    expect(readConf({ environment: { KONG_LOG_LEVEL: "debug" } }).values.get("log_level")).toBe("debug");
  });

  it("fields of kong.yml", () => {
    const head = '_format_version: "3.0"\n';
    const wrong: [string, string][] = [
      ["servicez: []", "'servicez' is not a field"],
      ["upstreams: []", "'upstreams' is not a field"],
      ["services: [{ host: a, tls_verify: true }]", "services.1: 'tls_verify' is not a field"],
      ["services: [{ host: a, protocol: grpc }]", "protocol 'grpc'"],
      ["services: [{ host: a, routes: [{ name: r }] }]", "must set one of 'methods', 'hosts', 'paths'"],
      ["plugins: [{ name: x, route: nowhere }]", "'nowhere' is not in this file"],
    ];
    for (const [text, message] of wrong) expect(() => readEntities(head + text)).toThrow(message);
    expect(() => readEntities('_format_version: "1.1"')).toThrow('_format_version must be "3.0"');
  });
});

describe("key-auth and acl in small", () => {
  it("let the owner of a key pass, with the headers of Kong", async () => {
    await gateway.reload(
      configuration().replace(
        "- { name: plain, paths: [/plain/] }",
        "- { name: plain, paths: [/plain/], plugins: [{ name: key-auth }, { name: acl, config: { allow: [staff] } }] }",
      ),
    );
    const { headers } = await echoed("/plain/", { apikey: "k" });
    expect([headers["x-consumer-username"], headers["x-consumer-custom-id"], headers["x-consumer-groups"]]).toEqual([
      "bob",
      "c-1",
      "staff",
    ]);
    const none = await ask("/plain/");
    expect([none.status, none.headers["www-authenticate"]]).toEqual([401, "Key"]);
    await gateway.reload(configuration());
  });
});
