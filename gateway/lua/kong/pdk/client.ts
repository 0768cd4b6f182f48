import ffi = require("ffi");
import base = require("resty.core.base");
import ssl = require("ngx.ssl");
import { PHASES, check, checkNot, phases } from "./phases";
import { isUuid } from "./uuid";
import { C, asNumber, writeTo } from "../../resty/openssl/libcrypto";

const AUTHENTICATED = phases("access", "header_filter", "response", "body_filter", "log");
const TLS_READING = phases("rewrite", "access", "response", "balancer", "log");
const TLS_WRITING = phases("rewrite", "access", "response", "balancer");

/** OpenSSL: SSL_OP_NO_TICKET. */
const NO_TICKET = "0x4000";

/** Session identifiers are bound to a context: one that no other connection has can never be resumed. */
let sessionContexts = 0;

/** LuaJIT calls a null pointer equal to nil. */
function sslPointer(): CData | undefined {
  const request = base.get_request();
  return request === undefined ? undefined : C.ngx_http_lua_ffi_get_req_ssl_pointer(request);
}

/** kong.client: who sent the request, and who it was authenticated as. */
function newClient(kongTable: Kong): Kong["client"] {
  function getIp(): string {
    checkNot(PHASES.init_worker);
    return ngx.var.realip_remote_addr ?? ngx.var.remote_addr ?? "";
  }

  function getForwardedIp(): string {
    checkNot(PHASES.init_worker);
    return ngx.var.remote_addr ?? "";
  }

  function getPort(): number | undefined {
    checkNot(PHASES.init_worker);
    return tonumber(ngx.var.realip_remote_port ?? ngx.var.remote_port ?? "");
  }

  function getForwardedPort(): number | undefined {
    checkNot(PHASES.init_worker);
    return tonumber(ngx.var.remote_port ?? "");
  }

  function getCredential(): Dict | undefined {
    check(AUTHENTICATED);
    return ngx.ctx.authenticated_credential;
  }

  function getConsumer(): Consumer | undefined {
    check(AUTHENTICATED);
    return ngx.ctx.authenticated_consumer;
  }

  function loadConsumer(id: unknown, byUsername?: boolean): LuaMultiReturn<[Consumer | undefined, string?]> {
    check(AUTHENTICATED);
    if (typeof id !== "string") error("consumer_id must be a string", 2);
    const uuid = isUuid(id);
    if (!uuid && byUsername !== true) error("cannot load a consumer with an id that is not a uuid", 2);
    const consumers = (kongTable.db as { consumers: ConsumerStore }).consumers;
    if (uuid) {
      const [found, err] = consumers.select({ id });
      if (found !== undefined) return $multi(found);
      if (err !== undefined) return $multi(undefined, err);
    }
    if (byUsername === true) return consumers.select_by_username(id);
    return $multi(undefined);
  }

  function authenticate(consumer?: unknown, credential?: unknown): void {
    check(PHASES.access);
    const consumerType = type(consumer);
    const credentialType = type(credential);
    if (consumerType !== "table" && consumerType !== "nil") error("consumer must be a table or nil", 2);
    if (credentialType !== "table" && credentialType !== "nil") error("credential must be a table or nil", 2);
    if (consumer === undefined && credential === undefined) error("either credential or consumer must be provided", 2);
    const ctx = ngx.ctx;
    ctx.authenticated_consumer = consumer as Consumer | undefined;
    ctx.authenticated_credential = credential as Dict | undefined;
  }

  function getProtocol(allowTerminated?: boolean): LuaMultiReturn<[string | undefined, string?]> {
    check(AUTHENTICATED);
    const route = ngx.ctx.route;
    if (route === undefined) return $multi(undefined, "No active route found");
    if (route.protocols.length === 1) return $multi(route.protocols[0]);
    if (ngx.var.scheme === "https") return $multi("https");
    if (allowTerminated === true && kongTable.ip.is_trusted(getIp())) {
      const forwarded = ngx.var.http_x_forwarded_proto;
      if (forwarded !== undefined) {
        const [comma] = string.find(forwarded, ",", 1, true);
        if (comma !== undefined) return $multi(undefined, "Only one X-Forwarded-Proto header allowed");
        if (string.lower(forwarded) === "https") return $multi("https");
      }
    }
    return $multi("http");
  }

  return {
    get_ip: getIp,
    get_forwarded_ip: getForwardedIp,
    get_port: getPort,
    get_forwarded_port: getForwardedPort,
    get_credential: getCredential,
    get_consumer: getConsumer,
    load_consumer: loadConsumer,
    authenticate,
    get_protocol: getProtocol,
    tls: newTls(),
  };
}

