import { setOf } from "./sets";

const lower = string.lower;
const gsub = string.gsub;
const sub = string.sub;

/**
 * The form in which header names are compared: lower case, `_` as `-`, because an upstream service that follows CGI's rules
 * (RFC 3875 section 4.1.18) cannot tell the two apart.
 */
export function normalizedName(this: void, name: string): string {
  const [normalized] = gsub(lower(name), "_", "-");
  return normalized;
}

/** Headers, in normalized form, that Kong and its authentication plugins set for the upstream service. */
const KONG_IDENTITY_HEADERS = setOf([
  "x-consumer-id",
  "x-consumer-username",
  "x-consumer-custom-id",
  "x-consumer-groups",
  "x-credential-identifier",
  "x-authenticated-groups",
  "x-authenticated-scope",
  "x-authenticated-userid",
  "x-anonymous-consumer",
]);

/** Of these, the ones that Kong's oauth2 alone sets or clears. */
const SET_BY_OAUTH2 = setOf(["x-authenticated-scope", "x-authenticated-userid"]);

/** Headers that steer the connection or say where the request goes. */
const STEERING_NAMES = [
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "proxy-connection",
  "keep-alive",
  "te",
  "upgrade",
  "trailer",
  "expect",
];

/** Other headers that are not this plugin's to set: Kong takes them off again (Proxy), or writes there what the client sent (Via), after all plugins. */
const RESERVED_NAMES = [
  "authorization",
  "proxy",
  "via",
  "x-real-ip",
  "x-credential-identifier",
  "x-authenticated-groups",
  "x-anonymous-consumer",
  "x-anonymous",
];

const RESERVED_FAMILIES = ["x-forwarded-", "x-kong-", "x-consumer-"];

const STEERING_HEADERS = setOf(STEERING_NAMES);
const RESERVED_HEADERS = setOf(RESERVED_NAMES);

/** Headers that have another meaning to nginx, to the client's application or to this plugin. */
const OTHER_HEADERS = setOf(["content-type", "cookie", "dpop"]);

/** Whether a header carries something else than a token or a certificate. */
export function carriesOther(this: void, name: string): boolean {
  const normalized = normalizedName(name);
  return STEERING_HEADERS.has(normalized) || OTHER_HEADERS.has(normalized);
}

function startsWith(this: void, text: string, start: string): boolean {
  return sub(text, 1, start.length) === start;
}

/** Headers, in normalized form, that Kong's authentication plugins set or clear for each request that they authenticate. */
const SET_BY_AUTHENTICATION = setOf([
  "x-consumer-id",
  "x-consumer-username",
  "x-consumer-custom-id",
  "x-credential-identifier",
  "x-anonymous-consumer",
]);

/**
 * Whether another plugin that has authenticated the request has set or cleared this header, so that what stands there is its word and not the
 * client's. X-Authenticated-Groups is set by those alone that give groups, X-Authenticated-Userid and -Scope by oauth2 alone.
 */
export function isSetByAuthentication(this: void, normalized: string): boolean {
  // Kong's own session plugin notes them elsewhere than the others do; acl looks in both places.
  if (normalized === "x-authenticated-groups")
    return kong.ctx.shared.authenticated_groups !== undefined || ngx.ctx.authenticated_groups !== undefined;
  if (SET_BY_OAUTH2.has(normalized)) {
    // A credential says not of which plugin it is. No other's has addresses to send a browser back to.
    const credential = kong.client.get_credential() as { redirect_uris?: unknown } | undefined;
    return credential?.redirect_uris !== undefined;
  }
  return SET_BY_AUTHENTICATION.has(normalized);
}

/** Whether a name in normalized form is one of Kong's own identity headers, or looks like one (`X-Consumer-*`). */
export function isKongIdentityHeader(this: void, normalized: string): boolean {
  return startsWith(normalized, "x-consumer-") || KONG_IDENTITY_HEADERS.has(normalized);
}

/** Whether no setting may produce this header: it steers the connection, or is Kong's own. */
export function isReservedHeader(this: void, name: string): boolean {
  const normalized = normalizedName(name);
  for (const family of RESERVED_FAMILIES) {
    if (startsWith(normalized, family)) return true;
  }
  return STEERING_HEADERS.has(normalized) || RESERVED_HEADERS.has(normalized);
}

function anyStartsWith(this: void, names: readonly string[], start: string): boolean {
  for (const name of names) {
    // Kong's X-Credential-Identifier begins with the default prefix, and is looked after by name.
    if (name !== "x-credential-identifier" && startsWith(name, start)) return true;
  }
  return false;
}

/** Whether clearing all headers that begin with `prefix` would clear one that is not ours to clear. */
export function coversReservedHeader(this: void, prefix: string): boolean {
  const normalized = normalizedName(prefix);
  for (const family of RESERVED_FAMILIES) {
    if (startsWith(family, normalized) || startsWith(normalized, family)) return true;
  }
  return anyStartsWith(STEERING_NAMES, normalized) || anyStartsWith(RESERVED_NAMES, normalized);
}

/** Whether a text is a header name (RFC 9110 section 5.1). */
export function isHeaderName(this: void, text: string): boolean {
  return string.match(text, "^[%w!#$%%&'*+%-.^_`|~]+$")[0] !== undefined;
}
