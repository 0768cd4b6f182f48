/**
 * Stands in for lua-resty-http 0.17.2: same functions, return values and error strings. What the plugins do not use of it is left out and raises by name.
 */
import httpHeaders = require("./http_headers");
import { ConnectOptions, Connecting, connect as connectSocket } from "./http_connect";
import { ProxyOptions, UriParts, isExempt, parseUri } from "./http_uri";
import { Reader, chunkedReader, closingReader, noBody, sizedReader } from "./http_body";

type Result<T> = LuaMultiReturn<[T | undefined, string?]>;
type Headers = Record<string, unknown>;

interface Params {
  method?: string;
  path?: string;
  version?: number;
  query?: string | Dict;
  headers?: Headers;
  body?: unknown;
  scheme?: string;
  host?: string;
  port?: number;
  ssl_server_name?: string;
  proxy_opts?: ProxyOptions;
  keepalive?: boolean;
  keepalive_timeout?: number;
  keepalive_pool?: number;
}

interface Response {
  status: number;
  reason: string;
  headers: Headers;
  has_body: boolean;
  body_reader?: Reader;
  body?: string;
  trailer_reader?: (this: void) => Result<Headers>;
  read_body(): LuaMultiReturn<[string | undefined, string?, string?]>;
  read_trailers(): unknown;
}

interface Client extends Connecting {
  connect(options: unknown, ...rest: unknown[]): LuaMultiReturn<[unknown, string?, unknown?]>;
  send_request(params: Params): LuaMultiReturn<[true | undefined, string?, unknown?]>;
  read_response(params: Params): Result<Response>;
  set_keepalive(...args: unknown[]): Result<number>;
  parse_uri(uri: string, queryInPath?: boolean): LuaMultiReturn<[UriParts | undefined, string?]>;
}

const VERSION = "0.17.2";
const USER_AGENT = `lua-resty-http/${VERSION} (Lua) ngx_lua/${ngx.config.ngx_lua_version}`;
const NOT_INITIALIZED = "not initialized";
const CONTINUE = "100-continue";
const DEFAULTS = { method: "GET", path: "/", version: 1.1 };

const EXPECTS_BODY: LuaSet<string> = new LuaSet();
for (const method of ["POST", "PUT", "PATCH"]) EXPECTS_BODY.add(method);

function copy(value: unknown): unknown {
  if (type(value) !== "table") return value;
  const result: Dict = {};
  for (const [key, item] of pairs(value as Dict)) result[key] = copy(item);
  return result;
}

function setTimeout(this: Client, milliseconds: number): LuaMultiReturn<[unknown, string?]> {
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  return $multi(this.sock.settimeout(milliseconds));
}

function setTimeouts(this: Client, connect_: number, send: number, read: number): LuaMultiReturn<[unknown, string?]> {
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  return $multi(this.sock.settimeouts(connect_, send, read));
}

/** With a table as in 0.17; with host and port as before (deprecated, TCP only). */
function connect(this: Client, options: unknown, ...rest: unknown[]): LuaMultiReturn<[unknown, string?, unknown?]> {
  if (type(options) === "table") return connectSocket(this, options as ConnectOptions);
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  this.host = options as string;
  const [port] = rest;
  this.port = typeof port === "number" ? port : undefined;
  this.keepalive = true;
  this.ssl = false;
  return this.sock.connect(options as string, ...rest);
}

function setKeepalive(this: Client, ...args: unknown[]): LuaMultiReturn<[number | undefined, string?]> {
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  if (this.keepalive) return this.sock.setkeepalive(...args);
  const [closed, err] = this.sock.close();
  if (closed === undefined) return $multi(undefined, err);
  return $multi(2, "connection must be closed");
}

function getReusedTimes(this: Client): LuaMultiReturn<[number | undefined, string?]> {
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  return this.sock.getreusedtimes();
}

function close(this: Client): LuaMultiReturn<[number | undefined, string?]> {
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  return this.sock.close();
}

