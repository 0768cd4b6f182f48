/** @noSelfInFile */

declare module "resty.http" {
  /** Proxies. Only `http://` proxies; hosts in `no_proxy` (comma-separated, `*` all) are reached directly. */
  export interface ProxyOptions {
    http_proxy?: string | undefined;
    /** Value of Proxy-Authorization. */
    http_proxy_authorization?: string | undefined;
    https_proxy?: string | undefined;
    https_proxy_authorization?: string | undefined;
    no_proxy?: string | undefined;
  }

  /** TLS and pool settings that `connect` and `request_uri` share. */
  export interface ConnectionOptions {
    /** Name of the connection pool. By default made from all that distinguishes a connection. */
    pool?: string | undefined;
    /** Connections kept per worker. */
    pool_size?: number | undefined;
    /** Callers that wait for a full pool. */
    backlog?: number | undefined;
    /** Verify chain and host name. Default true. An IP address never matches a certificate. */
    ssl_verify?: boolean | undefined;
    /** SNI and the name that is verified; the host by default. */
    ssl_server_name?: string | undefined;
    ssl_reused_session?: unknown | undefined;
    ssl_send_status_req?: boolean | undefined;
    /** Client certificate: cdata of `parse_pem_cert` of ngx.ssl. */
    ssl_client_cert?: OpenResty.CData | undefined;
    /** Its key: cdata of `parse_pem_priv_key` of ngx.ssl. */
    ssl_client_priv_key?: OpenResty.CData | undefined;
    proxy_opts?: ProxyOptions | undefined;
  }

  /** What to connect to, and how. */
  export interface ConnectOptions extends ConnectionOptions {
    /** Absent for a Unix socket. */
    scheme?: "http" | "https" | undefined;
    /** Host, or `unix:/path`. */
    host: string;
    /** 80 or 443 by default. */
    port?: number | undefined;
  }

  /** Gives chunks of at most so many bytes; undefined at the end; undefined and a message on an error. */
  export type BodyReader = (
    this: void,
    max_chunk_size?: number,
  ) => LuaMultiReturn<[string, undefined?] | [undefined, (string | undefined)?]>;

  /** A request. */
  export interface RequestParams {
    /** Default 1.1. */
    version?: 1 | 1.1 | undefined;
    /** Default GET. */
    method?: string | undefined;
    /** Default `/`. Sent as it is. */
    path?: string | undefined;
    /** Without `?`; a table is form-encoded. */
    query?: string | OpenResty.ArgumentsToEncode | undefined;
    /** Host, User-Agent and Content-Length are set unless given. */
    headers?: Readonly<Record<string, string | number | readonly (string | number)[]>> | undefined;
    /** An iterator needs a Content-Length or `Transfer-Encoding: chunked`. */
    body?: string | readonly string[] | BodyReader | undefined;
  }

  /** A request, and how to connect for it. */
  export interface RequestUriParams extends RequestParams, ConnectionOptions {
    /** Keep the connection. Default true. */
    keepalive?: boolean | undefined;
    /** Idle time of the kept connection, milliseconds. */
    keepalive_timeout?: number | undefined;
    /** Connections kept per worker. */
    keepalive_pool?: number | undefined;
  }

  /** Response headers: case-insensitive look-up; names as the server wrote them. */
  export interface ResponseHeaders {
    [name: string]: string | string[] | undefined;
  }

  /** Answer of `request`: the body has not been read. */
  export interface HttpResponse {
    status: number;
    reason: string;
    headers: ResponseHeaders;
    has_body: boolean;
    /** Gives undefined at once when there is no body. */
    body_reader: BodyReader;
    /** All of the body. On an error the third value is what came so far. **Called with a colon.** */
    read_body(this: this): LuaMultiReturn<[string, undefined?, undefined?] | [undefined, string, string?]>;
    /** Reads the trailers, after the body; they are then found in `headers`. **Called with a colon.** */
    read_trailers(this: this): void;
  }

