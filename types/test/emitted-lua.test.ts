import { describe, expect, it } from "vitest";
import { toLua } from "./program.ts";

/** Statements in the body of the function that `source` is put into, in Lua. */
function body(source: string, imports = ""): string[] {
  const lua = toLua(`${imports}\nexport function run(this: void): void {\n${source}\n}\n`);
  const [, inside = ""] = /function ____exports\.run\(\)\n([\s\S]*?)\nend\nreturn/.exec(lua) ?? [];
  return inside.split("\n").map((line) => line.trim());
}

/** The requires at the top. */
function head(imports: string, use: string): string[] {
  return toLua(`${imports}\nexport function run(this: void): void {\n${use}\n}\n`)
    .split("\n")
    .filter((line) => line.includes("require("));
}

describe("emitted Lua", () => {
  it("calls kong.cache with a colon and its callback without self", () => {
    expect(
      body('const [v] = kong.cache.get("k", { ttl: 1 }, (a: string) => $multi(a, undefined, 2), "x"); kong.log(v);'),
    ).toEqual([
      "local v = kong.cache:get(",
      '"k",',
      "{ttl = 1},",
      "function(a) return a, nil, 2 end,",
      '"x"',
      ")",
      "kong.log(v)",
    ]);
  });

  it("calls the reserved words try, new, delete and null by name", () => {
    expect(body('ngx.shared["d"]?.delete("k");').at(-2)).toMatch(/:delete\("k"\)$/);
    expect(body('kong.vault.try((o: { a: string }) => $multi(o.a), { a: "b" });')[0]).toBe("kong.vault.try(");
    expect(body("const t = kong.table.new(1, 2); kong.table.clear(t);")).toEqual([
      "local t = kong.table.new(1, 2)",
      "kong.table.clear(t)",
    ]);
    expect(body("kong.log(cjson.null === ngx.null);", 'import * as cjson from "cjson.safe";')).toEqual([
      "kong.log(cjson.null == ngx.null)",
    ]);
  });

  it("makes single requires of modules that export functions, also of those that are a function", () => {
    expect(head('import * as http from "resty.http";', "http.new();")).toEqual(['local http = require("resty.http")']);
    expect(head('import table_new = require("table.new");', "table_new(1, 2);")).toEqual([
      'local table_new = require("table.new")',
    ]);
    expect(body("table_new(1, 2);", 'import table_new = require("table.new");')).toEqual(["table_new(1, 2)"]);
  });

  it("calls module functions with a dot, save those that want self", () => {
    const imports = [
      'import * as http from "resty.http";',
      'import * as digest from "resty.openssl.digest";',
      'import * as sha256 from "resty.sha256";',
      'import * as resty_lock from "resty.lock";',
      'import * as semaphore from "ngx.semaphore";',
      'import * as base64 from "ngx.base64";',
      'import * as lrucache from "resty.lrucache";',
      'import * as process from "ngx.process";',
      'import { band } from "bit";',
    ].join("\n");
    const source = [
      "http.new();",
      'digest.new("sha256");',
      "sha256.new();",
      'resty_lock.new("kong_locks");',
      "semaphore.new(0);",
      'base64.encode_base64url("a");',
      "lrucache.new(1);",
      "process.type();",
      "band(1, 2);",
    ].join("\n");
    expect(body(source, imports)).toEqual([
      "http.new()",
      'digest.new("sha256")',
      "sha256:new()",
      'resty_lock:new("kong_locks")',
      "semaphore.new(0)",
      'base64.encode_base64url("a")',
      "lrucache.new(1)",
      "process.type()",
      "band(1, 2)",
    ]);
  });

  it("calls methods of objects with a colon", () => {
    const source = [
      'client.request_uri("http://a");',
      'dictionary.get("k");',
      "semaphore.wait(1);",
      'hash.final("a");',
      'certificate.digest("sha256");',
      "socket.setkeepalive();",
      "response.read_body();",
      'kong.db.consumers.select_by_username("a");',
      'cache.get("a");',
      "lock.unlock();",
      'kong.cluster_events.broadcast("c", "d");',
      'kong.timer.cancel("t");',
    ].join("\n");
    const declared = [
      'import type { HttpClient, HttpResponse } from "resty.http";',
      'import type { Semaphore } from "ngx.semaphore";',
      'import type { Lock } from "resty.lock";',
      "declare const client: HttpClient;",
      "declare const response: HttpResponse;",
      "declare const semaphore: Semaphore;",
      "declare const lock: Lock;",
      "declare const dictionary: OpenResty.SharedDictionary;",
      "declare const socket: OpenResty.TcpSocket;",
      "declare const hash: RestyOpenssl.Digest;",
      "declare const certificate: RestyOpenssl.X509;",
      "declare const cache: RestyLrucache.LruCache<string>;",
    ].join("\n");
    expect(body(source, declared)).toEqual([
      'client:request_uri("http://a")',
      'dictionary:get("k")',
      "semaphore:wait(1)",
      'hash:final("a")',
      'certificate:digest("sha256")',
      "socket:setkeepalive()",
      "response:read_body()",
      'kong.db.consumers:select_by_username("a")',
      'cache:get("a")',
      "lock:unlock()",
      'kong.cluster_events:broadcast("c", "d")',
      'kong.timer:cancel("t")',
    ]);
  });

  it("calls everything in ngx with a dot", () => {
    const source = [
      "ngx.req.get_headers(0, true);",
      "ngx.resp.get_headers();",
      'ngx.re.match("a", "b", "jo");',
      "ngx.timer.at(0, (premature: boolean) => kong.log(premature));",
      "ngx.thread.spawn(() => 1);",
      "ngx.socket.tcp();",
      "ngx.worker.pid();",
      "ngx.config.prefix();",
      "ngx.sleep(1);",
      'ngx.location.capture("/a");',
      'kong.dns.toip("a");',
      'kong.worker_events.post("a", "b");',
    ].join("\n");
    const lua = body(source);
    expect(lua.filter((line) => line.includes(":"))).toEqual([]);
    expect(lua).toContain("ngx.req.get_headers(0, true)");
    expect(lua).toContain("ngx.config.prefix()");
    expect(lua).toContain('kong.dns.toip("a")');
    expect(lua).toContain('kong.worker_events.post("a", "b")');
  });

  it("leaves nothing of the schema's types, and calls typedefs with a dot", () => {
    const lua = toLua(`
import * as typedefs from "kong.db.schema.typedefs";
const schema = {
  name: "mine",
  fields: [
    { consumer: typedefs.no_consumer },
    { config: { type: "record", fields: [{ url: typedefs.url({ required: true }) }, { n: { type: "number", custom_validator: (n: number) => n > 1 } }] } },
  ],
} as const satisfies Kong.PluginSchema;
export = schema;
`);
    expect(lua.replace(/\s+/g, " ")).toContain("{consumer = typedefs.no_consumer}");
    expect(lua).toContain("typedefs.url({required = true})");
    expect(lua).toContain("custom_validator = function(n) return n > 1 end");
    expect(lua.trim().endsWith("return ____exports") || lua.trim().endsWith("return schema")).toBe(true);
  });

  it("gives a handler's phases self and conf", () => {
    const lua = toLua(
      "export const PRIORITY = 1;\nexport function access(this: unknown, conf: { ttl: number }): void { kong.log(conf.ttl); }\n",
    );
    expect(lua).toContain("____exports.PRIORITY = 1");
    expect(lua).toContain("function ____exports.access(self, conf)");
  });

  it("counts Lua's arrays from one", () => {
    expect(body("kong.log(ngx.arg[0], ngx.arg[1]);")).toEqual(["kong.log(ngx.arg[1], ngx.arg[2])"]);
    expect(body('const [m] = ngx.re.match("a", "(a)"); kong.log(m?.[1]);').join(" ")).toContain("m[1]");
    expect(body("const captures = kong.request.get_uri_captures(); kong.log(captures.unnamed[0]);")).toContain(
      "kong.log(captures.unnamed[1])",
    );
  });
});
