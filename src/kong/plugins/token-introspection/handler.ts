import { refuseByAge, refuseByTime } from "./authorization";
import { type NoEntry, type Source, consult } from "./cache";
import { answerOf } from "./challenge";
import { listenForConsumers } from "./consumers";
import { becomeAnonymous, identify } from "./identity";
import { listen, tokenName } from "./forgetting";
import { type Plan, configurePlans, planOf } from "./plan";
import { refuseCertificate, refuseKey } from "./possession";
import { type Refusal, refusal, speakDpop } from "./refusal";
import { redactHeaders, redactQuery, redactUpstreamQuery } from "./redaction";
import { reportAllowed, reportAnonymous, reportRefused } from "./report";
import { asksForMetadata } from "./resource-metadata";
import { completesResponses, finishResponse, keepPrivate } from "./response";
import type { Config } from "./settings";
import { type Standing, standingOf } from "./standing";
import type { Presentation } from "./token";
import { findToken, hideToken, settleQuery } from "./token-request";
import {
  ANONYMOUS_HEADER,
  TOO_MANY_HEADERS,
  clearSpoofable,
  connectionNamesProtected,
  forward,
  redactForged,
} from "./upstream";

const getHeaders = ngx.req.get_headers;
const now = ngx.now;

const NO_TOKEN = refusal("no_credentials", "there is no access token");
const INACTIVE = refusal("invalid_token", "the authorization server says that the token is not active");
const MALFORMED = refusal("invalid_token", "the access token is malformed");
const PROTECTED_HEADER: Refusal = {
  code: "invalid_request",
  cause: "Connection names a header that the gateway sets",
  message: "The request names a header in Connection that the gateway sets.",
};

/** Keeps a token in the query out of what the logs say of the request to the upstream service, where it is not taken off. */
function redactWhereItStays(this: void, config: Config): void {
  if (config.token_query_arg !== undefined) redactUpstreamQuery(config.token_query_arg);
}

function answer(this: void, refused: Refusal, config: Config, headers: OpenResty.Headers): void {
  redactWhereItStays(config);
  reportRefused(refused);
  const contentType = headers["content-type"];
  const grpc =
    typeof contentType === "string" &&
    string.find(contentType, "application/grpc", 1, true)[0] === 1 &&
    ngx.req.http_version() === 2;
  const { status, body, headers: answered } = answerOf(refused, config, grpc);
  kong.response.exit(status, body, answered);
}

function refusalOf(this: void, noEntry: NoEntry): Refusal {
  if (noEntry.kind === "inactive") return INACTIVE;
  if (noEntry.kind === "malformed") return MALFORMED;
  if (noEntry.retryAfter === undefined) return refusal(noEntry.kind, noEntry.cause);
  return { code: noEntry.kind, cause: noEntry.cause, retryAfter: noEntry.retryAfter };
}

/** Whether the token may be used here and now, whoever has it. */
function refuseToken(this: void, config: Config, standing: Standing): Refusal | undefined {
  const time = now();
  return (
    refuseByTime(standing, time, config.leeway) ??
    standing.claimsRefusal ??
    (config.max_age === undefined
      ? undefined
      : refuseByAge(standing.authenticated, config.max_age, time, config.leeway))
  );
}

/** A server's trouble is no property of the caller: nobody becomes anonymous by it. */
function isServersTrouble(this: void, refused: Refusal): boolean {
  return refused.code === "unavailable" || refused.code === "unexpected";
}

/** What happens in place of a refusal where the settings allow it. @returns why the request may not pass. */
function passAnonymously(this: void, config: Config, refused: Refusal): Refusal | undefined {
  const withoutToken = refused.code === "no_credentials" && config.allow_anonymous;
  if (!withoutToken && (config.anonymous === undefined || isServersTrouble(refused))) return refused;
  if (config.anonymous !== undefined) {
    const failed = becomeAnonymous(config.anonymous);
    if (failed !== undefined) return failed;
  }
  if (withoutToken) kong.service.request.set_header(ANONYMOUS_HEADER, "true");
  reportAnonymous(refused);
  return undefined;
}

/**
 * The end of a request that may not pass as the token's.
 * @param presentation how the token came; undefined: there is none.
 */
function refuse(
  this: void,
  config: Config,
  plan: Plan,
  headers: OpenResty.Headers,
  presentation: Presentation | undefined,
  refused: Refusal,
): void {
  const reason = passAnonymously(config, refused);
  if (reason !== undefined) {
    return answer(presentation?.dpop === true ? speakDpop(reason) : reason, config, headers);
  }
  if (config.hide_credentials) hideToken(config, plan, headers, undefined);
}

// From here on each step calls the next one in its own place (a tail call), and is a function of its own: for LuaJIT. It compiles all that a function calls into
// one piece, but gives up where that holds more than 500 constants, of which a name or a function takes two, and interprets it from then on. And a stack that is deeper
// than a coroutine's first one has to grow, in every request, which also leaves the compiled code.

/**
 * Identity, upstream.
 * @param authenticated another plugin has authenticated the request.
 * @param source where the authorization server's answer came from.
 * @param latency milliseconds that the server took, when it was asked.
 */
function passOn(
  this: void,
  config: Config,
  plan: Plan,
  headers: OpenResty.Headers,
  authenticated: boolean,
  presentation: Presentation,
  standing: Standing,
  source: Source,
  latency: number | undefined,
): void {
  const refused = identify(config, plan, standing, headers, authenticated);
  if (refused !== undefined) return refuse(config, plan, headers, presentation, refused);
  // Before: a header of the same name may be among those that are forwarded.
  if (config.hide_credentials) hideToken(config, plan, headers, presentation.place);
  forward(standing);
  return reportAllowed(standing, source, latency);
}

