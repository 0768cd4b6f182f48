import cjson = require("cjson.safe");
import { normalizeMultiHeader, validateHeader, validateHeaders } from "./checks";
import { check, phases } from "./phases";
import { readHeader } from "./request";
import { escape } from "./uri";

const ACCESS = phases("rewrite", "access");
const ACCESS_BALANCER = phases("rewrite", "access", "balancer");
const RESPONSE = phases("header_filter", "response", "body_filter", "log");

const METHODS: LuaTable<string, number> = new LuaTable();
METHODS.set("GET", ngx.HTTP_GET);
METHODS.set("HEAD", ngx.HTTP_HEAD);
METHODS.set("PUT", ngx.HTTP_PUT);
METHODS.set("POST", ngx.HTTP_POST);
METHODS.set("DELETE", ngx.HTTP_DELETE);
METHODS.set("OPTIONS", ngx.HTTP_OPTIONS);
METHODS.set("MKCOL", ngx.HTTP_MKCOL);
METHODS.set("COPY", ngx.HTTP_COPY);
METHODS.set("MOVE", ngx.HTTP_MOVE);
METHODS.set("PROPFIND", ngx.HTTP_PROPFIND);
METHODS.set("PROPPATCH", ngx.HTTP_PROPPATCH);
METHODS.set("LOCK", ngx.HTTP_LOCK);
METHODS.set("UNLOCK", ngx.HTTP_UNLOCK);
METHODS.set("PATCH", ngx.HTTP_PATCH);
METHODS.set("TRACE", ngx.HTTP_TRACE);

/** Encodes arguments in alphabetical order of their names, as Kong does. */
function orderedArgs(args: Dict): LuaMultiReturn<[string | undefined, string?]> {
  const parts: string[] = [];
  for (const [name, value] of pairs(args)) {
    if (type(name) !== "string") return $multi(undefined, "arg keys must be strings");
    const [ok, text] = pcall(ngx.encode_args, { [name]: value } as Dict);
    if (!ok) return $multi(undefined, tostring(text));
    parts.push(text as string);
  }
  table.sort(parts);
  return $multi(table.concat(parts, "&"));
}

function upstreamHeaderName(name: string): string {
  const [underscored] = string.gsub(string.lower(name), "-", "_");
  return `upstream_http_${underscored}`;
}