function isChunked(headers: Headers): boolean {
  const encoding = headers["Transfer-Encoding"];
  if (encoding === undefined) return false;
  const value = type(encoding) === "table" ? table.concat(encoding as string[], ",") : tostring(encoding);
  const [found] = string.find(string.lower(value), "chunked", 1, true);
  return found !== undefined;
}

function requestText(self: Client, params: Params): string {
  let query = type(params.query) === "table" ? ngx.encode_args(params.query as Dict) : ((params.query ?? "") as string);
  if (query !== "" && string.sub(query, 1, 1) !== "?") query = `?${query}`;
  const version = params.version === 1.0 ? "HTTP/1.0" : "HTTP/1.1";
  const lines = [
    `${string.upper(params.method ?? "GET")} ${self.path_prefix ?? ""}${params.path ?? "/"}${query} ${version}\r\n`,
  ];
  for (const [name, value] of pairs(params.headers ?? {})) {
    if (type(value) === "table") {
      for (const [, item] of pairs(value as unknown as Dict)) lines.push(`${tostring(name)}: ${tostring(item)}\r\n`);
    } else {
      lines.push(`${tostring(name)}: ${tostring(value)}\r\n`);
    }
  }
  lines.push("\r\n");
  return table.concat(lines);
}

function sendBody(socket: Socket, body: unknown): LuaMultiReturn<[true | undefined, string?, unknown?]> {
  if (type(body) === "function") {
    const next_ = body as (this: void) => LuaMultiReturn<[string?, string?, unknown?]>;
    while (true) {
      const [chunk, err, partial] = next_();
      if (chunk === undefined) {
        if (err !== undefined) return $multi(undefined, err, partial);
        return $multi(true);
      }
      const [sent, sendError] = socket.send(chunk);
      if (sent === undefined) return $multi(undefined, sendError);
    }
  }
  if (body === undefined) return $multi(true);
  const [sent, err] = socket.send(body);
  if (sent === undefined) return $multi(undefined, err);
  return $multi(true);
}

/** Content-Length for what will be sent, or why there is none. */
function setLength(headers: Headers, body: unknown, method: string): string | undefined {
  if (isChunked(headers)) {
    headers["Content-Length"] = undefined;
    return undefined;
  }
  if (headers["Content-Length"] !== undefined) return undefined;
  if (type(body) === "function") return "Request body is a function but a length or chunked encoding is not specified";
  if (type(body) === "table") {
    let length = 0;
    for (const [, part] of ipairs(body as unknown[])) length = length + tostring(part).length;
    headers["Content-Length"] = length;
  } else if (body === undefined) {
    if (EXPECTS_BODY.has(string.upper(method))) headers["Content-Length"] = 0;
  } else {
    headers["Content-Length"] = tostring(body).length;
  }
  return undefined;
}

function hostHeader(self: Client): Result<string> {
  const host = self.host ?? "";
  if (string.sub(host, 1, 5) === "unix:") {
    return $multi(undefined, "Unable to generate a useful Host header for a unix domain socket. Please provide one.");
  }
  const usual = self.ssl === true ? 443 : 80;
  return $multi(self.port === undefined || self.port === usual ? host : `${host}:${self.port}`);
}

function sendRequest(this: Client, params: Params): LuaMultiReturn<[true | undefined, string?, unknown?]> {
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  setmetatable(params, { __index: DEFAULTS } as never);
  const headers = httpHeaders.new();
  for (const [name, value] of pairs(params.headers ?? {})) headers[name] = value;
  if (headers["Proxy-Authorization"] === undefined) headers["Proxy-Authorization"] = this.http_proxy_auth;
  const wrong = setLength(headers, params.body, params.method ?? "GET");
  if (wrong !== undefined) return $multi(undefined, wrong);
  if (headers.Host === undefined) {
    const [host, err] = hostHeader(this);
    if (host === undefined) return $multi(undefined, err);
    headers.Host = host;
  }
  if (headers["User-Agent"] === undefined) headers["User-Agent"] = USER_AGENT;
  if (params.version === 1.0 && headers.Connection === undefined) headers.Connection = "Keep-Alive";
  params.headers = headers;
  const [sent, err] = this.sock.send(requestText(this, params));
  if (sent === undefined) return $multi(undefined, err);
  if (headers.Expect !== CONTINUE) {
    const [ok, bodyError, partial] = sendBody(this.sock, params.body);
    if (ok === undefined) return $multi(undefined, bodyError, partial);
  }
  return $multi(true);
}

