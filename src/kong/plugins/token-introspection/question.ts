import { encode_base64url } from "ngx.base64";
import type { Config } from "./settings";
import { sha256 } from "./sha256";

const concat = table.concat;
const sort = table.sort;

/** Settings that say whom to ask, as whom and how, and how long the answer is kept: all that can change an answer, or its life. */
const DECIDING = [
  "introspection_endpoint",
  "introspection_ssl_verify",
  "issuer",
  "client_auth",
  "client_id",
  "client_secret",
  "client_jwk",
  "client_jwt_alg",
  "client_certificate",
  "client_key",
  "bearer_token",
  "introspection_accept",
  "jwks_uri",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "ttl",
  "negative_ttl",
  "stale_ttl",
  "respect_cache_control",
] as const satisfies readonly (keyof Config)[];

/** Settings whose value may be a reference to a vault, which Kong resolves, and rewrites in place when the secret changes. */
export const REFERENCEABLE = [
  "introspection_endpoint",
  "client_id",
  "client_secret",
  "client_jwk",
  "client_certificate",
  "client_key",
  "bearer_token",
] as const satisfies readonly (keyof Config)[];

/**
 * What is asked of the authorization server, but for the token: a copy of the settings that say so, taken once per configuration and again when a
 * referenced secret has changed.
 */
export interface Question extends Pick<
  Config,
  | (typeof DECIDING)[number]
  | "introspection_headers"
  | "introspection_args"
  | "timeout"
  | "keepalive_timeout"
  | "retries"
  | "breaker_threshold"
  | "breaker_timeout"
> {
  /** The same for all configurations that ask the same question, and for no others. Holds no secret that could be read from it. */
  readonly id: string;
  /** The same for all questions that reach a server in the same way: through this proxy, with this certificate, within this time. */
  readonly way: string;
  /** How long and how often it is asked: whoever asks for longer shares no failure with one who does not. */
  readonly patience: string;
}

/** Settings that say how a server is reached. */
const REACHING = [
  "introspection_ssl_verify",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "client_certificate",
  "client_key",
  "timeout",
] as const satisfies readonly (keyof Config)[];

function sortedPairs(this: void, map: ReadonlyLuaMap<string, string> | undefined): string {
  const lines: string[] = [];
  if (map !== undefined) {
    for (const [name, value] of map) lines.push(field(name) + field(value));
  }
  sort(lines);
  return concat(lines);
}

/** A text with its length before it: two different lists of fields never give the same text. */
function field(this: void, value: string): string {
  return value.length + ":" + value;
}

/** The values of these settings, one after the other. */
function valuesOf(this: void, config: Config, names: readonly (keyof Config)[]): string[] {
  const parts: string[] = [];
  for (const name of names) {
    const value = config[name];
    parts.push(value === undefined ? "-" : field(tostring(value)));
  }
  return parts;
}

/** A text by which equal lists are known, and from which none can be read. */
function hashOf(this: void, parts: string[]): string {
  const [hash] = sha256(concat(parts));
  // Without a hash nobody shares: a table's address is no other's.
  return encode_base64url(hash ?? tostring(parts));
}

/** Takes the question out of a configuration. */
export function questionOf(this: void, config: Config): Question {
  const parts = valuesOf(config, DECIDING);
  parts.push(field(sortedPairs(config.introspection_headers)));
  parts.push(field(sortedPairs(config.introspection_args)));
  return {
    id: hashOf(parts),
    way: hashOf(valuesOf(config, REACHING)),
    patience: `:${config.timeout}:${config.retries}:${config.breaker_threshold}:${config.breaker_timeout}`,
    introspection_endpoint: config.introspection_endpoint,
    introspection_ssl_verify: config.introspection_ssl_verify,
    issuer: config.issuer,
    client_auth: config.client_auth,
    client_id: config.client_id,
    client_secret: config.client_secret,
    client_jwk: config.client_jwk,
    client_jwt_alg: config.client_jwt_alg,
    client_certificate: config.client_certificate,
    client_key: config.client_key,
    bearer_token: config.bearer_token,
    introspection_accept: config.introspection_accept,
    jwks_uri: config.jwks_uri,
    http_proxy: config.http_proxy,
    https_proxy: config.https_proxy,
    no_proxy: config.no_proxy,
    ttl: config.ttl,
    negative_ttl: config.negative_ttl,
    stale_ttl: config.stale_ttl,
    respect_cache_control: config.respect_cache_control,
    introspection_headers: config.introspection_headers,
    introspection_args: config.introspection_args,
    timeout: config.timeout,
    keepalive_timeout: config.keepalive_timeout,
    retries: config.retries,
    breaker_threshold: config.breaker_threshold,
    breaker_timeout: config.breaker_timeout,
  };
}
