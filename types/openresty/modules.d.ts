/** @noSelfInFile */

declare module "ngx.ssl" {
  type CData = OpenResty.CData;
  /** PEM to DER; several certificates are joined. Phases: any. */
  export function cert_pem_to_der(pem_cert_chain: string): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  /** Private key, PEM to DER. An encrypted key needs the password. */
  export function priv_key_pem_to_der(
    pem_priv_key: string,
    password?: string,
  ): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  /** PEM chain to cdata, for `setclientcert`, `set_cert` and `kong.service.set_tls_cert_key`. Parsing is slow: keep it. */
  export function parse_pem_cert(pem_cert_chain: string): LuaMultiReturn<[CData, undefined?] | [undefined, string]>;
  /** PEM key to cdata. */
  export function parse_pem_priv_key(
    pem_priv_key: string,
    password?: string,
  ): LuaMultiReturn<[CData, undefined?] | [undefined, string]>;
  /** Server certificate of this handshake. Phase: ssl_cert. */
  export function set_cert(cert_chain: CData): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  /** Private key of this handshake. Phase: ssl_cert. */
  export function set_priv_key(priv_key: CData): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  /** Server certificate of this handshake, DER. Phase: ssl_cert. */
  export function set_der_cert(der_cert_chain: string): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  /** Private key of this handshake, DER. Phase: ssl_cert. */
  export function set_der_priv_key(der_priv_key: string): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  /** Drops the certificates that nginx.conf names. Phase: ssl_cert. */
  export function clear_certs(): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  /** SNI; undefined alone when the client sent none. Phase: ssl_cert and later. */
  export function server_name(): LuaMultiReturn<[string, undefined?] | [undefined, (string | undefined)?]>;
  /** Port of the server. */
  export function server_port(): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
  /** Address of the server: bytes and kind. */
  export function raw_server_addr(): LuaMultiReturn<
    [string, "inet" | "inet6" | "unix", undefined?] | [undefined, undefined, string]
  >;
  /** Address of the client: bytes and kind. */
  export function raw_client_addr(): LuaMultiReturn<
    [string, "inet" | "inet6" | "unix", undefined?] | [undefined, undefined, string]
  >;
  /** TLS version of the client. */
  export function get_tls1_version(): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
  /** TLS version of the client, such as `TLSv1.3`. */
  export function get_tls1_version_str(): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
  /** Asks for a client certificate, verified against these. Phase: ssl_cert. */
  export function verify_client(
    client_certs?: CData,
    depth?: number,
    trusted_certs?: CData,
  ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  export const TLS1_VERSION: 0x0301;
  export const TLS1_1_VERSION: 0x0302;
  export const TLS1_2_VERSION: 0x0303;
  export const TLS1_3_VERSION: 0x0304;
}

declare module "ngx.ssl.clienthello" {
  /** SNI of the client hello. Phase: ssl_client_hello. */
  export function get_client_hello_server_name(): LuaMultiReturn<
    [string, undefined?] | [undefined, (string | undefined)?]
  >;
  /** Raw extension of the client hello. */
  export function get_client_hello_ext(ext_type: number): string | undefined;
  /** TLS versions that the client offers. Phase: ssl_client_hello. */
  export function get_supported_versions(): LuaMultiReturn<[string[], undefined?] | [undefined, string]>;
  /** TLS versions allowed for this handshake. */
  export function set_protocols(
    protocols: ("SSLv2" | "SSLv3" | "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3")[],
  ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
}

declare module "ngx.base64" {
  /** Base64url without padding. */
  export function encode_base64url(str: string): string;
  /** undefined and a message when it is no base64url. */
  export function decode_base64url(str: string): LuaMultiReturn<[string, undefined?] | [undefined, string]>;
}

declare module "ngx.req" {
  /** Adds a header to the request, beside those of the same name. Phases: rewrite, access, header filter and body filter. */
  export function add_header(name: string, value: string | readonly string[]): void;
}

declare module "ngx.resp" {
  /** Adds a response header beside those of that name. Phases: rewrite, access, content, header_filter. */
  export function add_header(name: string, value: string | number | readonly (string | number)[]): void;
}

declare module "ngx.semaphore" {
  /** A semaphore between light threads of one worker. **Methods are called with a colon.** */
  export interface Semaphore {
    /** Adds resources and so wakes as many waiters. Works in every phase. */
    post(this: this, n?: number): void;
    /**
     * Takes a resource, waiting at most so many seconds (0: not at all).
     * Phases that can yield. Raises for a negative time.
     * @returns true; or undefined and `"timeout"`.
     */
    wait(this: this, timeout: number): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /** Resources; negative: waiters. */
    count(this: this): number;
  }
  /** A semaphore with n resources, 0 by default. */
  function create(n?: number): LuaMultiReturn<[Semaphore, undefined?] | [undefined, string]>;
  export { create as new };
  export const version: string;
}

declare module "ngx.errlog" {
  /** Error level of the current log configuration. */
  export function get_sys_filter_level(): number | undefined;
  /** Takes what was captured: level, time, message, level, ... Needs `lua_capture_error_log`. */
  export function get_logs(
    max?: number,
    logs?: unknown[],
  ): LuaMultiReturn<[unknown[], undefined?] | [undefined, string]>;
  /** Captures only messages of this level and worse. Phase: init. Needs `lua_capture_error_log`. */
  export function set_filter_level(level: number): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  /** Writes without Lua's file and line. */
  export function raw_log(level: number, message: string): void;
}

declare module "ngx.re" {
  /** Splits by a regular expression. */
  export function split(
    subject: string,
    regex: string,
    options?: string,
    ctx?: OpenResty.RegexContext,
    max?: number,
    res?: string[],
  ): LuaMultiReturn<[string[], undefined?] | [undefined, string]>;
  /** Sets `jit_stack_size` or other options of PCRE. */
  export function opt(option: string, value: unknown): void;
}

declare module "ngx.process" {
  /** Kind of the process. */
  function processType(): "single" | "master" | "worker" | "signaller" | "helper" | "privileged agent";
  export { processType as type };
  /** Starts the privileged agent. Phase: init. */
  export function enable_privileged_agent(
    connections?: number,
  ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  /** Tells the worker to end. */
  export function signal_graceful_exit(): void;
  /** Process id of nginx's master process; undefined when unknown. */
  export function get_master_pid(): number | undefined;
}