function receiveStatus(socket: Socket): LuaMultiReturn<[number?, number?, string?, string?]> {
  const [line, err] = socket.receive("*l");
  if (line === undefined) return $multi(undefined, undefined, undefined, err);
  const version = tonumber(string.sub(line, 6, 8));
  if (version === undefined)
    return $multi(undefined, undefined, undefined, `couldn't parse HTTP version from response status line: ${line}`);
  const status = tonumber(string.sub(line, 10, 12));
  if (status === undefined)
    return $multi(undefined, undefined, undefined, `couldn't parse status code from response status line: ${line}`);
  return $multi(status, version, string.sub(line, 14));
}

function receiveHeaders(socket: Socket): Result<Headers> {
  const headers = httpHeaders.new();
  while (true) {
    const [line, err] = socket.receive("*l");
    if (line === undefined) return $multi(undefined, err);
    const [match] = ngx.re.match(line, "([^:\\s]+):\\s*(.*)", "jo");
    if (match === undefined) return $multi(headers);
    const name = match[1] as string;
    const value = tostring(match[2]);
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else if (type(known) === "table") (known as string[]).push(value);
    else headers[name] = [known, value];
  }
}

function readBody(this: Response): LuaMultiReturn<[string | undefined, string?, string?]> {
  const reader = this.body_reader;
  if (reader === undefined) return $multi(undefined, "no body to be read");
  const chunks: string[] = [];
  while (true) {
    const [chunk, err] = reader();
    if (err !== undefined) return $multi(undefined, err, table.concat(chunks));
    if (chunk === undefined) return $multi(table.concat(chunks));
    chunks.push(chunk);
  }
}

function readTrailers(this: Response): LuaMultiReturn<[unknown, string?]> {
  if (this.trailer_reader === undefined) return $multi(undefined, "no trailers");
  const [trailers] = this.trailer_reader();
  for (const [name, value] of pairs(trailers ?? {})) {
    if (this.headers[name] === undefined) this.headers[name] = value;
  }
  return $multi(undefined);
}

function hasBody(method: string | undefined, status: number): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304 && (status < 100 || status >= 200);
}

/** Whether the connection may be used again. */
function keepsAlive(version: number, headers: Headers): boolean {
  const { Connection: connection } = headers;
  if (typeof connection !== "string") return version !== 1.0;
  const lower = string.lower(connection);
  const [closes] = string.find(lower, "close", 1, true);
  const [keeps] = string.find(lower, "keep-alive", 1, true);
  return version === 1.0 ? keeps !== undefined : closes === undefined;
}

function bodyReader(socket: Socket, version: number, headers: Headers): Reader {
  if (version === 1.1 && isChunked(headers)) return chunkedReader(socket);
  const length = tonumber(headers["Content-Length"] as string);
  return length === undefined ? closingReader(socket) : sizedReader(socket, length);
}

function readResponse(this: Client, params: Params): Result<Response> {
  const socket = this.sock;
  if (socket === undefined) return $multi(undefined, NOT_INITIALIZED);
  let [status, version, reason, err] = receiveStatus(socket);
  if (status === undefined || version === undefined) return $multi(undefined, err);
  if (params.headers?.Expect === CONTINUE && status === 100) {
    receiveHeaders(socket);
    const [ok, bodyError] = sendBody(socket, params.body);
    if (ok === undefined) return $multi(undefined, bodyError);
    [status, version, reason, err] = receiveStatus(socket);
    if (status === undefined || version === undefined) return $multi(undefined, err);
  }
  const [headers, headersError] = receiveHeaders(socket);
  if (headers === undefined) return $multi(undefined, headersError);
  if (!keepsAlive(version, headers)) this.keepalive = false;
  const body = hasBody(params.method, status);
  return $multi({
    status,
    reason: reason ?? "",
    headers,
    has_body: body,
    body_reader: body ? bodyReader(socket, version, headers) : noBody,
    read_body: readBody,
    trailer_reader: headers.Trailer === undefined ? undefined : () => receiveHeaders(socket),
    read_trailers: readTrailers,
  });
}

