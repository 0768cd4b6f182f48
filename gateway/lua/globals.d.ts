/**
 * What the gateway's Lua side uses of ngx_lua, lua-resty-core and LuaJIT, and
 * no more. The complete declarations for plugin authors are in types/.
 *
 * @noSelfInFile
 */

/** A Lua table with keys and values of any kind. */
type Dict = Record<string, unknown>;

/** What a header reads as: one value, or several in the order they came. */
type HeaderValue = string | string[];

/** A C value of LuaJIT's FFI. */
interface CData {
  readonly __cdata: never;
}

/** @noSelf */
interface NgxReq {
  get_headers(max?: number, raw?: boolean): Record<string, HeaderValue | undefined>;
  set_header(name: string, value: unknown): void;
  clear_header(name: string): void;
  get_method(): string;
  set_method(method: number): void;
  get_uri_args(max?: number, into?: Dict): LuaMultiReturn<[Dict, string?]>;
  set_uri_args(args: string | Dict): void;
  get_post_args(max?: number): LuaMultiReturn<[Dict | undefined, string?]>;
  read_body(): void;
  get_body_data(): string | undefined;
  get_body_file(): string | undefined;
  set_body_data(body: string): void;
  http_version(): number | undefined;
  start_time(): number;
  socket(): LuaMultiReturn<[Socket | undefined, string?]>;
}

/** A cosocket (ngx.socket.tcp). Its methods are called with a colon. */
interface Socket {
  connect(host: string, port?: unknown, options?: unknown): LuaMultiReturn<[number | undefined, string?]>;
  sslhandshake(...args: unknown[]): LuaMultiReturn<[unknown, string?]>;
  setclientcert?: (this: Socket, cert: unknown, key: unknown) => LuaMultiReturn<[unknown, string?]>;
  send(data: unknown): LuaMultiReturn<[number | undefined, string?]>;
  receive(size?: unknown): LuaMultiReturn<[string | undefined, string?, string?]>;
  settimeout(milliseconds: unknown): unknown;
  settimeouts(connect: unknown, send: unknown, read: unknown): unknown;
  setkeepalive(...args: unknown[]): LuaMultiReturn<[number | undefined, string?]>;
  getreusedtimes(): LuaMultiReturn<[number | undefined, string?]>;
  close(): LuaMultiReturn<[number | undefined, string?]>;
}

/** A shared dictionary (lua_shared_dict). */
interface SharedDict {
  get(key: string): LuaMultiReturn<[unknown, (number | string)?]>;
  get_stale(key: string): LuaMultiReturn<[unknown, (number | string)?, boolean?]>;
  set(
    key: string,
    value: unknown,
    ttl?: number,
    flags?: number,
  ): LuaMultiReturn<[boolean | undefined, string?, boolean?]>;
  safe_set(key: string, value: unknown, ttl?: number, flags?: number): LuaMultiReturn<[boolean | undefined, string?]>;
  add(
    key: string,
    value: unknown,
    ttl?: number,
    flags?: number,
  ): LuaMultiReturn<[boolean | undefined, string?, boolean?]>;
  incr(key: string, by: number, init?: number, ttl?: number): LuaMultiReturn<[number | undefined, string?]>;
  delete(key: string): LuaMultiReturn<[boolean | undefined, string?]>;
  ttl(key: string): LuaMultiReturn<[number | undefined, string?]>;
  flush_all(): void;
  flush_expired(max?: number): number;
  get_keys(max?: number): string[];
  free_space(): number;
  capacity(): number;
}

/** @noSelf */
interface NgxRe {
  match(
    subject: string,
    regex: string,
    options?: string,
    ctx?: unknown,
    result?: Dict,
  ): LuaMultiReturn<[Record<string | number, string | false | undefined> | undefined, string?]>;
  find(subject: string, regex: string, options?: string): LuaMultiReturn<[number | undefined, number?, string?]>;
  gmatch(
    subject: string,
    regex: string,
    options?: string,
  ): LuaMultiReturn<[(() => Record<number, string> | undefined) | undefined, string?]>;
  sub(subject: string, regex: string, replacement: string, options?: string): LuaMultiReturn<[string, number, string?]>;
  gsub(
    subject: string,
    regex: string,
    replacement: string,
    options?: string,
  ): LuaMultiReturn<[string, number, string?]>;
}

