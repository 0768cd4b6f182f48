import { findCookie, withoutCookie } from "./cookie";
import { withoutParameter } from "./form";
import type { Plan } from "./plan";
import type { Refusal } from "./refusal";
import type { Config } from "./settings";
import { mediaTypeOf } from "./text";
import {
  type Finding,
  type HeaderValue,
  type TokenPlace,
  TWICE,
  onlyOne,
  readTokenCookie,
  readTokenHeader,
  readTokenParameter,
} from "./token";
import { isTokenSpelledOtherwise } from "./upstream";

const clearHeader = ngx.req.clear_header;
const lower = string.lower;
const match = string.match;
const rawGet = rawget;

/** A header of the request, by its name in lower case. */
function header(this: void, headers: OpenResty.Headers, name: string): HeaderValue {
  return rawGet(headers, name) as HeaderValue;
}

/** Longest form that is searched for a token, in bytes. nginx keeps in a file what is longer than client_body_buffer_size. */
const LONGEST_FORM = 1024 * 1024;

const TOO_LONG: Refusal = {
  code: "invalid_request",
  cause: "token_body_arg: the form is too long to be searched for a token, or cannot be read",
  message: "The request's form is too long to be searched for an access token.",
};

/** Whether a Content-Type says that the body is a urlencoded form. Of several, which nginx lets through, the upstream service may heed any. */
function saysForm(this: void, contentType: HeaderValue): boolean {
  if (contentType === undefined) return false;
  if (typeof contentType === "string") return mediaTypeOf(contentType) === "application/x-www-form-urlencoded";
  for (const one of contentType) {
    if (saysForm(one)) return true;
  }
  return false;
}

/** A body that nginx keeps in a file: Kong before 3.8 reads none. @returns undefined when there is none, it cannot be read, or is too long. */
function storedBody(this: void): string | undefined {
  const path = ngx.req.get_body_file();
  if (path === undefined) return undefined;
  const [file] = io.open(path, "r");
  if (file === undefined) return undefined;
  // A byte more than may be there, so that too long a body shows and is not read whole.
  const text = file.read(LONGEST_FORM + 1) ?? "";
  file.close();
  return text.length > LONGEST_FORM ? undefined : text;
}

/**
 * The body, where RFC 6750 section 2.2 allows a token in it: a urlencoded form, not with GET.
 * @returns the empty text where it has none; undefined when it cannot be searched.
 */
function formBody(this: void, headers: OpenResty.Headers): string | undefined {
  if (!saysForm(header(headers, "content-type"))) return "";
  const method = kong.request.get_method();
  if (method === "GET" || method === "HEAD") return "";
  const [body] = kong.request.get_raw_body(LONGEST_FORM);
  return body ?? storedBody();
}

/**
 * Finds the access token in the places that are configured (RFC 6750 section 2).
 * @returns the token, and how it was presented; or twice undefined and the refusal; or nothing where there is no token at all.
 */
export function findToken(this: void, config: Config, plan: Plan, headers: OpenResty.Headers): Finding {
  let [token, presentation, refused] = readTokenHeader(header(headers, plan.tokenHeader), plan.bareToken);
  if (token !== undefined && plan.bareToken && isTokenSpelledOtherwise(headers, plan.upstream)) refused = TWICE;
  if (refused === undefined && config.token_query_arg !== undefined) {
    const [found, how, wrong] = readTokenParameter(kong.request.get_raw_query(), config.token_query_arg, "query");
    [token, presentation, refused] = onlyOne(token, presentation, found, how, wrong);
  }
  if (refused === undefined && config.token_body_arg !== undefined) {
    const body = formBody(headers);
    const [found, how, wrong] = readTokenParameter(body ?? "", config.token_body_arg, "body");
    [token, presentation, refused] = onlyOne(token, presentation, found, how, body === undefined ? TOO_LONG : wrong);
  }
  if (refused === undefined && config.token_cookie !== undefined) {
    const [found, how, wrong] = readTokenCookie(header(headers, "cookie"), config.token_cookie);
    [token, presentation, refused] = onlyOne(token, presentation, found, how, wrong);
  }
  if (refused !== undefined) return $multi(undefined, undefined, refused);
  return $multi(token, presentation) as Finding;
}

/** Whether the token header holds what is ours to hide: under Authorization another scheme is the application's. */
function holdsToken(this: void, value: HeaderValue, bare: boolean): boolean {
  if (value === undefined) return false;
  if (bare || typeof value !== "string") return true;
  const scheme = lower(match(value, "^[ \t]*([^%s]*)")[0] ?? "");
  return scheme === "bearer" || scheme === "dpop";
}

/**
 * Kong keeps the query that `clear_query_arg` of another plugin has written, and forgets to ask nginx for the one that is set afterwards, until the worker has
 * set one for the first time. That must not be the time at which a token is hidden. Phase: init_worker, where there is no request to set it for.
 */
export function settleQuery(this: void): void {
  pcall(ngx.req.set_uri_args, "");
}

function hideParameter(this: void, name: string): void {
  const query = kong.request.get_raw_query();
  const rest = withoutParameter(query, name);
  if (rest !== query) kong.service.request.set_raw_query(rest);
}

function hideFormParameter(this: void, headers: OpenResty.Headers, name: string): void {
  const body = formBody(headers);
  if (body === undefined) return;
  const rest = withoutParameter(body, name);
  if (rest !== body) kong.service.request.set_raw_body(rest);
}

function hideCookie(this: void, headers: OpenResty.Headers, name: string): void {
  const cookies = header(headers, "cookie");
  if (cookies === undefined || findCookie(cookies, name)[1] === 0) return;
  const rest = withoutCookie(cookies, name);
  if (rest === undefined) clearHeader("cookie");
  else kong.service.request.set_header("cookie", rest);
}

/**
 * Takes token and proof off the request to the upstream service; all other bytes stay.
 * @param place where the token is, when it is known to be there alone; undefined: every place where a token may be is looked at.
 */
export function hideToken(
  this: void,
  config: Config,
  plan: Plan,
  headers: OpenResty.Headers,
  place: TokenPlace | undefined,
): void {
  if (header(headers, "dpop") !== undefined) clearHeader("dpop");
  if (place === "header") return clearHeader(plan.tokenHeader);
  if (holdsToken(header(headers, plan.tokenHeader), plan.bareToken)) clearHeader(plan.tokenHeader);
  if (config.token_query_arg !== undefined) hideParameter(config.token_query_arg);
  if (config.token_body_arg !== undefined) hideFormParameter(headers, config.token_body_arg);
  // Where upstream_headers sets a header of that name, all cookies of the client are off the request already.
  if (config.token_cookie !== undefined && !plan.upstream.named.has("cookie")) hideCookie(headers, config.token_cookie);
}