function request(this: Client, given: Params): Result<Response> {
  const params = copy(given) as Params;
  const [sent, err] = this.send_request(params);
  if (sent === undefined) return $multi(undefined, err);
  return this.read_response(params);
}

/** Connects, asks, reads the whole body, and keeps or closes the connection. */
function requestUri(this: Client, uri: string, given?: Params): Result<Response> {
  const params = copy(given ?? {}) as Params;
  if (this.proxy_opts !== undefined) params.proxy_opts = copy(this.proxy_opts) as ProxyOptions;
  const [parsed, uriError] = parseUri(uri, false);
  if (parsed === undefined) return $multi(undefined, uriError);
  const [scheme, host, port, path, query] = parsed;
  params.scheme = scheme;
  params.host = host;
  params.port = port;
  params.path = params.path ?? path;
  params.query = params.query ?? query;
  params.ssl_server_name = params.ssl_server_name ?? host;
  const authorization = params.headers?.["Proxy-Authorization"] as string | undefined;
  if (authorization !== undefined && params.proxy_opts !== undefined) {
    params.proxy_opts.https_proxy_authorization = authorization;
    params.proxy_opts.http_proxy_authorization = authorization;
  }
  const [connected, connectError] = this.connect(params);
  if (connected === undefined) return $multi(undefined, connectError);
  const [response, err] = request.call(this, params);
  if (response === undefined) {
    this.close();
    return $multi(undefined, err);
  }
  const [body, bodyError] = response.read_body();
  if (body === undefined) {
    this.close();
    return $multi(undefined, bodyError);
  }
  response.body = body;
  if (params.keepalive === false) this.close();
  else this.set_keepalive(params.keepalive_timeout, params.keepalive_pool);
  return $multi(response);
}

function parseUriMethod(
  this: unknown,
  uri: string,
  queryInPath?: boolean,
): LuaMultiReturn<[UriParts | undefined, string?]> {
  return parseUri(uri, queryInPath !== false);
}

function setProxyOptions(this: Client, options: ProxyOptions): void {
  this.proxy_opts = copy(options) as ProxyOptions;
}

function getProxyUri(this: Client, scheme: string, host: string): string | undefined {
  const options = this.proxy_opts;
  if (options === undefined || isExempt(options.no_proxy, host)) return undefined;
  return scheme === "https" ? options.https_proxy : options.http_proxy;
}

function sslHandshake(this: Client, ...args: unknown[]): LuaMultiReturn<[unknown, string?]> {
  if (this.sock === undefined) return $multi(undefined, NOT_INITIALIZED);
  this.ssl = true;
  return this.sock.sslhandshake(...args);
}

const methods = {
  set_timeout: setTimeout,
  set_timeouts: setTimeouts,
  connect,
  set_keepalive: setKeepalive,
  get_reused_times: getReusedTimes,
  close,
  parse_uri: parseUriMethod,
  send_request: sendRequest,
  read_response: readResponse,
  request,
  request_uri: requestUri,
  set_proxy_options: setProxyOptions,
  get_proxy_uri: getProxyUri,
  ssl_handshake: sslHandshake,
  transfer_encoding_is_chunked: isChunked,
};
const metatable = { __index: methods };

function create(): Result<Client> {
  const [sock, err] = ngx.socket.tcp();
  if (sock === undefined) return $multi(undefined, err);
  return $multi(setmetatable({ sock, keepalive: true }, metatable as never) as unknown as Client);
}

const missing = (name: string) => () => error(`resty.http.${name} is not part of the development gateway`, 2);

const module = {
  _VERSION: VERSION,
  _USER_AGENT: USER_AGENT,
  new: create,
  request_pipeline: missing("request_pipeline"),
  get_client_body_reader: missing("get_client_body_reader"),
  proxy_request: missing("proxy_request"),
  proxy_response: missing("proxy_response"),
  parse_uri: parseUriMethod,
  transfer_encoding_is_chunked: isChunked,
};

export = module;