/** @noSelf */
interface NgxResp {
  get_headers(max?: number): Record<string, HeaderValue | undefined>;
}

/** @noSelf */
interface NgxSocket {
  tcp: (this: void) => LuaMultiReturn<[Socket | undefined, string?]>;
}

/** @noSelf */
interface NgxTimer {
  at(
    delay: number,
    fn: (this: void, premature: boolean, ...args: never[]) => void,
    ...args: unknown[]
  ): LuaMultiReturn<[unknown, string?]>;
  every(
    delay: number,
    fn: (this: void, premature: boolean, ...args: never[]) => void,
    ...args: unknown[]
  ): LuaMultiReturn<[unknown, string?]>;
}

/** @noSelf */
interface NgxThread {
  spawn(fn: (this: void) => unknown): unknown;
  wait(...threads: unknown[]): LuaMultiReturn<[boolean, unknown]>;
  kill(thread: unknown): void;
}

/** @noSelf */
interface NgxWorker {
  id(): number;
  pid(): number;
  count(): number;
  exiting(): boolean;
}

/** @noSelf */
interface NgxConfig {
  subsystem: string;
  ngx_lua_version: number;
  nginx_version: number;
  prefix(): string;
}

/** @noSelf */
interface KongIp {
  is_trusted(address: string): boolean;
}

/** @noSelf */
interface KongClient {
  get_ip(): string;
  authenticate(consumer?: unknown, credential?: unknown): void;
  [other: string]: unknown;
}

/** @noSelf */
interface KongVault {
  get(reference: string): LuaMultiReturn<[string | undefined, string?]>;
  is_reference(value: unknown): boolean;
  update(options: unknown): unknown;
  [other: string]: unknown;
}

/** @noSelf */
interface Ngx {
  ctx: RequestContext;
  var: Record<string, string | undefined>;
  header: Record<string, unknown>;
  status: number;
  headers_sent: boolean;
  arg: Record<number, unknown>;
  null: unknown;
  OK: number;
  ERROR: number;
  EMERG: number;
  ALERT: number;
  CRIT: number;
  ERR: number;
  WARN: number;
  NOTICE: number;
  INFO: number;
  DEBUG: number;
  STDERR: number;
  HTTP_GET: number;
  HTTP_HEAD: number;
  HTTP_PUT: number;
  HTTP_POST: number;
  HTTP_DELETE: number;
  HTTP_OPTIONS: number;
  HTTP_MKCOL: number;
  HTTP_COPY: number;
  HTTP_MOVE: number;
  HTTP_PROPFIND: number;
  HTTP_PROPPATCH: number;
  HTTP_LOCK: number;
  HTTP_UNLOCK: number;
  HTTP_PATCH: number;
  HTTP_TRACE: number;
  req: NgxReq;
  resp: NgxResp;
  re: NgxRe;
  socket: NgxSocket;
  timer: NgxTimer;
  thread: NgxThread;
  worker: NgxWorker;
  config: NgxConfig;
  shared: Record<string, SharedDict | undefined>;
  get_phase(): string;
  exit(status: number): never;
  exec(uri: string): never;
  print(...args: unknown[]): LuaMultiReturn<[unknown, string?]>;
  say(...args: unknown[]): LuaMultiReturn<[unknown, string?]>;
  log(level: number, ...args: unknown[]): void;
  now(): number;
  time(): number;
  update_time(): void;
  sleep(seconds: number): void;
  encode_args(args: Dict): string;
  decode_args(args: string, max?: number): LuaMultiReturn<[Dict, string?]>;
  encode_base64(text: string, noPadding?: boolean): string;
  decode_base64(text: string): string | undefined;
  escape_uri(text: string, type?: number): string;
  unescape_uri(text: string): string;
  md5(text: string): string;
  sha1_bin(text: string): string;
  crc32_long(text: string): number;
}
declare const ngx: Ngx;

/** Kong's `kong` global as the gateway builds it. */
declare let kong: Kong;

declare function require(name: string): unknown;