  /** Answer of `request_uri`: the body has been read. */
  export interface HttpBufferedResponse extends HttpResponse {
    body: string;
  }

  /** A client for one connection at a time, of one request of the gateway. **Methods are called with a colon.** Times in milliseconds. */
  export interface HttpClient {
    /** Connects: TCP, proxy, TLS. The third value is the TLS session, for `ssl_reused_session`; or, before 0.17.2 and through a proxy, the reason of the failure. */
    connect(
      this: this,
      options: ConnectOptions,
    ): LuaMultiReturn<[true, undefined, unknown?] | [undefined, string, string?]>;
    /** Sends a request over the connection and reads the head of the answer. */
    request(this: this, params: RequestParams): LuaMultiReturn<[HttpResponse, undefined?] | [undefined, string]>;
    /** Sends several requests. Each answer is read when one of its fields is first used: use them in turn. */
    request_pipeline(
      this: this,
      requests: readonly RequestParams[],
    ): LuaMultiReturn<[HttpResponse[], undefined?] | [undefined, string]>;
    /** Connects, sends, reads all of the answer, and keeps or closes the connection. Redirects are not followed. */
    request_uri(
      this: this,
      uri: string,
      params?: RequestUriParams,
    ): LuaMultiReturn<[HttpBufferedResponse, undefined?] | [undefined, string]>;
    /** The first half of `request`. */
    send_request(this: this, params: RequestParams): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /** The second half of `request`. */
    read_response(this: this, params: RequestParams): LuaMultiReturn<[HttpResponse, undefined?] | [undefined, string]>;
    /** One time-out for connect, send and read. Every read begins anew: a slow server can hold a request for ever. */
    set_timeout(this: this, time: number): void;
    /** Time-outs by kind. */
    set_timeouts(this: this, connect_timeout: number, send_timeout: number, read_timeout: number): void;
    /**
     * Keeps the connection, once the body has been read.
     * @returns 1 when kept, 2 when closed because the server wants it; or undefined and a message.
     */
    set_keepalive(
      this: this,
      max_idle_timeout?: number,
      pool_size?: number,
    ): LuaMultiReturn<[1, undefined?] | [2, string] | [undefined, string]>;
    /** How often the connection came out of the pool; 0: new. */
    get_reused_times(this: this): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
    /** Closes the connection. */
    close(this: this): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Proxies for all further connections of this client. */
    set_proxy_options(this: this, options: ProxyOptions): void;
    /** Proxy for this target; undefined when it is reached directly. */
    get_proxy_uri(this: this, scheme: string, host: string): string | undefined;
    /**
     * Takes an absolute URL apart.
     * @param query_in_path the query stays at the end of the path. Default true.
     */
    parse_uri(
      this: this,
      uri: string,
      query_in_path?: boolean,
    ): LuaMultiReturn<[LuaHttpUri, undefined?] | [undefined, string]>;
    /** A reader of the gateway request's body, to pass it on; undefined alone when there is none. */
    get_client_body_reader(
      this: this,
      chunk_size?: number,
      sock?: OpenResty.TcpSocket,
    ): LuaMultiReturn<[BodyReader, undefined?] | [undefined, (string | undefined)?]>;
    /** The cosocket. */
    sock: OpenResty.TcpSocket;
    /** Whether the connection may be kept: the server's Connection header decides. */
    keepalive: boolean;
  }

  /** Scheme, host, port (80 or 443 by default), path (`/` by default) and query of a URL; the query is undefined when it stayed in the path. */
  export type LuaHttpUri = [
    scheme: "http" | "https",
    host: string,
    port: number,
    path: string,
    query: string | undefined,
  ];

  /** A new client. */
  function create(): LuaMultiReturn<[HttpClient, undefined?] | [undefined, string]>;
  export { create as new };
  /** Log requests and answers at level debug. */
  export function debug(on: boolean): void;
}
