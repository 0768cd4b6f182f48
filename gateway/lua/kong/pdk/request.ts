import cjson = require("cjson.safe");
import { PHASES, REQUEST, check, checkNot, phases } from "./phases";
import { normalize } from "./uri";

const BEFORE_CONTENT = phases("rewrite", "access", "response", "error", "admin_api");
/** Bodies keep the difference between an empty list and an empty record. */
const listMarkingJson = cjson.new();
listMarkingJson.decode_array_with_array_mt(true);

const MAXIMUM = 1000;
/** lua_max_post_args. */
const DEFAULT_ARGS = 100;

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";
const MULTIPART = "multipart/form-data";

/** Header names to the variables that hold them: `X-Foo` is `http_x_foo`. */
const variableNames: LuaTable<string, string> = new LuaTable();

function variableName(header: string): string {
  let name = variableNames.get(header) as string | undefined;
  if (name === undefined) {
    const [underscored] = string.gsub(header, "-", "_");
    name = `http_${underscored}`;
    variableNames.set(header, name);
  }
  return name;
}

/** The spellings of a header name that nginx takes for one: each `-` may be a `_`. */
const spellings: LuaTable<string, string[]> = new LuaTable();

function spellingsOf(header: string): string[] {
  let list = spellings.get(header) as string[] | undefined;
  if (list !== undefined) return list;
  list = [""];
  for (const [part, dash] of string.gmatch(string.lower(header), "([^%-_]*)([%-_]?)")) {
    const longer: string[] = [];
    for (const start of list) {
      longer.push(start + part + (dash === "" ? "" : "-"));
      if (dash !== "" && list.length < 64) longer.push(`${start}${part}_`);
    }
    list = longer;
  }
  spellings.set(header, list);
  return list;
}

/** Whether the request has the header more than once, spelled in whatever ways. */
function isRepeated(name: string): boolean {
  // Cookie headers are joined by both.
  if (string.lower(name) === "cookie") return false;
  const headers = ngx.req.get_headers(0);
  let count = 0;
  for (const spelling of spellingsOf(name)) {
    const value = rawget(headers, spelling) as HeaderValue | undefined;
    if (typeof value === "object") return true;
    if (value !== undefined) count = count + 1;
  }
  return count > 1;
}

/**
 * The first value of a request header, whatever the case and with `_` for `-`. Kong's nginx joins repeated headers with a comma and a blank and then looks
 * again among the first hundred; Debian's nginx gives the first, so that repetition has to be looked for.
 */
function readHeader(name: string): string | undefined {
  const value = ngx.var[variableName(name)];
  if (value === undefined) return undefined;
  const [comma] = string.find(value, ", ", 1, true);
  if (comma === undefined && !isRepeated(name)) return value;
  const listed = ngx.req.get_headers()[name];
  return typeof listed === "object" ? listed[0] : listed;
}

function checkMaximum(name: string, value: unknown): void {
  if (typeof value !== "number") error(`${name} must be a number`, 3);
  if (value < 1) error(`${name} must be >= 1`, 3);
  if (value > MAXIMUM) error(`${name} must be <= ${MAXIMUM}`, 3);
}

function withoutUserAndPort(host: string): string {
  let name = host;
  const [at] = string.find(name, "@", 1, true);
  if (at !== undefined) name = string.sub(name, at + 1);
  const [colon] = string.find(name, ":", 1, true);
  return string.lower(colon === undefined ? name : string.sub(name, 1, colon - 1));
}

function validPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = tonumber(text, 10);
  return port !== undefined && port >= 1 && port <= 65535 ? port : undefined;
}

/** The parts of a multipart/form-data body, the values by name; a repeated name gives a list. */
function parseMultipart(body: string, contentType: string): Dict | undefined {
  let [boundary] = string.match(contentType, 'boundary="([^"]+)"');
  if (boundary === undefined) [boundary] = string.match(contentType, "boundary=([^;%s]+)");
  if (boundary === undefined) return undefined;
  const values: Dict = {};
  const separator = `--${boundary}`;
  let [, from] = string.find(body, separator, 1, true);
  while (from !== undefined) {
    const [next, nextEnd] = string.find(body, separator, from + 1, true);
    if (next === undefined) break;
    const part = string.sub(body, from + 3, next - 3);
    const [headersEnd, valueStart] = string.find(part, "\r\n\r\n", 1, true);
    if (headersEnd !== undefined && valueStart !== undefined) {
      const [name] = string.match(string.sub(part, 1, headersEnd), '[%s;]name="([^"]*)"');
      if (name !== undefined) {
        const value = string.sub(part, valueStart + 1);
        const known = values[name];
        if (known === undefined) values[name] = value;
        else if (type(known) === "table") (known as unknown[]).push(value);
        else values[name] = [known, value];
      }
    }
    from = nextEnd;
  }
  return values;
}

