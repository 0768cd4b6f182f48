/** @noSelfInFile */

declare module "resty.http" {
  /** Proxies. Only `http://` proxies; hosts in `no_proxy` (comma-separated, `*` all) are reached directly. */
  export interface ProxyOptions {
    http_proxy?: string;
    /** Value of Proxy-Authorization. */
    http_proxy_authorization?: string;
    https_proxy?: string;
    https_proxy_authorization?: string;
    no_proxy?: string;
  }

  /** TLS and pool settings that `connect` and `request_uri` share. */
  export interface ConnectionOptions {
    /** Name of the connection pool. By default made from all that distinguishes a connection. */
    pool?: string;
    /** Connections kept per worker. */
    pool_size?: number;
    /** Callers that wait for a full pool. */
    backlog?: number;
    /** Verify chain and host name. Default true. An IP address never matches a certificate. */
    ssl_verify?: boolean;
    /** SNI and the name that is verified; the host by default. */
    ssl_server_name?: string;
    ssl_reused_session?: unknown;
    ssl_send_status_req?: boolean;
    /** Client certificate: cdata of `parse_pem_cert` of ngx.ssl. */
    ssl_client_cert?: OpenResty.CData;
    /** Its key: cdata of `parse_pem_priv_key` of ngx.ssl. */
    ssl_client_priv_key?: OpenResty.CData;
    proxy_opts?: ProxyOptions;
  }

  export interface ConnectOptions extends ConnectionOptions {
    /** Absent for a Unix socket. */
    scheme?: "http" | "https";
    /** Host, or `unix:/path`. */
    host: string;
    /** 80 or 443 by default. */
    port?: number;
  }

  /** Gives chunks of at most so many bytes; undefined at the end; undefined and a message on an error. */
  export type BodyReader = (this: void, max_chunk_size?: number) => LuaMultiReturn<[string] | [undefined, (string | undefined)?]>;

  export interface RequestParams {
    /** Default 1.1. */
    version?: 1 | 1.1;
    /** Default GET. */
    method?: string;
    /** Default `/`. Sent as it is. */
    path?: string;
    /** Without `?`; a table is form-encoded. */
    query?: string | OpenResty.ArgumentsToEncode;
    /** Host, User-Agent and Content-Length are set unless given. */
    headers?: Readonly<Record<string, string | number | readonly (string | number)[]>>;
    /** An iterator needs a Content-Length or `Transfer-Encoding: chunked`. */
    body?: string | readonly string[] | BodyReader;
  }

  export interface RequestUriParams extends RequestParams, ConnectionOptions {
    /** Keep the connection. Default true. */
    keepalive?: boolean;
    /** Idle time of the kept connection, milliseconds. */
    keepalive_timeout?: number;
    /** Connections kept per worker. */
    keepalive_pool?: number;
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
    /** Only when there is a body. */
    body_reader: BodyReader;
    /** All of the body. **Called with a colon.** */
    read_body(this: this): LuaMultiReturn<[string] | [undefined, string]>;
    /** Trailers, after the body. **Called with a colon.** */
    read_trailers(this: this): unknown;
  }

  /** Answer of `request_uri`: the body has been read. */
  export interface HttpBufferedResponse extends HttpResponse {
    body: string;
  }

  /** A client for one connection at a time, of one request of the gateway. **Methods are called with a colon.** Times in milliseconds. */
  export interface HttpClient {
    /** Connects: TCP, proxy, TLS. */
    connect(this: this, options: ConnectOptions): LuaMultiReturn<[true, (unknown)?] | [undefined, string, (unknown)?]>;
    /** Sends a request over the connection and reads the head of the answer. */
    request(this: this, params: RequestParams): LuaMultiReturn<[HttpResponse] | [undefined, string]>;
    /** Sends several requests; each answer must be read in turn. */
    request_pipeline(this: this, requests: readonly RequestParams[]): LuaMultiReturn<[HttpResponse[]] | [undefined, string]>;
    /** Connects, sends, reads all of the answer, and keeps or closes the connection. Redirects are not followed. */
    request_uri(this: this, uri: string, params?: RequestUriParams): LuaMultiReturn<[HttpBufferedResponse] | [undefined, string]>;
    /** The two halves of `request`. */
    send_request(this: this, params: RequestParams): LuaMultiReturn<[true] | [undefined, string]>;
    read_response(this: this, params: RequestParams): LuaMultiReturn<[HttpResponse] | [undefined, string]>;
    /** One time-out for connect, send and read. Every read begins anew: a slow server can hold a request for ever. */
    set_timeout(this: this, time: number): LuaMultiReturn<[true] | [undefined, string]>;
    set_timeouts(this: this, connect_timeout: number, send_timeout: number, read_timeout: number): LuaMultiReturn<[true] | [undefined, string]>;
    /**
     * Keeps the connection, once the body has been read.
     * @returns 1 when kept, 2 when closed because the server wants it; or undefined and a message.
     */
    set_keepalive(this: this, max_idle_timeout?: number, pool_size?: number): LuaMultiReturn<[1] | [2, string] | [undefined, string]>;
    get_reused_times(this: this): LuaMultiReturn<[number] | [undefined, string]>;
    close(this: this): LuaMultiReturn<[1] | [undefined, string]>;
    set_proxy_options(this: this, options: ProxyOptions): void;
    get_proxy_uri(this: this, scheme: string, host: string): string | undefined;
    /** Takes an absolute URL apart: scheme, host, port, path, query. With `query_in_path` the query stays in the path. */
    parse_uri(
      this: this,
      uri: string,
      query_in_path?: boolean,
    ): LuaMultiReturn<[LuaHttpUri] | [undefined, string]>;
    /** A reader of the gateway request's body, to pass it on. */
    get_client_body_reader(this: this, chunk_size?: number, sock?: OpenResty.TcpSocket): LuaMultiReturn<[BodyReader] | [undefined, string]>;
    /** The cosocket. */
    sock: OpenResty.TcpSocket;
    keepalive: boolean;
    readonly version: string;
  }

  /** Scheme, host, port, path and query of a URL. In Lua an array of five. */
  export type LuaHttpUri = [scheme: string, host: string, port: number, path: string, query: string];

  /** A new client. */
  function create(): LuaMultiReturn<[HttpClient] | [undefined, string]>;
  export { create as new };
  /** Log requests and answers at level debug. */
  export function debug(on: boolean): void;
}
