/** Connections of the HTTP client: TCP, a proxy's tunnel, TLS with or without a client certificate, under pools that never mix what differs. */
import ffi = require("ffi");
import chains = require("./openssl/x509/chain");
import pkeys = require("./openssl/pkey");
import { C } from "./openssl/libcrypto";
import { ProxyOptions, isExempt, parseUri } from "./http_uri";

interface ConnectOptions {
  scheme?: string;
  host: string;
  port?: number;
  pool?: string;
  pool_size?: number;
  backlog?: number;
  ssl_reused_session?: unknown;
  ssl_server_name?: string;
  ssl_send_status_req?: boolean;
  ssl_verify?: boolean;
  ssl_client_cert?: unknown;
  ssl_client_priv_key?: unknown;
  proxy_opts?: ProxyOptions;
}

interface Connecting {
  sock?: Socket;
  host?: string;
  port?: number;
  keepalive: boolean;
  ssl?: boolean;
  http_proxy_auth?: string;
  path_prefix?: string;
  proxy_opts?: ProxyOptions;
  request(params: Dict): LuaMultiReturn<[{ status: number } | undefined, string?]>;
  close(): unknown;
}

interface Proxy {
  uri: string;
  authorization: string | undefined;
  host: string;
  port: number;
}

type Result<T> = LuaMultiReturn<[T | undefined, string?]>;

function chooseProxy(
  self: Connecting,
  options: ConnectOptions,
  https: boolean,
): LuaMultiReturn<[Proxy | undefined, string?]> {
  const given = options.proxy_opts ?? self.proxy_opts;
  if (given === undefined) return $multi(undefined);
  const uri = https ? given.https_proxy : given.http_proxy;
  if (uri === undefined || isExempt(given.no_proxy, options.host)) return $multi(undefined);
  const [parsed, err] = parseUri(uri, true);
  if (parsed === undefined) return $multi(undefined, `uri parse error: ${err}`);
  if (parsed[0] !== "http") return $multi(undefined, `protocol ${parsed[0]} not supported for proxy connections`);
  const authorization = https ? given.https_proxy_authorization : given.http_proxy_authorization;
  return $multi({ uri, authorization, host: parsed[1], port: parsed[2] });
}

function hex(bytes: string): string {
  const [text] = string.gsub(bytes, ".", (byte: string) => string.format("%02x", string.byte(byte)));
  return text;
}

/** A hash of the client certificate for the pool's name, after a look whether the key belongs to it. */
function certificateHash(options: ConnectOptions): Result<string> {
  const { ssl_client_cert: certificate, ssl_client_priv_key: key } = options;
  if (certificate === undefined || key === undefined) return $multi("");
  if ((type(certificate) as string) !== "cdata")
    return $multi(undefined, `bad ssl_client_cert: cdata expected, got ${type(certificate)}`);
  if ((type(key) as string) !== "cdata")
    return $multi(undefined, `bad ssl_client_priv_key: cdata expected, got ${type(key)}`);
  const [chain, chainError] = chains.dup(ffi.cast("void *", certificate));
  if (chain === undefined) return $multi(undefined, `failed to dup the ssl_client_cert: ${chainError}`);
  const leaf = (chain as unknown as LuaTable<number, ClientLeaf | undefined>).get(1);
  if (leaf === undefined) return $multi(undefined, "no cert in ssl_client_cert");
  C.EVP_PKEY_up_ref(key);
  const [pkey, keyError] = pkeys.new(ffi.cast("void *", key));
  if (pkey === undefined) return $multi(undefined, `failed to new the pkey: ${keyError}`);
  const [fits, fitError] = leaf.check_private_key(pkey);
  if (!fits) return $multi(undefined, `the private key doesn't match the cert: ${fitError}`);
  const [hash, hashError] = leaf.digest("sha256");
  if (hash === undefined) return $multi(undefined, `failed to calculate the digest of the cert: ${hashError}`);
  return $multi(hex(hash));
}

interface ClientLeaf {
  check_private_key(key: unknown): LuaMultiReturn<[boolean, string?]>;
  digest(name: string): Result<string>;
}

