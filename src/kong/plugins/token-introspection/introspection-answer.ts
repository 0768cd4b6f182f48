import { unavailable, unexpected } from "./answer";
import type { Answer, InactiveAnswer } from "./answer";
import type { HttpAnswer } from "./http-attempt";
import { headerHolds } from "./http-body";
import { parseObject } from "./json-object";
import { setOf } from "./sets";
import { mediaTypeOf, trim } from "./text";

const find = string.find;
const max = math.max;
const min = math.min;

/** Longest Retry-After that is passed on, in seconds. */
const LONGEST_RETRY_AFTER = 300;

/** Errors that are named in the log (RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 7009 section 2.2.1): a server's own words may repeat the token. */
const ERRORS = setOf([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "invalid_scope",
  "invalid_token",
  "insufficient_scope",
  "unauthorized_client",
  "unsupported_grant_type",
  "unsupported_token_type",
  "access_denied",
  "server_error",
  "temporarily_unavailable",
]);

/** Media types that are named in the log, for the same reason. */
const MEDIA_TYPES = setOf([
  "application/json",
  "application/jwt",
  "application/octet-stream",
  "application/problem+json",
  "application/token-introspection+jwt",
  "application/x-www-form-urlencoded",
  "application/xml",
  "text/html",
  "text/plain",
  "text/xml",
]);

/** Errors of a 400 that blame the token: our own request is well-formed. */
function blamesToken(this: void, code: string): boolean {
  return code === "invalid_request" || code === "invalid_token" || code === "unsupported_token_type";
}

/** Whether the server wants the answer not to be stored, or not to be used again without asking. */
export function forbidsStoring(this: void, answer: HttpAnswer): boolean {
  const control = answer.headers["Cache-Control"];
  return headerHolds(control, "no-store") || headerHolds(control, "no-cache");
}

/** The answer of RFC 7662 section 2.2: a JSON object with a boolean `active`. */
export function readClaims(
  this: void,
  server: string,
  claims: Cjson.JsonObject,
  text: string,
  noStore: boolean,
  latency: number,
): Answer {
  const { active } = claims;
  if (active === false) return { kind: "inactive", noStore, latency };
  if (active !== true)
    return unexpected(`the answer of ${server} has no boolean "active": see whether introspection_endpoint is right`);
  const { exp } = claims;
  return {
    kind: "active",
    claims: text,
    exp: typeof exp === "number" && exp === exp ? exp : undefined,
    noStore,
    latency,
  };
}

/** What a plain answer of status 200 means. @param latency milliseconds. */
export function readJsonAnswer(this: void, server: string, answer: HttpAnswer, latency: number): Answer {
  const [claims, wrong] = parseObject(answer.body ?? "");
  if (claims === undefined) {
    return unexpected(
      `the answer of ${server} is not JSON as RFC 7662 has it: ${wrong}${hint(answer)}; see whether introspection_endpoint is right`,
    );
  }
  return readClaims(server, claims, answer.body ?? "", forbidsStoring(answer), latency);
}

function hint(this: void, answer: HttpAnswer): string {
  if (answer.headers["Content-Encoding"] !== undefined) return " (it has a Content-Encoding, which was not asked for)";
  const kind = answer.headers["Content-Type"];
  if (typeof kind !== "string") return "";
  const mediaType = mediaTypeOf(kind);
  return MEDIA_TYPES.has(mediaType) ? ` (Content-Type ${mediaType})` : " (of a Content-Type that is not known here)";
}

/** The OAuth error code of a body, where it has one. */
function errorCode(this: void, body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  const [members] = parseObject(body);
  const code = members?.["error"];
  return typeof code === "string" ? code : undefined;
}

/** Whether a status says that the server cannot answer now: it may be asked again later. One that is none counts as such (RFC 9110 section 15). */
export function isTrouble(this: void, status: number): boolean {
  return status === 429 || status >= 500 || status < 100;
}

/** What an answer of another status than 200 means. */
export function readRefusal(this: void, server: string, answer: HttpAnswer, latency: number): Answer {
  const { status } = answer;
  if (isTrouble(status)) return unavailable(`${server} answered ${status}`, retryAfter(answer));
  const code = errorCode(answer.body);
  if (status === 400 && code !== undefined && blamesToken(code)) {
    const inactive: InactiveAnswer = { kind: "inactive", noStore: forbidsStoring(answer), latency };
    return inactive;
  }
  const said = code === undefined ? "" : ` (${ERRORS.has(code) ? code : "an error of its own"})`;
  return unexpected(`${server} answered ${status}${said}${advice(status)}`);
}

function advice(this: void, status: number): string {
  if (status === 400 || status === 401) return ": see client_auth, client_id and the secret or key";
  if (status === 403) return ": this client may not introspect, see its rights at the authorization server";
  if (status === 404 || status === 405 || status === 410) return ": see whether introspection_endpoint is right";
  if (status === 407) return ": the proxy wants other credentials, see http_proxy";
  if (status >= 300 && status < 400)
    return ": redirects are not followed, set introspection_endpoint to the URL itself";
  return ": see whether introspection_endpoint is right";
}

/** Seconds until an HTTP date. */
function secondsUntil(this: void, date: string): number | undefined {
  const time = ngx.parse_http_time(date);
  return time === undefined ? undefined : time - ngx.time();
}

/** Seconds until asking again makes sense, where the server says so. */
export function retryAfter(this: void, answer: HttpAnswer): number | undefined {
  const field = answer.headers["Retry-After"];
  if (typeof field !== "string") return undefined;
  const header = trim(field);
  // RFC 9110 section 10.2.3: digits or a date. tonumber takes more for a number, NaN too.
  const seconds = find(header, "^%d+$")[0] !== undefined ? tonumber(header) : secondsUntil(header);
  return seconds === undefined ? undefined : max(1, min(LONGEST_RETRY_AFTER, seconds));
}