/** kong.request, with Kong's header semantics, phases and error texts. */
function newRequest(kongTable: Kong): KongRequest {
  function trusted(): boolean {
    return kongTable.ip.is_trusted(kongTable.client.get_ip());
  }

  function getScheme(): string {
    check(REQUEST);
    return ngx.ctx.scheme ?? ngx.var.scheme ?? "";
  }

  function getHost(): string {
    check(REQUEST);
    return ngx.ctx.host ?? ngx.var.host ?? "";
  }

  function getPort(): number | undefined {
    checkNot(PHASES.init_worker);
    return tonumber(ngx.var.server_port, 10);
  }

  function getForwardedScheme(): string {
    check(REQUEST);
    if (trusted()) {
      const scheme = readHeader("X-Forwarded-Proto");
      if (scheme !== undefined) return string.lower(scheme);
    }
    return getScheme();
  }

  function getForwardedHost(): string {
    check(REQUEST);
    if (trusted()) {
      const host = readHeader("X-Forwarded-Host");
      if (host !== undefined) return withoutUserAndPort(host);
    }
    return getHost();
  }

  function getForwardedPort(): number | undefined {
    check(REQUEST);
    if (trusted()) {
      const port = validPort(readHeader("X-Forwarded-Port"));
      if (port !== undefined) return port;
      const host = readHeader("X-Forwarded-Host");
      if (host !== undefined) {
        const [text] = string.match(host, "^[^@]*@[^:]*:(.*)$");
        const [plain] = string.match(host, "^[^@:]*:(.*)$");
        const hostPort = validPort(text ?? plain);
        if (hostPort !== undefined) return hostPort;
      }
    }
    return ngx.ctx.host_port ?? getPort();
  }

  function getRawPath(): string {
    check(REQUEST);
    const uri = ngx.ctx.request_uri ?? ngx.var.request_uri ?? "";
    const [mark] = string.find(uri, "?", 2, true);
    return mark === undefined ? uri : string.sub(uri, 1, mark - 1);
  }

  function getPath(): string {
    return normalize(getRawPath(), true);
  }

  function getForwardedPath(): string {
    check(REQUEST);
    if (trusted()) {
      const path = readHeader("X-Forwarded-Path");
      if (path !== undefined) return path;
    }
    return getPath();
  }

  function getForwardedPrefix(): string | undefined {
    check(REQUEST);
    if (trusted()) {
      const prefix = readHeader("X-Forwarded-Prefix");
      if (prefix !== undefined) return prefix;
    }
    return ngx.var.upstream_x_forwarded_prefix;
  }

  function getHttpVersion(): number | undefined {
    check(REQUEST);
    return ngx.req.http_version();
  }

  function getMethod(): string {
    check(REQUEST);
    if (ngx.ctx.KONG_UNEXPECTED === true && (getHttpVersion() ?? 2) < 2) {
      const [method] = string.match(ngx.var.request ?? "", "^(%S+) ");
      if (method !== undefined) return method;
    }
    return ngx.req.get_method();
  }

  function getPathWithQuery(): string {
    check(REQUEST);
    return ngx.ctx.request_uri ?? ngx.var.request_uri ?? "";
  }

  function getRawQuery(): string {
    check(REQUEST);
    return ngx.var.args ?? "";
  }

  function getQuery(max?: number): LuaMultiReturn<[Dict, string?]> {
    check(REQUEST);
    if (max !== undefined) checkMaximum("max_args", max);
    const ctx = ngx.ctx;
    if (ctx.KONG_UNEXPECTED === true && (getHttpVersion() ?? 2) < 2) {
      const [query] = string.match(ngx.var.request ?? "", "%?(%S*) ");
      if (query === undefined) return $multi({});
      return ngx.decode_args(query, max);
    }
    if (ctx.uri_args === undefined) ctx.uri_args = {};
    const [args, err] = ngx.req.get_uri_args(max, ctx.uri_args);
    return $multi(args, err);
  }

  function getQueryArg(name: string): unknown {
    check(REQUEST);
    if (typeof name !== "string") error("query argument name must be a string", 2);
    const [args] = getQuery();
    const value = args[name];
    return type(value) === "table" ? (value as unknown[])[0] : value;
  }

  function getHeader(name: string): string | undefined {
    check(REQUEST);
    if (typeof name !== "string") error("header name must be a string", 2);
    return readHeader(name);
  }

  function getHeaders(max?: number): Record<string, HeaderValue | undefined> {
    check(REQUEST);
    if (max === undefined) return ngx.req.get_headers();
    checkMaximum("max_headers", max);
    return ngx.req.get_headers(max);
  }

  function getRawBody(maxFileSize?: number): LuaMultiReturn<[string | undefined, string?]> {
    check(BEFORE_CONTENT);
    ngx.req.read_body();
    const body = ngx.req.get_body_data();
    if (body !== undefined) return $multi(body);
    const file = ngx.req.get_body_file();
    if (file === undefined) return $multi("");
    if (maxFileSize === undefined || maxFileSize < 0) {
      return $multi(
        undefined,
        "request body did not fit into client body buffer, consider raising 'client_body_buffer_size'",
      );
    }
    const [handle, err] = io.open(file, "r");
    if (handle === undefined) return $multi(undefined, `failed to open cached request body '${file}': ${err}`);
    const [size] = handle.seek("end");
    if (maxFileSize > 0 && (size ?? 0) > maxFileSize) {
      handle.close();
      return $multi(undefined, string.format("request body file too big: %d > %d", size ?? 0, maxFileSize));
    }
    handle.seek("set");
    const content = handle.read("*a");
    handle.close();
    return $multi(tostring(content ?? ""));
  }

  function getBody(
    mimetype?: string,
    maxArgs?: number,
    maxFileSize?: number,
  ): LuaMultiReturn<[Dict | undefined, string?, string?]> {
    check(BEFORE_CONTENT);
    const contentType = mimetype ?? readHeader("Content-Type");
    if (contentType === undefined) return $multi(undefined, "missing content type");
    const [bare] = string.match(string.lower(contentType), "^([^;]*)");
    const kind = bare ?? "";
    const [form] = string.find(kind, FORM, 1, true);
    if (form === 1) {
      if (maxArgs !== undefined) checkMaximum("max_args", maxArgs);
      ngx.req.read_body();
      const [args, err] = ngx.req.get_post_args(maxArgs ?? DEFAULT_ARGS);
      if (args === undefined) return $multi(undefined, err, FORM);
      return $multi(args, undefined, FORM);
    }
    const [json] = string.find(kind, JSON_TYPE, 1, true);
    if (json === 1) {
      const [body, err] = getRawBody(maxFileSize);
      if (body === undefined) return $multi(undefined, err, JSON_TYPE);
      const [value] = listMarkingJson.decode(body);
      if (type(value) !== "table") return $multi(undefined, "invalid json body", JSON_TYPE);
      return $multi(value as Dict, undefined, JSON_TYPE);
    }
    const [multipart] = string.find(kind, MULTIPART, 1, true);
    if (multipart === 1) {
      const [body, err] = getRawBody(maxFileSize);
      if (body === undefined) return $multi(undefined, err, MULTIPART);
      const parts = parseMultipart(body, contentType);
      if (parts === undefined) return $multi(undefined, "unable to decode multipart body", MULTIPART);
      return $multi(parts, undefined, MULTIPART);
    }
    return $multi(undefined, `unsupported content type '${contentType}'`, kind);
  }

  function getStartTime(): number {
    check(REQUEST);
    return ngx.ctx.KONG_PROCESSING_START ?? ngx.req.start_time() * 1000;
  }

  function getUriCaptures(context?: RequestContext): { unnamed: Dict; named: Dict } {
    check(REQUEST);
    const ctx = context ?? ngx.ctx;
    const named: Dict = {};
    const unnamed = setmetatable({} as Dict, cjson.array_mt as never) as Dict;
    const captures = ctx.router_matches?.uri_captures;
    if (captures !== undefined) {
      for (const [key, value] of pairs(captures)) {
        if (typeof key === "number") unnamed[key] = value;
        else named[key as string] = value;
      }
    }
    return { unnamed, named };
  }

  return {
    get_scheme: getScheme,
    get_host: getHost,
    get_port: getPort,
    get_forwarded_scheme: getForwardedScheme,
    get_forwarded_host: getForwardedHost,
    get_forwarded_port: getForwardedPort,
    get_forwarded_path: getForwardedPath,
    get_forwarded_prefix: getForwardedPrefix,
    get_http_version: getHttpVersion,
    get_method: getMethod,
    get_path: getPath,
    get_raw_path: getRawPath,
    get_path_with_query: getPathWithQuery,
    get_raw_query: getRawQuery,
    get_query: getQuery,
    get_query_arg: getQueryArg,
    get_header: getHeader,
    get_headers: getHeaders,
    get_raw_body: getRawBody,
    get_body: getBody,
    get_start_time: getStartTime,
    get_uri_captures: getUriCaptures,
  };
}

export { newRequest, readHeader };
