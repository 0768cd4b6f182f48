import * as http from "resty.http";
import type { ConnectOptions, HttpClient, HttpResponse, ResponseHeaders } from "resty.http";
import { encode_base64url } from "ngx.base64";
import { unavailable, unexpected } from "./answer";
import type { Failure } from "./answer";
import { breakerGiveBack, breakerRefuses } from "./breaker";
import { overdue, remaining } from "./call";
import type { Call } from "./call";
import { clientCertificateOf } from "./client-certificate";
import { endsBeforeConnection, knownLength, readBody, readUntil } from "./http-body";
import type { BodyTrouble } from "./http-body";
import { NOT_HTTP, endHead, isNotHttp, limitHead } from "./http-line";
import { givePlaceBack, takePlace } from "./in-flight";
import { printable } from "./printable";
import { proxyFor } from "./proxy";
import { sha256 } from "./sha256";
import { guardTunnel, leaveTunnel } from "./tunnel";
import { isAddress, serverName } from "./url";
import type { Url } from "./url";

const concat = table.concat;
const find = string.find;
const gsub = string.gsub;
const floor = math.floor;
const max = math.max;
const min = math.min;
const now = ngx.now;

/** A request to the authorization server. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly headers: LuaTable<string, string>;
  readonly body?: string;
}

/** An answer, of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** There for 200 and 400, and for other statuses when it was worth reading. */
  readonly body: string | undefined;
}

/** Makes the request anew for each attempt: an assertion is used once. */
export type RequestMaker = (this: void) => LuaMultiReturn<[HttpRequest] | [undefined, Failure]>;

type ExchangeResult = LuaMultiReturn<[HttpAnswer] | [undefined, Failure]>;

/**
 * An attempt that brought no answer: what happened, and whether it may be repeated: `freely` when the server had closed a kept connection
 * meanwhile, which happens once, as the next connection is a new one; `counted` as one of the retries.
 */
interface Miss {
  readonly failure: Failure;
  readonly repeat: "freely" | "counted" | "never";
}

/** Bytes of an answer that are read. */
const BODY_LIMIT = 1024 * 1024;
/** Bytes of a body that says nothing we need, but for a log line and for keeping the connection. */
const SHORT_BODY = 16 * 1024;
/** Seconds to wait for such a body. */
const SHORT_BODY_TIME = 0.25;
/** Interim answers (RFC 9110 section 15.2) that are skipped before one answer. */
const MOST_INTERIM = 16;

/** What resty.http says when a proxy refuses to connect for want of credentials (RFC 9110 section 15.5.8). */
const PROXY_REFUSAL = "tunnel through a proxy: 407$";

/** Asks a server, once or again. Never raises for what the server or the network do. */
export function exchange(this: void, call: Call, url: Url, makeRequest: RequestMaker): ExchangeResult {
  const { question } = call;
  const { server } = url;
  const [options, wrong] = connectOptions(call, url);
  if (options === undefined) return $multi(undefined, unexpected(wrong ?? ""));

  // Until something is asked: a span, and those who wait, are told of what was.
  call.url = undefined;
  const place = takePlace(server, call.deadline);
  if (place === undefined) {
    return $multi(
      undefined,
      unavailable(
        `too many calls to ${server} are under way in this worker: it is too slow for what is asked of it`,
        1,
      ),
    );
  }
  call.places.set(server, place);
  const [wait, probing] = mayAsk(call, server);
  if (wait !== undefined) {
    leave(call, server, place);
    return $multi(
      undefined,
      unavailable(`${server} gave no answers lately and is not asked for a moment (circuit breaker)`, wait),
    );
  }

  let retries = 0;
  call.fresh = false;
  while (true) {
    const [request, failure] = makeRequest();
    if (request === undefined) {
      if (probing && !call.asked.has(server)) breakerGiveBack(question, server);
      leave(call, server, place);
      return $multi(undefined, failure ?? unexpected("the request could not be made"));
    }
    call.url = url;
    call.status = undefined;
    // What counts for the breaker is the last attempt: a server can have answered for its metadata, and hang now.
    call.asked.set(server, false);
    const [answer, miss] = attempt(call, url, options, request, question.retries - retries);
    if (answer !== undefined) {
      leave(call, server, place);
      return $multi(answer);
    }
    const again = miss !== undefined && now() < call.deadline && miss.repeat !== "never";
    if (!again || (miss.repeat === "counted" && retries >= question.retries)) {
      leave(call, server, place);
      return $multi(undefined, miss?.failure ?? unexpected("the attempt came to nothing"));
    }
    if (miss.repeat === "counted") {
      retries++;
    } else {
      // The other kept ones may be as dead as this one. Nothing is kept under this name.
      call.fresh = true;
      options.pool = `${options.pool ?? ""}:fresh`;
    }
  }
}