/**
 * Confirmation, authorization.
 * @param name of the token (`tokenName`).
 */
function authorize(
  this: void,
  config: Config,
  plan: Plan,
  headers: OpenResty.Headers,
  authenticated: boolean,
  presentation: Presentation,
  standing: Standing,
  source: Source,
  latency: number | undefined,
  name: string,
): void {
  const refused =
    standing.bindingRefusal ??
    refuseCertificate(config, headers, standing.bound.thumbprint) ??
    refuseKey(config, headers, presentation.dpop, name, standing.bound) ??
    refuseToken(config, standing);
  if (refused !== undefined) return refuse(config, plan, headers, presentation, refused);
  return passOn(config, plan, headers, authenticated, presentation, standing, source, latency);
}

/** Introspection, or what is remembered of it. */
function introspect(
  this: void,
  config: Config,
  plan: Plan,
  headers: OpenResty.Headers,
  authenticated: boolean,
  presentation: Presentation,
  token: string,
): void {
  if (plan.unresolved !== undefined) {
    const unresolved = refusal("unexpected", plan.unresolved + ": its reference could not be resolved");
    return refuse(config, plan, headers, presentation, unresolved);
  }
  const name = tokenName(token);
  if (name === undefined) {
    return refuse(config, plan, headers, presentation, refusal("unexpected", "the token could not be hashed"));
  }
  const [entry, source, latency] = consult(plan.question, token, name);
  if (entry === undefined) return refuse(config, plan, headers, presentation, refusalOf(source));
  const standing = standingOf(entry, plan);
  return authorize(config, plan, headers, authenticated, presentation, standing, source, latency, name);
}

/** A request's way from its token to the upstream service, or to a refusal. */
function proceed(this: void, config: Config, plan: Plan, headers: OpenResty.Headers, authenticated: boolean): void {
  const [token, presentation, unreadable] = findToken(config, plan, headers);
  if (token === undefined) return refuse(config, plan, headers, presentation, unreadable ?? NO_TOKEN);
  return introspect(config, plan, headers, authenticated, presentation, token);
}

/** What becomes of a request on which nothing is left that a client may not set. @param authenticated another plugin has authenticated it. */
function handle(this: void, config: Config, plan: Plan, headers: OpenResty.Headers, authenticated: boolean): void {
  redactHeaders(config, plan, headers);
  // RFC 6750 section 2.3: no shared cache may keep the answer.
  if (config.token_query_arg !== undefined && redactQuery(config.token_query_arg)) keepPrivate();
  if (!config.hide_credentials) redactWhereItStays(config);
  if (connectionNamesProtected(headers, plan.upstream)) return answer(PROTECTED_HEADER, config, headers);

  if (plan.metadata !== undefined && asksForMetadata(plan.metadata)) {
    redactWhereItStays(config);
    return kong.response.exit(200, plan.metadata.body, { "Content-Type": "application/json" });
  }
  if (!config.run_on_preflight && kong.request.get_method() === "OPTIONS") {
    if (config.hide_credentials) hideToken(config, plan, headers, undefined);
    return;
  }
  // Somebody else has authenticated it in our place: its token is not ours to take off.
  if (authenticated && config.anonymous !== undefined) return redactWhereItStays(config);
  return proceed(config, plan, headers, authenticated);
}

/** What becomes of a request with more headers of ours than are cleared. */
function refuseTooMany(this: void, config: Config, plan: Plan, headers: OpenResty.Headers): void {
  redactHeaders(config, plan, headers);
  redactForged(headers, plan.upstream);
  if (config.token_query_arg !== undefined) redactQuery(config.token_query_arg);
  return answer(TOO_MANY_HEADERS, config, headers);
}

/** Runs on every request, before it goes to the upstream service. */
function access(this: unknown, config: Config): void {
  const plan = planOf(config);
  const [headers] = getHeaders(0);
  const authenticated = kong.client.get_credential() !== undefined;
  if (clearSpoofable(headers, plan.upstream, authenticated)) return refuseTooMany(config, plan, headers);
  return handle(config, plan, headers, authenticated);
}

/** Runs on every answer, the upstream service's or ours. */
function completeResponse(this: unknown, config: Config): void {
  finishResponse(config.dpop_nonce);
}

/** The first Kong that tells its plugins of their configurations before it serves a request. */
const KONG_WITH_CONFIGURE = 3005000;

/** Whether this Kong is one of those. */
function tellsConfigurations(this: void): boolean {
  const known = rawget(_G as object as Record<string, unknown>, "kong") as { version_num: number } | undefined;
  return known !== undefined && known.version_num >= KONG_WITH_CONFIGURE;
}

const handler: Kong.PluginHandler<Config> = {
  /** Before ip-restriction (990), acl (950) and rate-limiting (910), which can then use what is known of the caller. */
  PRIORITY: 1040,
  VERSION: "1.0.0",
  access,
};

/** Runs once in every worker. */
handler.init_worker = function (this: unknown) {
  listen();
  listenForConsumers();
  settleQuery();
};

// Kong enters a phase for every request of a plugin that has it, which costs a microsecond. So it is there only where it is needed,
// and never goes again: requests may be under way that count on it.
if (!tellsConfigurations()) handler.header_filter = completeResponse;

/** Runs in every worker when the plugin's configurations have changed. Undefined: none is left. */
handler.configure = function (this: unknown, configs?: Config[]) {
  configurePlans(configs);
  if (completesResponses(configs)) handler.header_filter = completeResponse;
};

export = handler;
