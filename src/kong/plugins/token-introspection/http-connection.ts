/** Connections to a server: in pools of our own, through a proxy or not, with the certificate that is ours. */
import type { ConnectOptions, HttpClient } from "resty.http";
import { encode_base64url } from "ngx.base64";
import { CONNECTING, type Call } from "./call";
import { clientCertificateOf } from "./client-certificate";
import { proxyFor } from "./proxy";
import { sha256 } from "./sha256";
import { guardTunnel, stopWatching, watchHandshake } from "./tunnel";
import { isAddress, serverName } from "./url";
import type { Url } from "./url";

const concat = table.concat;
const gsub = string.gsub;

/** How to connect. @returns undefined and why not, when our certificate cannot be used. */
export function connectOptions(
  this: void,
  call: Call,
  url: Url,
): LuaMultiReturn<[ConnectOptions] | [undefined, string]> {
  const { question } = call;
  const [pair, wrong] = clientCertificateOf(question);
  if (wrong !== undefined) return $multi(undefined, wrong);
  const verify = question.introspection_ssl_verify;
  const proxy = proxyFor(question, url);
  const options: ConnectOptions = {
    scheme: url.scheme,
    host: url.host,
    port: url.port,
    ssl_verify: verify,
    // An address is no name to be sent to a server (RFC 6066 section 3); one that is verified is needed all the same.
    ssl_server_name: verify || !isAddress(url) ? serverName(url) : undefined,
    ssl_client_cert: pair?.certificate,
    ssl_client_priv_key: pair?.key,
    proxy_opts: proxy,
  };
  // A pool of our own, whose name holds all that makes one connection another, and no secret: the library logs it.
  const [hash, hashError] = sha256(
    concat(
      [
        url.server,
        tostring(verify),
        proxy?.http_proxy ?? proxy?.https_proxy ?? "",
        proxy?.http_proxy_authorization ?? proxy?.https_proxy_authorization ?? "",
        question.client_certificate ?? "",
        question.client_key ?? "",
      ],
      "\n",
    ),
  );
  if (hash === undefined) return $multi(undefined, hashError ?? "no SHA-256");
  options.pool = "token-introspection:" + encode_base64url(hash);
  return $multi(options);
}

/**
 * Connects. OpenResty's own sslhandshake raises, instead of giving an error, where a handshake fails without having had to wait (lua-resty-core's
 * socket.lua asserts that it did not): that is a connection that could not be made, like any other.
 * @param timeout that was set, in milliseconds.
 */
export function connect(
  this: void,
  call: Call,
  client: HttpClient,
  options: ConnectOptions,
  timeout: number,
): LuaMultiReturn<[true, undefined?] | [undefined, string]> {
  let connected: true | undefined;
  let message: string | undefined;
  let detail: unknown;
  call.stage = CONNECTING;
  if (options.proxy_opts !== undefined) guardTunnel(call, client.sock, timeout);
  else watchHandshake(call, client.sock);
  const [good, raised] = pcall(() => {
    [connected, message, detail] = client.connect(options);
  });
  stopWatching(client.sock);
  if (!good) {
    // Without the file and line that it begins with.
    const [said] = gsub(tostring(raised), "^.-:%d+: ", "");
    return $multi(undefined, `the TLS handshake failed (${said}), as it does where the certificate is not accepted`);
  }
  if (connected !== undefined) return $multi(true);
  // The library of Kong before 3.7 (lua-resty-http 0.17.1) has the reason behind the message, where there is a proxy.
  if (typeof detail === "string") return $multi(undefined, `${message ?? ""} ${detail}`);
  return $multi(undefined, message ?? "no connection");
}