declare module "cjson.safe" {
  const cjson: {
    encode(this: void, value: unknown): LuaMultiReturn<[string | undefined, string?]>;
    decode(this: void, text: string): LuaMultiReturn<[unknown, string?]>;
    null: unknown;
    array_mt: object;
    new: (this: void) => {
      decode(this: void, text: string): LuaMultiReturn<[unknown, string?]>;
      decode_array_with_array_mt(this: void, on: boolean): boolean;
    };
  };
  export = cjson;
}
declare module "ffi" {
  const ffi: {
    cdef(this: void, definitions: string): void;
    C: unknown;
    new: (this: void, type: string, ...args: unknown[]) => CData;
    cast(this: void, type: string, value: unknown): CData;
    gc(this: void, value: CData, finalizer: unknown): CData;
    string(this: void, pointer: CData, length?: number): string;
    istype(this: void, type: string, value: unknown): boolean;
    typeof(this: void, type: string): CData;
    load(this: void, name: string): unknown;
    copy(this: void, to: CData, from: unknown, length?: number): void;
    errno(this: void): number;
  };
  export = ffi;
}
declare module "bit" {
  const bits: {
    band(this: void, ...values: number[]): number;
    bor(this: void, ...values: number[]): number;
    bxor(this: void, ...values: number[]): number;
    lshift(this: void, value: number, by: number): number;
    rshift(this: void, value: number, by: number): number;
  };
  export = bits;
}
declare module "table.new" {
  const newTable: (this: void, narr: number, nrec: number) => object;
  export = newTable;
}
declare module "table.clear" {
  const clearTable: (this: void, table: object) => void;
  export = clearTable;
}
declare module "table.nkeys" {
  const nkeys: (this: void, table: object) => number;
  export = nkeys;
}
declare module "string.buffer" {
  const buffer: { encode(this: void, value: unknown): string; decode(this: void, text: string): unknown };
  export = buffer;
}
/** A cache in one worker's memory (lua-resty-lrucache). */
interface LruCache {
  get(key: string): LuaMultiReturn<[unknown, unknown, number]>;
  set(key: string, value: unknown, ttl?: number): void;
  delete(key: string): void;
  flush_all(): void;
}
declare module "resty.lrucache" {
  const lrucache: { new: (this: void, size: number) => LuaMultiReturn<[LruCache, string?]> };
  export = lrucache;
}
declare module "ngx.base64" {
  const base64: {
    encode_base64url(this: void, bytes: string): string;
    decode_base64url(this: void, text: string): string | undefined;
  };
  export = base64;
}
declare module "ngx.balancer" {
  const balancer: {
    set_current_peer(this: void, host: string, port: number): LuaMultiReturn<[boolean | undefined, string?]>;
    set_more_tries(this: void, count: number): LuaMultiReturn<[boolean | undefined, string?]>;
    set_timeouts(
      this: void,
      connect?: number,
      send?: number,
      read?: number,
    ): LuaMultiReturn<[boolean | undefined, string?]>;
    get_last_failure(this: void): LuaMultiReturn<[string | undefined, number?]>;
  };
  export = balancer;
}
declare module "ngx.errlog" {
  const errlog: {
    raw_log(this: void, level: number, message: string): void;
    get_sys_filter_level(this: void): number;
  };
  export = errlog;
}
declare module "ngx.resp" {
  const resp: { add_header(this: void, name: string, value: unknown): void };
  export = resp;
}
declare module "ngx.ssl" {
  const ssl: {
    verify_client(this: void, ca: unknown, depth?: number): LuaMultiReturn<[boolean | undefined, string?]>;
    get_tls1_version_str(this: void): LuaMultiReturn<[string | undefined, string?]>;
    server_name(this: void): LuaMultiReturn<[string | undefined, string?]>;
  };
  export = ssl;
}
declare module "resty.core.base" {
  const base: { get_request(this: void): CData | undefined };
  export = base;
}

/** A value of kong.yml that a request can see. */
interface Entity extends Dict {
  id: string;
}

