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

function redactQuery(this: void, name: string): void {
  const query = kong.request.get_raw_query();
  const rest = withoutParameter(query, name);
  if (rest === query) return;
  const shown = (rest === "" ? "" : rest + "&") + ngx.escape_uri(name) + "=" + REDACTED;
  const path = gsub(ngx.var.request_uri, "%?.*$", "")[0];
  const [args] = ngx.decode_args(shown, 0);
  const origin = kong.request.get_scheme() + "://" + kong.request.get_host() + ":" + kong.request.get_port();
  redact("request.querystring", args);
  redact("request.uri", path + "?" + shown);
  redact("request.url", origin + path + "?" + shown);
  redact("upstream_uri", (ngx.var.upstream_uri ?? path) + "?" + shown);
}

/**
 * Keeps token and proof out of Kong's logs, wherever they were sent. Kong itself redacts Authorization only; the certificate header is looked
 * after where it is let through.
 */
export function redactCredentials(this: void, config: Config, plan: Plan, headers: OpenResty.Headers): void {
  if (plan.bareToken && rawGet(headers, plan.tokenHeader) !== undefined) redactHeader(plan.tokenHeader);
  if (rawGet(headers, "dpop") !== undefined) redactHeader("dpop");
  if (config.token_cookie !== undefined && rawGet(headers, "cookie") !== undefined) redactHeader("cookie");
  if (config.token_query_arg !== undefined) redactQuery(config.token_query_arg);
}