/** kong.service.request: what the upstream service will be sent. */
function newServiceRequest(): Kong["service"]["request"] {
  function rememberHost(name: string, value: unknown): void {
    if (string.lower(name) === "host") ngx.var.upstream_host = value as string;
  }

  function setScheme(scheme: unknown): void {
    check(ACCESS_BALANCER);
    if (typeof scheme !== "string") error("scheme must be a string", 2);
    if (scheme !== "http" && scheme !== "https") error(`invalid scheme: ${scheme}`, 2);
    ngx.var.upstream_scheme = scheme;
  }

  function setPath(path: unknown): void {
    check(ACCESS_BALANCER);
    if (typeof path !== "string") error("path must be a string", 2);
    if (string.sub(path, 1, 1) !== "/") error("path must start with /", 2);
    ngx.var.upstream_uri = escape(path);
  }

  function setRawQuery(query: unknown): void {
    check(ACCESS);
    if (typeof query !== "string") error("query must be a string", 2);
    ngx.req.set_uri_args(query);
  }

  function setMethod(method: unknown): void {
    check(ACCESS);
    if (typeof method !== "string") error("method must be a string", 2);
    const id = METHODS.get(method) as number | undefined;
    if (id === undefined) error(`invalid method: ${method}`, 2);
    ngx.req.set_method(id);
  }

  function setQuery(args: unknown): void {
    check(ACCESS);
    if (type(args) !== "table") error("args must be a table", 2);
    const [query, err] = orderedArgs(args as Dict);
    if (query === undefined) error(err ?? "", 2);
    ngx.req.set_uri_args(query);
  }

  function clearQueryArg(name: unknown): void {
    check(ACCESS);
    if (typeof name !== "string") error("query argument name must be a string", 2);
    const args = ngx.var.args;
    if (args === undefined || args === "") return;
    const kept: string[] = [];
    for (const [part] of string.gmatch(args, "[^&]+")) {
      const [key] = string.match(part, "^[^=]*");
      const [spaced] = string.gsub(key ?? "", "%+", " ");
      if (ngx.unescape_uri(spaced) !== name) {
        const [encoded] = string.gsub(part, "%+", "%%20");
        kept.push(encoded);
      }
    }
    ngx.var.args = table.concat(kept, "&");
  }

  function setHeader(name: unknown, value: unknown): LuaMultiReturn<[undefined, string] | []> {
    check(ACCESS_BALANCER);
    validateHeader(name, value);
    rememberHost(name as string, value);
    if (string.lower(name as string) === ":authority") {
      return $multi(undefined, "cannot set :authority pseudo-header on non-grpc requests");
    }
    ngx.req.set_header(name as string, normalizeMultiHeader(value));
    return $multi();
  }

  function addHeader(name: unknown, value: unknown): void {
    check(ACCESS);
    validateHeader(name, value);
    rememberHost(name as string, value);
    const existing = ngx.req.get_headers()[name as string];
    let all: unknown[] = [];
    if (typeof existing === "string") all = [existing];
    else if (existing !== undefined) all = existing;
    table.insert(all, normalizeMultiHeader(value));
    ngx.req.set_header(name as string, all);
  }

  function clearHeader(name: unknown): void {
    check(ACCESS);
    if (typeof name !== "string") error("header must be a string", 2);
    ngx.req.clear_header(name);
  }

  function setHeaders(headers: unknown): void {
    check(ACCESS);
    if (type(headers) !== "table") error("headers must be a table", 2);
    validateHeaders(headers);
    for (const [name, value] of pairs(headers as Dict)) {
      rememberHost(name, value);
      ngx.req.set_header(name, normalizeMultiHeader(value));
    }
  }

  function setRawBody(body: unknown): void {
    check(ACCESS_BALANCER);
    if (typeof body !== "string") error("body must be a string", 2);
    if (ngx.get_phase() !== "balancer") ngx.req.read_body();
    ngx.req.set_body_data(body);
  }

  function setBody(args: unknown, mimetype?: unknown): LuaMultiReturn<[true] | [undefined, string]> {
    check(ACCESS);
    if (type(args) !== "table") error("args must be a table", 2);
    if (mimetype !== undefined && typeof mimetype !== "string") error("mime must be a string", 2);
    const mime = mimetype ?? readHeader("Content-Type");
    if (mime === undefined)
      return $multi(undefined, "content type was neither explicitly given as an argument or received as a header");
    const [bare] = string.match(mime, "^([^;]*)");
    let body: string | undefined;
    let err: string | undefined;
    if (bare === "application/x-www-form-urlencoded") [body, err] = orderedArgs(args as Dict);
    else if (bare === "application/json") [body, err] = cjson.encode(args);
    else error(`unsupported content type ${mime}`, 2);
    if (body === undefined) error(err ?? "", 2);
    ngx.req.read_body();
    ngx.req.set_body_data(body);
    ngx.req.set_header("Content-Type", mime);
    return $multi(true);
  }

  function enableBuffering(): void {
    error("kong.service.request.enable_buffering is not part of the development gateway", 2);
  }

  return {
    set_scheme: setScheme,
    set_path: setPath,
    set_raw_query: setRawQuery,
    set_method: setMethod,
    set_query: setQuery,
    clear_query_arg: clearQueryArg,
    set_header: setHeader as (this: void, ...args: unknown[]) => unknown,
    add_header: addHeader,
    clear_header: clearHeader,
    set_headers: setHeaders,
    set_raw_body: setRawBody,
    set_body: setBody as (this: void, ...args: unknown[]) => unknown,
    enable_buffering: enableBuffering,
  };
}

/** kong.service.response: what the upstream service answered. */
function newServiceResponse(): Dict {
  function getStatus(): number | undefined {
    check(RESPONSE);
    const [status] = string.match(ngx.var.upstream_status ?? "", "(%d+)%s*$");
    return status === undefined ? undefined : tonumber(status);
  }

  function getHeader(name: unknown): string | undefined {
    check(RESPONSE);
    if (typeof name !== "string") error("name must be a string", 2);
    return ngx.var[upstreamHeaderName(name)];
  }

  function getHeaders(max?: number): Record<string, HeaderValue | undefined> {
    check(RESPONSE);
    return ngx.resp.get_headers(max);
  }

  return { get_status: getStatus, get_header: getHeader, get_headers: getHeaders };
}

/** kong.service: where the request goes. */
function newService(): Kong["service"] {
  function setTarget(host: unknown, port: unknown): void {
    check(ACCESS_BALANCER);
    if (typeof host !== "string") error("host must be a string", 2);
    if (typeof port !== "number" || math.floor(port) !== port) error("port must be an integer", 2);
    if (port < 0 || port > 65535) error(`port must be an integer between 0 and 65535: given ${port}`, 2);
    const data = ngx.ctx.balancer_data;
    if (data === undefined) error("no service", 2);
    data.host = host;
    data.ip = host;
    data.port = port;
  }

  function setRetries(retries: unknown): void {
    check(ACCESS_BALANCER);
    if (typeof retries !== "number" || math.floor(retries) !== retries) error("retries must be an integer", 2);
    const data = ngx.ctx.balancer_data;
    if (data !== undefined) data.retries = retries;
  }

  return {
    request: newServiceRequest(),
    response: newServiceResponse(),
    set_target: setTarget,
    set_retries: setRetries,
  };
}

export { newService };
