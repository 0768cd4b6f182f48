import { withoutParameter } from "./form";
import type { Plan } from "./plan";
import type { Config } from "./settings";

const gsub = string.gsub;
const rawGet = rawget;

const REDACTED = "REDACTED";
const REPLACE = { mode: "replace" } as const;

function redact(this: void, field: string, value: unknown): void {
  kong.log.set_serialize_value(field, value as string, REPLACE);
}

/** Keeps a header's value out of Kong's logs. @param name in lower case, as it was sent. */
export function redactHeader(this: void, name: string): void {
  redact("request.headers." + name, REDACTED);
}

/** The query as it may be shown; undefined: there is no token in it, good or not. @param name of the parameter. */
function shownQuery(this: void, name: string): string | undefined {
  const query = kong.request.get_raw_query();
  const rest = withoutParameter(query, name);
  if (rest === query) return undefined;
  return (rest === "" ? "" : rest + "&") + ngx.escape_uri(name) + "=" + REDACTED;
}

function requestPath(this: void): string {
  return gsub(ngx.var.request_uri, "%?.*$", "")[0];
}

/**
 * Keeps a token in the query out of what Kong's logs say of the request.
 * @param name of the parameter.
 * @returns whether there was one, good or not.
 */
export function redactQuery(this: void, name: string): boolean {
  const shown = shownQuery(name);
  if (shown === undefined) return false;
  const path = requestPath();
  const [args] = ngx.decode_args(shown, 0);
  const origin = kong.request.get_scheme() + "://" + kong.request.get_host() + ":" + kong.request.get_port();
  redact("request.querystring", args);
  redact("request.uri", path + "?" + shown);
  redact("request.url", origin + path + "?" + shown);
  return true;
}

/**
 * The same for what they say of the request to the upstream service, where the token stays in it, or where it ends here. Where the token is taken off,
 * Kong's own word is right, whatever other plugins make of the URL.
 */
export function redactUpstreamQuery(this: void, name: string): void {
  const shown = shownQuery(name);
  if (shown !== undefined) redact("upstream_uri", (ngx.var.upstream_uri ?? requestPath()) + "?" + shown);
}

/** Keeps token and proof in headers out of Kong's logs. Of these Kong itself redacts Authorization only; the certificate header is looked after where it is let through. */
export function redactHeaders(this: void, config: Config, plan: Plan, headers: OpenResty.Headers): void {
  if (plan.bareToken && rawGet(headers, plan.tokenHeader) !== undefined) redactHeader(plan.tokenHeader);
  if (rawGet(headers, "dpop") !== undefined) redactHeader("dpop");
  if (config.token_cookie !== undefined && rawGet(headers, "cookie") !== undefined) redactHeader("cookie");
}