function openTunnel(self: Connecting, host: string, port: number, proxy: Proxy): Result<true> {
  const destination = `${host}:${port}`;
  const [response, err] = self.request({
    method: "CONNECT",
    path: destination,
    headers: { Host: destination, "Proxy-Authorization": proxy.authorization },
  });
  if (response === undefined) return $multi(undefined, `failed to issue CONNECT to proxy: ${err}`);
  if (response.status < 200 || response.status > 299)
    return $multi(undefined, `failed to establish a tunnel through a proxy: ${response.status}`);
  return $multi(true);
}

function startTls(self: Connecting, socket: Socket, options: ConnectOptions): Result<unknown> {
  const { ssl_client_cert: certificate, ssl_client_priv_key: key } = options;
  if (certificate !== undefined && key !== undefined) {
    if (socket.setclientcert === undefined)
      return $multi(undefined, "cannot use SSL client cert and key without mTLS support");
    const [ok, err] = socket.setclientcert(certificate, key);
    if (ok === undefined || ok === false) return $multi(undefined, `could not set client certificate: ${err}`);
  }
  const [session, err] = socket.sslhandshake(
    options.ssl_reused_session,
    options.ssl_server_name,
    options.ssl_verify !== false,
    options.ssl_send_status_req,
  );
  if (session === undefined || session === false) {
    self.close();
    return $multi(undefined, err);
  }
  return $multi(session);
}

function poolName(
  options: ConnectOptions,
  port: number | undefined,
  https: boolean,
  proxy: Proxy | undefined,
  hash: string,
): string {
  return table.concat(
    [
      options.scheme ?? "",
      options.host,
      tostring(port),
      https ? "true" : "nil",
      options.ssl_server_name ?? "",
      https ? tostring(options.ssl_verify !== false) : "nil",
      proxy?.uri ?? "",
      https ? (proxy?.authorization ?? "") : "",
      hash,
    ],
    ":",
  );
}

/** true, nothing and the TLS session; or nothing and what went wrong. */
function connect(self: Connecting, options: ConnectOptions): LuaMultiReturn<[true | undefined, string?, unknown?]> {
  const socket = self.sock;
  if (socket === undefined) return $multi(undefined, "not initialized");
  const https = options.scheme === "https";
  let { port } = options;
  if (options.scheme !== undefined && port === undefined) port = https ? 443 : 80;
  else if (port !== undefined && options.scheme === undefined)
    return $multi(undefined, "'scheme' is required when providing a port");
  const [proxy, proxyError] = chooseProxy(self, options, https);
  if (proxyError !== undefined) return $multi(undefined, proxyError);
  const [hash, hashError] = certificateHash(options);
  if (hash === undefined) return $multi(undefined, hashError);
  const pool = {
    pool: options.pool ?? poolName(options, port, https, proxy, hash),
    pool_size: options.pool_size,
    backlog: options.backlog,
  };
  if (proxy !== undefined) {
    const [ok, err] = socket.connect(proxy.host, proxy.port, pool);
    if (ok === undefined) return $multi(undefined, `failed to connect to: ${proxy.host}:${proxy.port}: ${err}`);
  } else {
    let ok: number | undefined;
    let err: string | undefined;
    if (port === undefined) [ok, err] = socket.connect(options.host, pool);
    else [ok, err] = socket.connect(options.host, port, pool);
    if (ok === undefined) return $multi(undefined, err);
  }
  const [reused] = socket.getreusedtimes();
  if (https && proxy !== undefined && reused === 0) {
    const [tunnel, err] = openTunnel(self, options.host, port ?? 443, proxy);
    if (tunnel === undefined) return $multi(undefined, err);
  }
  let session: unknown;
  if (https && reused === 0) {
    let err: string | undefined;
    [session, err] = startTls(self, socket, options);
    if (session === undefined) return $multi(undefined, err);
  }
  self.host = options.host;
  self.port = port;
  self.keepalive = true;
  self.ssl = https ? true : undefined;
  self.http_proxy_auth = https ? undefined : proxy?.authorization;
  self.path_prefix =
    !https && proxy !== undefined ? `http://${options.host}${port === 80 ? "" : `:${port}`}` : undefined;
  return $multi(true, undefined, session);
}

export { ConnectOptions, Connecting, connect };