interface ConsumerStore {
  select(primaryKey: { id: string }): LuaMultiReturn<[Consumer | undefined, string?]>;
  select_by_username(username: string): LuaMultiReturn<[Consumer | undefined, string?]>;
}

/** kong.client.tls: the client's certificate, over ngx_lua's pointer to the TLS connection. */
function newTls(): Dict {
  function requestClientCertificate(authorities?: unknown): LuaMultiReturn<[boolean | undefined, string?]> {
    check(PHASES.certificate);
    return ssl.verify_client(authorities, 0);
  }

  function disableSessionReuse(): LuaMultiReturn<[boolean | undefined, string?]> {
    check(PHASES.certificate);
    const pointer = sslPointer();
    if (pointer === undefined) return $multi(undefined, "no ssl object");
    C.SSL_set_options(pointer, ffi.new("uint64_t", tonumber(NO_TICKET)));
    sessionContexts = sessionContexts + 1;
    const context = string.format("%08x%08x", ngx.worker.pid(), sessionContexts);
    C.SSL_set_session_id_context(pointer, context, context.length);
    // Until TLS 1.3 the session has been made already, with the context as it was.
    const session = C.SSL_get_session(pointer);
    if (session !== undefined) C.SSL_SESSION_set1_id_context(session, context, context.length);
    return $multi(true);
  }

  function getFullChain(): LuaMultiReturn<[string | undefined, string?]> {
    check(TLS_READING);
    if (ngx.var.https !== "on") return $multi(undefined, "connection is not TLS or TLS support for Nginx not enabled");
    const leaf = ngx.var.ssl_client_raw_cert;
    if (leaf === undefined || leaf === "") return $multi(undefined);
    const pointer = sslPointer();
    if (pointer === undefined) return $multi(undefined, "no ssl object");
    const chain = C.SSL_get_peer_cert_chain(pointer);
    if (chain === undefined) return $multi(undefined);
    let others = "";
    for (const index of $range(0, asNumber(C.OPENSSL_sk_num(chain)) - 1)) {
      const pem = writeTo((bio) => C.PEM_write_bio_X509(bio, C.OPENSSL_sk_value(chain, index)));
      others = others + (pem ?? "");
    }
    return $multi(leaf + others);
  }

  function setClientVerify(value: unknown): void {
    check(TLS_WRITING);
    if (typeof value !== "string") error("assertion failed!");
    if (value !== "SUCCESS" && value !== "NONE" && string.sub(value, 1, 7) !== "FAILED:") {
      error(`unknown client verify value: ${value} accepted values are: "SUCCESS", "NONE" or "FAILED:<reason>"`, 2);
    }
    ngx.ctx.CLIENT_VERIFY_OVERRIDE = value;
  }

  function disableHttp2Alpn(): never {
    return error("kong.client.tls.disable_http2_alpn is not part of the development gateway", 2);
  }

  return {
    request_client_certificate: requestClientCertificate,
    disable_session_reuse: disableSessionReuse,
    get_full_client_certificate_chain: getFullChain,
    set_client_verify: setClientVerify,
    disable_http2_alpn: disableHttp2Alpn,
  };
}

export { newClient };