interface Service extends Entity {
  protocol: "http" | "https";
  host: string;
  port: number;
  path?: string;
  /** The addresses the launcher found for `host`; not shown to plugins. */
  connect_timeout: number;
  write_timeout: number;
  read_timeout: number;
  retries: number;
}

interface Route extends Entity {
  protocols: string[];
  paths?: string[];
  hosts?: string[];
  methods?: string[];
  strip_path: boolean;
  preserve_host: boolean;
  https_redirect_status_code: number;
  regex_priority: number;
  request_buffering: boolean;
  response_buffering: boolean;
  service?: { id: string };
}

interface Consumer extends Entity {
  username?: string;
  custom_id?: string;
}

/** What is remembered about one request: ngx.ctx, under the names that Kong gives it. */
interface RequestContext {
  KONG_PHASE?: number;
  KONG_UNEXPECTED?: boolean;
  KONG_EXITED?: boolean;
  KONG_PROXIED?: boolean;
  KONG_PROCESSING_START?: number;
  KONG_ACCESS_ENDED_AT?: number;
  KONG_HEADER_FILTER_STARTED_AT?: number;
  KONG_PROXY_LATENCY?: number;
  KONG_RESPONSE_LATENCY?: number;
  KONG_WAITING_TIME?: number;
  KONG_BODY_BUFFER?: string;
  KONG_LOG_NAMESPACE?: string;
  scheme?: string;
  host?: string;
  host_port?: number;
  request_uri?: string;
  uri_args?: Dict;
  route?: Route;
  service?: Service;
  router_matches?: { uri_captures?: Record<string | number, string> };
  authenticated_consumer?: Consumer;
  authenticated_credential?: Dict;
  delay_response?: boolean;
  delayed_response?: { status_code: number; content: unknown; headers: Dict | undefined };
  response_body?: string;
  buffered_proxying?: boolean;
  workspace?: string;
  serialize_values?: { key: string; value: unknown; mode: string }[];
  CLIENT_VERIFY_OVERRIDE?: string;
  /** The plugin that runs now, the key of kong.ctx.plugin. */
  plugin_key?: object;
  plugin_id?: string;
  plugin_contexts?: LuaTable<object, Dict>;
  shared_context?: Dict;
  collected_plugins?: unknown[];
  balancer_data?: {
    host: string;
    ip: string;
    port: number;
    scheme: string;
    tries: Dict[];
    try_count: number;
    retries: number;
    service: Service;
    preserve_host?: boolean;
  };
  /** Connection and TE as the client sent them. */
  client_connection?: string;
  client_te?: string;
}

/** @noSelf */
interface KongRequest {
  get_scheme(): string;
  get_header(name: string): string | undefined;
  get_headers(max?: number): Record<string, HeaderValue | undefined>;
  get_query(max?: number): LuaMultiReturn<[Dict, string?]>;
  get_method(): string;
  get_start_time(): number;
  [other: string]: unknown;
}

/** @noSelf */
interface KongLog {
  debug(...args: unknown[]): void;
  info(...args: unknown[]): void;
  notice(...args: unknown[]): void;
  warn(...args: unknown[]): void;
  err(...args: unknown[]): void;
  crit(...args: unknown[]): void;
  [other: string]: unknown;
}

/** @noSelf */
interface KongResponse {
  exit(status: number, body?: unknown, headers?: Dict): never;
  error(status: number, message?: string, headers?: Dict): never;
  get_source(ctx?: RequestContext): string;
  [other: string]: unknown;
}

interface Kong {
  configuration: Configuration;
  version: string;
  version_num: number;
  default_workspace: string;
  log: KongLog;
  request: KongRequest;
  response: KongResponse;
  ip: KongIp;
  client: KongClient;
  vault: KongVault;
  service: { request: Record<string, (this: void, ...args: unknown[]) => unknown>; [other: string]: unknown };
  cache: unknown;
  db: unknown;
  ctx: { plugin: Dict; shared: Dict };
  [other: string]: unknown;
}

/** The settings of kong.conf as plugins see them in kong.configuration. */
interface Configuration extends Dict {
  prefix: string;
  trusted_ips: string[];
  plugins: string[];
  role: string;
  enabled_headers: Record<string, boolean>;
  error_default_type: string;
  database: string;
}