/** The breaker's word on a call, which it gives once: who has discovered as the probe may introspect too. */
function mayAsk(this: void, call: Call, server: string): ReturnType<typeof breakerRefuses> {
  if (call.asked.has(server)) return $multi(undefined, false);
  const [wait, probing] = breakerRefuses(call.question, server, call.deadline - now());
  if (!probing || !call.background) return $multi(wait, probing);
  breakerGiveBack(call.question, server);
  return $multi(1, false);
}

function leave(this: void, call: Call, server: string, place: number): void {
  call.places.delete(server);
  givePlaceBack(server, place);
}

function connectOptions(this: void, call: Call, url: Url): LuaMultiReturn<[ConnectOptions] | [undefined, string]> {
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

/** @param retries that are left when this one fails. */
function attempt(
  this: void,
  call: Call,
  url: Url,
  options: ConnectOptions,
  request: HttpRequest,
  retries: number,
): LuaMultiReturn<[HttpAnswer] | [undefined, Miss]> {
  const { server } = url;
  const [client, clientError] = http.new();
  if (client === undefined) {
    return $multi(undefined, { failure: unavailable("no socket: " + printable(clientError ?? "")), repeat: "never" });
  }
  // A name may have several addresses, of which one does not even refuse: what is left of the time is for the others too.
  const patience = max(1, floor(remaining(call) / (retries + 1)));
  client.set_timeout(patience);
  call.stage = "connecting";
  const [connected, connectError] = connect(client, options, patience);
  if (connected === undefined) {
    client.close();
    if (find(connectError ?? "", PROXY_REFUSAL)[0] !== undefined) {
      // The proxy has answered, so that the breaker has no business with it.
      call.asked.set(server, true);
      call.status = 407;
      const failure = unexpected("the proxy answered 407: it wants other credentials, see https_proxy");
      return $multi(undefined, { failure, repeat: "never" });
    }
    return $multi(undefined, connectMiss(call, server, connectError));
  }
  const [reused] = client.get_reused_times();
  client.set_timeout(remaining(call));
  call.stage = "waiting for the answer";
  const [response, message] = send(client, url, request);
  if (response === undefined) {
    client.close();
    return $multi(undefined, headMiss(call, server, message, reused !== undefined && reused > 0));
  }
  call.asked.set(server, true);
  call.status = response.status;
  call.stage = `reading the answer of status ${response.status}`;
  return finish(call, server, client, response);
}

/**
 * Connects. OpenResty's own sslhandshake raises, instead of giving an error, where a handshake fails without having had to wait (lua-resty-core's
 * socket.lua asserts that it did not): that is a connection that could not be made, like any other.
 * @param timeout that was set, in milliseconds.
 */
function connect(
  this: void,
  client: HttpClient,
  options: ConnectOptions,
  timeout: number,
): LuaMultiReturn<[true, undefined?] | [undefined, string]> {
  let connected: true | undefined;
  let message: string | undefined;
  const proxied = options.proxy_opts !== undefined;
  if (proxied) guardTunnel(client.sock, timeout);
  const [good, raised] = pcall(() => {
    [connected, message] = client.connect(options);
  });
  if (proxied) leaveTunnel(client.sock);
  if (!good) {
    // Without the file and line that it begins with.
    const [said] = gsub(tostring(raised), "^.-:%d+: ", "");
    return $multi(undefined, `the TLS handshake failed (${said}), as it does where the certificate is not accepted`);
  }
  if (connected === undefined) return $multi(undefined, message ?? "no connection");
  return $multi(true);
}

function send(
  this: void,
  client: HttpClient,
  url: Url,
  request: HttpRequest,
): LuaMultiReturn<[HttpResponse, undefined?] | [undefined, string]> {
  const parameters = {
    method: request.method,
    path: url.path,
    headers: request.headers as unknown as Record<string, string>,
    body: request.body,
  };
  const [sent, sendError] = client.send_request(parameters);
  if (sent === undefined) return $multi(undefined, sendError ?? "closed");
  limitHead(client.sock);
  for (const _ of $range(0, MOST_INTERIM)) {
    const [response, message] = client.read_response(parameters);
    if (response === undefined) return $multi(undefined, message ?? "closed");
    if (response.status < 100 || response.status > 199 || response.status === 101) {
      endHead(client.sock);
      return $multi(response);
    }
  }
  return $multi(undefined, NOT_HTTP + ": interim answers without an end");
}

function connectMiss(this: void, call: Call, server: string, message: string | undefined): Miss {
  if (message === "timeout") return { failure: overdue(call), repeat: "counted" };
  const text = printable(message ?? "");
  if (isNotHttp(text)) {
    // Asking again would bring the same.
    return { failure: unavailable(`what the proxy before ${server} sent is not HTTP: ${text}`), repeat: "never" };
  }
  // What OpenSSL and the cosockets say of a certificate.
  const advice =
    find(text, "certificate", 1, true)[0] !== undefined
      ? "; see whether its certificate is for this host name and from a CA in lua_ssl_trusted_certificate (lua_ssl_verify_depth counts the ones between)"
      : "; see whether it runs and can be reached from here";
  return { failure: unavailable(`no connection to ${server}: ${text}${advice}`), repeat: "counted" };
}

function headMiss(this: void, call: Call, server: string, message: string | undefined, reused: boolean): Miss {
  if (message === "timeout") return { failure: overdue(call), repeat: "never" };
  if (isNotHttp(message ?? "")) {
    // Asking again would bring the same.
    return {
      failure: unavailable(`what ${server} sent is not HTTP: see whether the URL and its port are right`),
      repeat: "never",
    };
  }
  return {
    failure: unavailable(`${server} closed the connection without an answer: ${printable(message ?? "")}`),
    repeat: reused ? "freely" : "counted",
  };
}

/** Reads what is worth reading of the body, and keeps or closes the connection. */
function finish(
  this: void,
  call: Call,
  server: string,
  client: HttpClient,
  response: HttpResponse,
): LuaMultiReturn<[HttpAnswer] | [undefined, Miss]> {
  const { status, headers } = response;
  const needed = status === 200 || status === 400;
  if (!response.has_body) {
    keep(call, client);
    return $multi({ status, headers, body: needed ? "" : undefined });
  }
  if (!needed) {
    const length = knownLength(headers);
    if (length === undefined || length > SHORT_BODY) {
      client.close();
      return $multi({ status, headers, body: undefined });
    }
    const text = readUntil(client.sock, length, min(call.deadline, now() + SHORT_BODY_TIME));
    if (text === undefined) client.close();
    else keep(call, client);
    return $multi({ status, headers, body: text });
  }
  client.set_timeout(remaining(call));
  const [text, trouble] = readBody(client.sock, headers, BODY_LIMIT);
  if (text === undefined) {
    client.close();
    return $multi(undefined, { failure: bodyFailure(call, server, trouble), repeat: "never" });
  }
  if (endsBeforeConnection(headers)) keep(call, client);
  else client.close();
  return $multi({ status, headers, body: text });
}

function bodyFailure(this: void, call: Call, server: string, trouble: BodyTrouble | undefined): Failure {
  const detail = trouble?.detail ?? "";
  if (trouble?.kind === "too large")
    return unexpected(`the answer of ${server} is longer than ${BODY_LIMIT} bytes: see whether the URL is right`);
  if (trouble?.kind === "malformed") return unavailable(`the answer of ${server} is not HTTP: ${printable(detail)}`);
  if (detail === "timeout") return overdue(call);
  return unavailable(`the answer of ${server} broke off: ${printable(detail)}`);
}

function keep(this: void, call: Call, client: HttpClient): void {
  const { keepalive_timeout: time } = call.question;
  if (time === 0 || call.fresh) {
    client.close();
    return;
  }
  // Bytes after the body, or a server that says close: then it is closed.
  const [kept] = client.set_keepalive(time);
  if (kept === undefined) client.close();
}
