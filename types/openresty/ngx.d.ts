declare namespace OpenResty {
  const nullBrand: unique symbol;
  const cdataBrand: unique symbol;

  /**
   * `ngx.null`, which is also `cjson.null`: JSON's and SQL's null. A light
   * userdata, so it is **true** in a condition; compare with `=== ngx.null`. nil is undefined.
   */
  interface Null {
    readonly [nullBrand]: true;
  }

  /** A value of LuaJIT's FFI: a C pointer or struct. */
  interface CData {
    readonly [cdataBrand]: true;
  }

  /** Headers. A header that came several times is an array. Look-ups are case-insensitive, with `_` for `-`. */
  interface Headers {
    [name: string]: string | string[] | undefined;
  }

  /** Decoded arguments. `true`: a name without `=`; an array: a repeated name. */
  interface Arguments {
    [name: string]: string | true | (string | true)[] | undefined;
  }

  /** Arguments to encode. `false` and empty arrays are left out, `true` is a name without `=`. */
  type ArgumentsToEncode = Readonly<
    Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>
  >;

  /** Phases as `ngx.get_phase` names them. */
  type Phase =
    | "init"
    | "init_worker"
    | "exit_worker"
    | "ssl_cert"
    | "ssl_session_fetch"
    | "ssl_session_store"
    | "ssl_client_hello"
    | "set"
    | "rewrite"
    | "server_rewrite"
    | "balancer"
    | "access"
    | "precontent"
    | "content"
    | "header_filter"
    | "body_filter"
    | "log"
    | "timer"
    | "preread";

  /** nginx variables, as text. Reading costs a look-up each time. A variable that nginx does not know is undefined; writing to one raises. */
  interface Variables {
    /** In percent-decoded form; `request_uri` is what the client sent. */
    uri: string;
    /** Path and query as the client sent them. */
    readonly request_uri: string;
    readonly request_method: string;
    readonly scheme: string;
    readonly host: string;
    readonly server_port: string;
    readonly remote_addr: string;
    readonly remote_port: string;
    readonly realip_remote_addr: string | undefined;
    /** Serial number of the connection, unique within the node. */
    readonly connection: string;
    /** Requests made on the connection so far. */
    readonly connection_requests: string;
    readonly http_host: string | undefined;
    readonly http_authorization: string | undefined;
    readonly content_type: string | undefined;
    readonly content_length: string | undefined;
    args: string | undefined;
    readonly is_args: "?" | "";
    readonly request_id: string;
    /** `"on"` or empty. */
    readonly https: string | undefined;
    readonly ssl_protocol: string | undefined;
    /** `r` for a resumed session, `.` for a new one. */
    readonly ssl_session_reused: string | undefined;
    /** `SUCCESS`, `NONE`, or `FAILED:reason`. Undefined without TLS. */
    readonly ssl_client_verify: string | undefined;
    /** Client certificate, PEM. */
    readonly ssl_client_raw_cert: string | undefined;
    /** Client certificate, PEM, URL-encoded. */
    readonly ssl_client_escaped_cert: string | undefined;
    /** SHA-1 of the client certificate, lower-case hexadecimal. */
    readonly ssl_client_fingerprint: string | undefined;
    /** Serial number of the client certificate, upper-case hexadecimal. */
    readonly ssl_client_serial: string | undefined;
    /** Subject, RFC 2253. */
    readonly ssl_client_s_dn: string | undefined;
    /** Issuer, RFC 2253. */
    readonly ssl_client_i_dn: string | undefined;
    readonly ssl_client_v_start: string | undefined;
    readonly ssl_client_v_end: string | undefined;
    /** Days until the client certificate expires. */
    readonly ssl_client_v_remain: string | undefined;
    readonly ssl_server_name: string | undefined;
    [name: string]: string | undefined;
  }

  /**
   * `ngx.req`. Phases: rewrite, access, content, header_filter, body_filter,
   * log, unless said otherwise. Functions are called with a dot.
   * @noSelf
   */
  interface Req {
    /** HTTP version 1, 1.1, 2, 3; undefined when unknown. */
    http_version(): number | undefined;
    /** Method in upper case. */
    get_method(): string;
    /** Changes the method: an `ngx.HTTP_*` number. */
    set_method(method_id: number): void;
    /** Changes the path (not percent-encoded, without query); `jump` re-runs location matching. */
    set_uri(uri: string, jump?: boolean, binary?: boolean): void;
    /** Replaces the query. */
    set_uri_args(args: string | ArgumentsToEncode): void;
    /** When the request began: seconds with milliseconds. */
    start_time(): number;
    /** Whether this is a subrequest or an internal redirect. */
    is_internal(): boolean;
    /** The request head as sent. Not on HTTP/2. */
    raw_header(no_request_line?: boolean): string;
    /**
     * Request headers.
     * @param max_headers most that are read, default 100 (`lua_max_req_headers`); 0: all.
     * @param raw keep the case of names, and no metatable for case-insensitive look-up.
     * @returns the table; as second value `"truncated"` when headers were left out.
     */
    get_headers(max_headers?: number, raw?: boolean): LuaMultiReturn<[Headers, ("truncated" | undefined)?]>;
    /** Sets a header of the request; an array sets it several times, undefined clears it. */
    set_header(name: string, value: string | number | readonly (string | number)[] | undefined): void;
    /** Removes a header of the request. */
    clear_header(name: string): void;
    /**
     * Query arguments, decoded.
     * @param max_args most that are read, default 100; 0: all.
     * @param tab a table to fill.
     */
    get_uri_args(max_args?: number, tab?: Arguments): LuaMultiReturn<[Arguments, ("truncated" | undefined)?]>;
    /** Form arguments of the body. Call `read_body` before. undefined and a message when the body lies in a file. */
    get_post_args(max_args?: number): LuaMultiReturn<[Arguments, ("truncated" | undefined)?] | [undefined, string]>;
    /** Reads the whole body; the light thread waits. Phases: rewrite, access, content. */
    read_body(): void;
    /** Drops the body. */
    discard_body(): void;
    /** The body, when it is in memory; undefined when empty, unread or in a file. */
    get_body_data(max_bytes?: number): string | undefined;
    /** Path of the file that holds the body; undefined when it is in memory. */
    get_body_file(): string | undefined;
    /** Replaces the body. */
    set_body_data(data: string): void;
    /** Replaces the body by a file. */
    set_body_file(file_name: string, auto_clean?: boolean): void;
    /** Begins a new request body, to be filled with `append_body`. */
    init_body(buffer_size?: number): void;
    /** Adds to the body that `init_body` began. */
    append_body(data_chunk: string): void;
    /** Ends the body that `init_body` began. */
    finish_body(): void;
    /** The connection as a cosocket that can only be read; `raw` gives all of it. */
    socket(raw?: boolean): LuaMultiReturn<[TcpSocket, undefined?] | [undefined, string]>;
  }

  /** `ngx.resp`. @noSelf */
  interface Resp {
    /** Response headers; as `ngx.req.get_headers`. */
    get_headers(max_headers?: number, raw?: boolean): LuaMultiReturn<[Headers, ("truncated" | undefined)?]>;
  }

  /** `ngx.header`: response headers, by name with `_` or `-`. Assign undefined to clear. Raises once headers are sent. */
  interface ResponseHeaders {
    [name: string]: string | number | string[] | undefined;
  }

  /** Result of a match: index 0 is all of it, then the groups; a group without a match is false. Named groups by name. */
  interface Captures {
    [group: number]: string | false;
    [group: string]: string | false;
  }

  /** Where to begin (and, after the match, where it ended); bytes from 1. */
  interface RegexContext {
    pos?: number | undefined;
  }

  /** `ngx.re`: PCRE. Options: `i` ignore case, `j` JIT, `o` compile once, `a` anchored, `s`, `m`, `x`, `u` UTF-8. On hot paths `"jo"`. @noSelf */
  interface Regex {
    /** First match; undefined alone when none; undefined and a message on an error. */
    match(
      subject: string,
      regex: string,
      options?: string,
      ctx?: RegexContext,
      res_table?: Captures,
    ): LuaMultiReturn<[Captures, undefined?] | [undefined, (string | undefined)?]>;
    /** Positions (from 1, both inclusive) of the first match or of its group `nth`. */
    find(
      subject: string,
      regex: string,
      options?: string,
      ctx?: RegexContext,
      nth?: number,
    ): LuaMultiReturn<[number, number, undefined?] | [undefined, undefined, (string | undefined)?]>;
    /** An iterator over all matches. Call it until it gives undefined. */
    gmatch(
      subject: string,
      regex: string,
      options?: string,
    ): LuaMultiReturn<
      | [(this: void) => LuaMultiReturn<[Captures, undefined?] | [undefined, (string | undefined)?]>, undefined?]
      | [undefined, string]
    >;
    /** Replaces the first match. In a string `$1`, `${name}` are groups and `$$` is a dollar. */
    sub(
      subject: string,
      regex: string,
      replace: string | ((this: void, match: Captures) => string),
      options?: string,
    ): LuaMultiReturn<[string, number, undefined?] | [undefined, number | undefined, string]>;
    /** Replaces all matches. */
    gsub(
      subject: string,
      regex: string,
      replace: string | ((this: void, match: Captures) => string),
      options?: string,
    ): LuaMultiReturn<[string, number, undefined?] | [undefined, number | undefined, string]>;
  }

  /** What a shared dictionary can hold. */
  type SharedValue = string | number | boolean;

  /** Result of a writing method: success, error (`"no memory"`, `"exists"`, `"not found"`), whether others were evicted. */
  type SharedWrite = LuaMultiReturn<[boolean, string | undefined, boolean]>;

  /** A shared dictionary, seen by all workers. **Methods are called with a colon.** Times in seconds, fractions allowed; 0 is for ever. Flags are integers kept beside a value. */
  interface SharedDictionary {
    /** Value and flags; undefined when absent or expired. */
    get(this: this, key: string): LuaMultiReturn<[SharedValue, number?] | [undefined, (string | undefined)?]>;
    /** As `get`, but an expired value still counts; third value: whether it is. */
    get_stale(
      this: this,
      key: string,
    ): LuaMultiReturn<[SharedValue, number | undefined, boolean] | [undefined, (string | undefined)?, undefined?]>;
    /** Stores; evicts the least recently used when memory is short. undefined deletes. */
    set(this: this, key: string, value: SharedValue | undefined, exptime?: number, flags?: number): SharedWrite;
    /** Stores, but never evicts: fails with `"no memory"`. */
    safe_set(
      this: this,
      key: string,
      value: SharedValue | undefined,
      exptime?: number,
      flags?: number,
    ): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Stores only when the key is absent, else `"exists"`. One worker only wins. */
    add(this: this, key: string, value: SharedValue, exptime?: number, flags?: number): SharedWrite;
    /** As `add`, but never evicts. */
    safe_add(
      this: this,
      key: string,
      value: SharedValue,
      exptime?: number,
      flags?: number,
    ): LuaMultiReturn<[true, undefined?] | [false | undefined, string]>;
    /** Stores only when the key is present, else `"not found"`. */
    replace(this: this, key: string, value: SharedValue, exptime?: number, flags?: number): SharedWrite;
    /** Removes. A key that is absent is no error. */
    delete(this: this, key: string): SharedWrite;
    /**
     * Adds to a number.
     * @param init value before the addition when the key is absent; without it that is `"not found"`.
     * @param init_ttl seconds to live of a key that this call makes.
     * @returns the new number, undefined, whether others were evicted; or undefined and `"not found"` or `"not a number"`.
     */
    incr(
      this: this,
      key: string,
      value: number,
      init?: number,
      init_ttl?: number,
    ): LuaMultiReturn<[number, undefined, (boolean | undefined)?] | [undefined, string, (boolean | undefined)?]>;
    /** Seconds left, 0 for ever; undefined and `"not found"`. */
    ttl(this: this, key: string): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
    /** Sets the seconds left. */
    expire(this: this, key: string, exptime: number): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /** Marks all as expired; frees no memory. */
    flush_all(this: this): void;
    /** Frees expired entries, at most so many; gives how many. */
    flush_expired(this: this, max_count?: number): number;
    /** Keys, at most 1024 by default; 0: all, which locks the dictionary meanwhile. */
    get_keys(this: this, max_count?: number): string[];
    /** Size in bytes. */
    capacity(this: this): number;
    /** Bytes in free pages. */
    free_space(this: this): number;
    /** Puts at the front of a list; gives its length. */
    lpush(this: this, key: string, value: string | number): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
    /** Puts at the end of a list; gives its length. */
    rpush(this: this, key: string, value: string | number): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
    /** Takes from the front of a list. */
    lpop(this: this, key: string): LuaMultiReturn<[string | number, undefined?] | [undefined, (string | undefined)?]>;
    /** Takes from the end of a list. */
    rpop(this: this, key: string): LuaMultiReturn<[string | number, undefined?] | [undefined, (string | undefined)?]>;
    /** Length of a list, 0 when absent. */
    llen(this: this, key: string): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
  }

  /** Shared dictionaries by name. Stock Kong has kong, kong_db_cache, kong_db_cache_miss, kong_locks, kong_rate_limiting_counters and others. */
  interface SharedDictionaries {
    readonly [name: string]: SharedDictionary | undefined;
  }

  /** `ngx.timer`. Functions are called with a dot. @noSelf */
  interface TimerApi {
    /**
     * Runs a callback once, in a light thread without a request: no ngx.var, no kong.request.
     * @param delay seconds; 0: as soon as possible.
     */
    at<A extends unknown[]>(
      delay: number,
      callback: (this: void, premature: boolean, ...args: A) => void,
      ...args: A
    ): LuaMultiReturn<[true | string | number, undefined?] | [undefined | false, string]>;
    /** Runs a callback every `delay` (above 0) seconds. */
    every<A extends unknown[]>(
      delay: number,
      callback: (this: void, premature: boolean, ...args: A) => void,
      ...args: A
    ): LuaMultiReturn<[true | string | number, undefined?] | [undefined | false, string]>;
    /** Timers whose callback runs now, in this worker. */
    running_count(): number;
    /** Timers that wait for their time, in this worker. */
    pending_count(): number;
  }

  /** A light thread. */
  type Thread = LuaThread;

  /** `ngx.thread`. Functions are called with a dot. @noSelf */
  interface ThreadApi {
    /** Runs a function at once, until it first yields, in a light thread of its own. It ends with its request, unless waited for. */
    spawn<A extends unknown[]>(callback: (this: void, ...args: A) => unknown, ...args: A): Thread;
    /** Waits for the first of the threads to end: true and what it gave, or false and its error. Only the parent may wait. */
    wait(...threads: Thread[]): LuaMultiReturn<[true, ...unknown[]] | [false, unknown] | [undefined, string]>;
    /** Ends a thread. Only the parent may; not while the thread waits for a subrequest. */
    kill(thread: Thread): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }

  /** Options of `connect`. */
  interface ConnectOptions {
    /** Name of the pool; by default `host:port`. Connections with different TLS settings must not share one. */
    pool?: string | undefined;
    /** Connections that the pool keeps. */
    pool_size?: number | undefined;
    /** Callers that wait when the pool is full. */
    backlog?: number | undefined;
  }

  /** A TCP cosocket. **Methods are called with a colon.** Times in milliseconds. It belongs to the request that made it. */
  interface TcpSocket {
    /** Connects, or takes a kept connection from the pool. */
    connect(
      this: this,
      host: string,
      port: number,
      options?: ConnectOptions,
    ): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    connect(
      this: this,
      unix_socket: string,
      options?: ConnectOptions,
    ): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Client certificate for the coming handshake: cdata of ngx.ssl; undefined for none. */
    setclientcert(
      this: this,
      cert: CData | undefined,
      key: CData | undefined,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /**
     * TLS handshake. The trusted certificates are those of `lua_ssl_trusted_certificate`.
     * @param reused_session session of an earlier handshake; false: give no session back, only true.
     * @param server_name SNI, and the name that is verified.
     * @param ssl_verify verify chain and name; false by default.
     * @param send_status_req ask for OCSP stapling.
     */
    sslhandshake(
      this: this,
      reused_session?: unknown,
      server_name?: string,
      ssl_verify?: boolean,
      send_status_req?: boolean,
    ): LuaMultiReturn<[unknown, undefined?] | [undefined, string] | [false, string]>;
    /** Sends; nested lists of strings too. Gives the number of bytes. */
    send(this: this, data: string | readonly unknown[]): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
    /** Reads so many bytes, a line (`*l`, default) or all (`*a`). On an error the third value is what was read. */
    receive(
      this: this,
      size_or_pattern?: number | "*a" | "*l",
    ): LuaMultiReturn<[string, undefined?, undefined?] | [undefined, string, string?]>;
    /** Reads what is there, at most so many bytes. */
    receiveany(
      this: this,
      max: number,
    ): LuaMultiReturn<[string, undefined?, undefined?] | [undefined, string, string?]>;
    /** Gives a reader that reads up to a separator; undefined three times at its end. */
    receiveuntil(
      this: this,
      pattern: string,
      options?: { inclusive?: boolean },
    ): (
      this: void,
      size?: number,
    ) => LuaMultiReturn<[string, undefined?, undefined?] | [undefined, (string | undefined)?, (string | undefined)?]>;
    /** Closes. */
    close(this: this): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** One time-out for connect, send and receive; each begins anew with every call. */
    settimeout(this: this, time: number): void;
    /** Time-outs by kind. undefined leaves one as it is. */
    settimeouts(this: this, connect_timeout: number, send_timeout: number, read_timeout: number): void;
    /** Sets an option of the socket. */
    setoption(
      this: this,
      option: "keepalive" | "reuseaddr" | "tcp-nodelay" | "sndbuf" | "rcvbuf",
      value: boolean | number,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /** Puts the connection into its pool. @param timeout idle time; 0: for ever. @param size of a pool that this call makes. */
    setkeepalive(this: this, timeout?: number, size?: number): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** How often the connection came out of the pool; 0: new. */
    getreusedtimes(this: this): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
  }

  /** A UDP cosocket. **Methods are called with a colon.** Times in milliseconds. */
  interface UdpSocket {
    /** Sets the other end; no packet is sent. */
    setpeername(this: this, host: string, port: number): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Sends one datagram. */
    send(this: this, data: string): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Reads one datagram, at most so many bytes of it. */
    receive(this: this, size?: number): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
    /** Closes. */
    close(this: this): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Time-out of `receive`. */
    settimeout(this: this, time: number): void;
  }

  /** `ngx.socket`: sockets that do not block. Phases: rewrite, access, content, timer, ssl_cert, preread. @noSelf */
  interface SocketApi {
    /** A TCP or Unix-socket cosocket. */
    tcp(): TcpSocket;
    /** A UDP cosocket. */
    udp(): UdpSocket;
    /** `tcp()` and `connect` in one. */
    connect(
      host: string,
      port: number,
      options?: ConnectOptions,
    ): LuaMultiReturn<[TcpSocket, undefined?] | [undefined, string]>;
  }

  /** `ngx.worker`. @noSelf */
  interface Worker {
    /** Whether the worker is ending. */
    exiting(): boolean;
    /** Process id of this worker. */
    pid(): number;
    /** Process ids of all workers. */
    pids(): number[];
    /** 0 to count - 1; undefined outside of a worker. */
    id(): number | undefined;
    /** Number of workers. */
    count(): number;
  }

  /** `ngx.config`. */
  interface Config {
    readonly debug: boolean;
    readonly subsystem: "http" | "stream";
    /** For example 1027001. */
    readonly nginx_version: number;
    readonly ngx_lua_version: number;
    readonly prefix: (this: void) => string;
    readonly nginx_configure: (this: void) => string;
    readonly is_console: boolean;
  }

  /** Response of a subrequest. */
  interface SubrequestResponse {
    status: number;
    header: ResponseHeaders;
    body: string;
    truncated: boolean;
  }

  /** `ngx.location`. @noSelf */
  interface Location {
    /** A subrequest. Phases: rewrite, access, content. */
    capture(uri: string, options?: object): SubrequestResponse;
    /** Several subrequests at once; their responses in the same order. */
    capture_multi(requests: [string, object?][]): LuaMultiReturn<SubrequestResponse[]>;
  }

  /** A cosocket-free logging level: `ngx.ERR` and the like. */
  type LogLevel = number;

  /**
   * The global `ngx` (lua-nginx-module with lua-resty-core). Functions are called with a dot.
   * @noSelf
   */
  interface Ngx {
    /** nginx variables. */
    readonly var: Variables;
    /** A table for the length of the request, shared by Kong and all plugins. Reading it costs: keep it in a local. */
    ctx: Record<string, unknown>;
    readonly req: Req;
    readonly resp: Resp;
    readonly header: ResponseHeaders;
    /** Response status. Setting it raises once headers are sent. */
    status: number;
    readonly headers_sent: boolean;
    readonly is_subrequest: boolean;
    readonly re: Regex;
    readonly shared: SharedDictionaries;
    readonly timer: TimerApi;
    readonly thread: ThreadApi;
    readonly socket: SocketApi;
    readonly worker: Worker;
    readonly config: Config;
    readonly location: Location;
    /** Arguments of body_filter: the chunk, and whether it is the last. In Lua 1 and 2, in TypeScript `ngx.arg[0]` and `ngx.arg[1]`. */
    readonly arg: [string | undefined, boolean];
    readonly null: Null;

    /** Phase that runs now. */
    get_phase(): Phase;

    /** Sends text (nested lists of it too) to the client; headers first. */
    print(...values: unknown[]): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** `print` with a line feed. */
    say(...values: unknown[]): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Sends what was printed. */
    flush(wait?: boolean): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Ends the request with a status of 200 and above, or with `ngx.OK` only the phase. Write `return ngx.exit(...)`. */
    exit(status: number): void;
    /** Ends the response. */
    eof(): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Sends the response's status and headers. */
    send_headers(): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Internal redirect. */
    exec(uri: string, args?: string | ArgumentsToEncode): void;
    /** Redirect of the client; 302 by default. */
    redirect(uri: string, status?: number): void;
    /** Handler for a client that goes away. Needs `lua_check_client_abort on`. */
    on_abort(callback: (this: void) => void): LuaMultiReturn<[true, undefined?] | [undefined, string]>;

    /** Writes to the error log. */
    log(level: LogLevel, ...values: unknown[]): void;
    readonly STDERR: LogLevel;
    readonly EMERG: LogLevel;
    readonly ALERT: LogLevel;
    readonly CRIT: LogLevel;
    readonly ERR: LogLevel;
    readonly WARN: LogLevel;
    readonly NOTICE: LogLevel;
    readonly INFO: LogLevel;
    readonly DEBUG: LogLevel;

    /** Percent-encodes. Type 2 (default) encodes all but unreserved characters (RFC 3986), type 0 leaves `/`, `:` and others that a whole URI may hold. */
    escape_uri(str: string, type?: 0 | 2): string;
    /** Percent-decodes; `+` becomes a space. */
    unescape_uri(str: string): string;
    /** Form-encodes; in no order. */
    encode_args(args: ArgumentsToEncode): string;
    /** Form-decodes. `max_args` as for `get_uri_args`. */
    decode_args(str: string, max_args?: number): LuaMultiReturn<[Arguments, ("truncated" | undefined)?]>;
    /** Base64 with the standard alphabet. */
    encode_base64(str: string, no_padding?: boolean): string;
    /** undefined when it is no base64. */
    decode_base64(str: string): string | undefined;
    /** MD5, hexadecimal. */
    md5(str: string): string;
    /** MD5, 16 bytes. */
    md5_bin(str: string): string;
    /** SHA-1, 20 bytes. */
    sha1_bin(str: string): string;
    /** HMAC-SHA-1, 20 bytes. */
    hmac_sha1(secret_key: string, str: string): string;
    /** CRC-32, quicker for short texts (under 60 bytes). */
    crc32_short(str: string): number;
    /** CRC-32, quicker for long texts. */
    crc32_long(str: string): number;
    /** A quoted SQL literal for MySQL. */
    quote_sql_str(str: string): string;

    /** Now, in seconds since the epoch, cached by the event loop. */
    time(): number;
    /** Now, in seconds with milliseconds, cached by the event loop. */
    now(): number;
    /** Brings `now` and `time` up to date (a system call). */
    update_time(): void;
    /** `yyyy-mm-dd`, local. */
    today(): string;
    /** `yyyy-mm-dd hh:mm:ss`, local. */
    localtime(): string;
    /** `yyyy-mm-dd hh:mm:ss`, UTC. */
    utctime(): string;
    /** Seconds to the form of HTTP headers. */
    http_time(seconds: number): string;
    /** Seconds to the form of cookies. */
    cookie_time(seconds: number): string;
    /** Form of HTTP headers to seconds; undefined when it is none. */
    parse_http_time(str: string): number | undefined;

    /** Waits so many seconds (0.001 at least; 0 lets others run) without blocking. Phases: rewrite, access, content, timer, ssl_cert. */
    sleep(seconds: number): void;

    readonly OK: 0;
    readonly ERROR: -1;
    readonly AGAIN: -2;
    readonly DONE: -4;
    readonly DECLINED: -5;

    readonly HTTP_GET: number;
    readonly HTTP_HEAD: number;
    readonly HTTP_PUT: number;
    readonly HTTP_POST: number;
    readonly HTTP_DELETE: number;
    readonly HTTP_OPTIONS: number;
    readonly HTTP_MKCOL: number;
    readonly HTTP_COPY: number;
    readonly HTTP_MOVE: number;
    readonly HTTP_PROPFIND: number;
    readonly HTTP_PROPPATCH: number;
    readonly HTTP_LOCK: number;
    readonly HTTP_UNLOCK: number;
    readonly HTTP_PATCH: number;
    readonly HTTP_TRACE: number;

    readonly HTTP_CONTINUE: 100;
    readonly HTTP_SWITCHING_PROTOCOLS: 101;
    readonly HTTP_OK: 200;
    readonly HTTP_CREATED: 201;
    readonly HTTP_ACCEPTED: 202;
    readonly HTTP_NO_CONTENT: 204;
    readonly HTTP_PARTIAL_CONTENT: 206;
    readonly HTTP_SPECIAL_RESPONSE: 300;
    readonly HTTP_MOVED_PERMANENTLY: 301;
    readonly HTTP_MOVED_TEMPORARILY: 302;
    readonly HTTP_SEE_OTHER: 303;
    readonly HTTP_NOT_MODIFIED: 304;
    readonly HTTP_TEMPORARY_REDIRECT: 307;
    readonly HTTP_PERMANENT_REDIRECT: 308;
    readonly HTTP_BAD_REQUEST: 400;
    readonly HTTP_UNAUTHORIZED: 401;
    readonly HTTP_PAYMENT_REQUIRED: 402;
    readonly HTTP_FORBIDDEN: 403;
    readonly HTTP_NOT_FOUND: 404;
    readonly HTTP_NOT_ALLOWED: 405;
    readonly HTTP_NOT_ACCEPTABLE: 406;
    readonly HTTP_REQUEST_TIMEOUT: 408;
    readonly HTTP_CONFLICT: 409;
    readonly HTTP_GONE: 410;
    readonly HTTP_UPGRADE_REQUIRED: 426;
    readonly HTTP_TOO_MANY_REQUESTS: 429;
    readonly HTTP_CLOSE: 444;
    readonly HTTP_ILLEGAL: 451;
    readonly HTTP_INTERNAL_SERVER_ERROR: 500;
    readonly HTTP_NOT_IMPLEMENTED: 501;
    readonly HTTP_METHOD_NOT_IMPLEMENTED: 501;
    readonly HTTP_BAD_GATEWAY: 502;
    readonly HTTP_SERVICE_UNAVAILABLE: 503;
    readonly HTTP_GATEWAY_TIMEOUT: 504;
    readonly HTTP_VERSION_NOT_SUPPORTED: 505;
    readonly HTTP_INSUFFICIENT_STORAGE: 507;
  }
}

/** OpenResty's API. */
declare const ngx: OpenResty.Ngx;
