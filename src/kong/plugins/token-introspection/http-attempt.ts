/** One attempt to get an answer: connect, send, read. */
import * as http from "resty.http";
import type { ConnectOptions, HttpClient, HttpResponse, ResponseHeaders } from "resty.http";
import { unavailable, unexpected } from "./answer";
import type { Failure } from "./answer";
import { isOver, overdue, remaining } from "./call";
import type { Call } from "./call";
import { endsBeforeConnection, knownLength, readBody, readUntil } from "./http-body";
import type { BodyTrouble } from "./http-body";
import { connect } from "./http-connection";
import { NOT_HTTP, endHead, isNotHttp, limitHead } from "./http-line";
import { printable } from "./printable";
import type { Url } from "./url";

const find = string.find;
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

/**
 * An attempt that brought no answer: what happened, and whether it may be repeated: `freely` when the server had closed a kept connection
 * meanwhile, which happens once, as the next connection is a new one; `counted` as one of the retries.
 */
export interface Miss {
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

/** What an attempt brings. */
export type AttemptResult = LuaMultiReturn<[HttpAnswer] | [undefined, Miss]>;

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

/** What nginx says where this worker has no socket left. */
const NO_SOCKET = [
  "too many open files",
  "no free connections",
  "no buffer space",
  // Where nginx has no connection left it names no reason, and OpenResty shows the system's last one.
  "operation now in progress",
  "resource temporarily unavailable",
  "no child processes",
];

function isOurOwnWant(this: void, message: string): boolean {
  for (const want of NO_SOCKET) {
    if (find(message, want, 1, true)[0] !== undefined) return true;
  }
  return false;
}

function connectMiss(this: void, call: Call, server: string, message: string | undefined): Miss {
  if (message === "timeout") return { failure: overdue(call), repeat: "counted" };
  if (isOurOwnWant(message ?? "")) {
    // It says nothing about the server, to which this worker did not come: the breaker has no business with it.
    call.asked.delete(server);
    return {
      failure: unavailable("this worker has no socket left: " + printable(message ?? ""), 1),
      repeat: "counted",
    };
  }
  if (find(message ?? "", PROXY_REFUSAL)[0] !== undefined) {
    // The proxy has answered, so that the breaker has no business with it.
    call.asked.set(server, true);
    call.status = 407;
    const failure = unexpected("the proxy answered 407: it wants other credentials, see https_proxy");
    return { failure, repeat: "never" };
  }
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
function finish(this: void, call: Call, server: string, client: HttpClient, response: HttpResponse): AttemptResult {
  const { status, headers } = response;
  if (status >= 500) {
    // The next call looks the name up anew: who fails may have been replaced under it.
    client.close();
    return $multi({ status, headers, body: undefined });
  }
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

/** Makes one. Never raises for what the server or the network do. @param retries that are left when this one fails. */
export function attempt(
  this: void,
  call: Call,
  url: Url,
  options: ConnectOptions,
  request: HttpRequest,
  retries: number,
): AttemptResult {
  const { server } = url;
  const [client, clientError] = http.new();
  if (client === undefined) {
    return $multi(undefined, { failure: unavailable("no socket: " + printable(clientError ?? "")), repeat: "never" });
  }
  // A name may have several addresses, of which one does not even refuse: what is left of the time is for the others too.
  const patience = max(1, floor(remaining(call) / (retries + 1)));
  client.set_timeout(patience);
  const [connected, connectError] = connect(call, client, options, patience);
  if (connected === undefined) {
    client.close();
    return $multi(undefined, connectMiss(call, server, connectError));
  }
  if (isOver(call)) {
    // Nobody waits any more: no token is sent for nobody.
    client.close();
    return $multi(undefined, { failure: overdue(call), repeat: "never" });
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
