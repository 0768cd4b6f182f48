/** Bearer tokens on a cache hit: the plain one, larger answers, more settings, more headers. */
import { makeToken, wideClaim } from "../tokens.ts";
import { bearer, floorPlugin, introspectionWith, makeCase } from "./builder.ts";
import type { Case, Surroundings } from "./case.ts";

const MANY_HEADERS = 100;

const manyHeaders = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: MANY_HEADERS }, (_, index) => [`X-Application-${index}`, `value ${index}`]));

/** What many configurations demand. */
const RULES = {
  scope: ["system-access"],
  issuers_allowed: ["https://login.example.org/realms/demo"],
  audience: ["orders"],
  client_ids_allowed: ["demo-client"],
  claims_required: { sub: [] },
};

/** Every other rule besides, and settings that only take up room in the configuration. */
const SETTINGS = {
  ...RULES,
  scope: ["system-access", "openid profile"],
  scope_any: ["admin", "email"],
  audience: ["invoices", "customers", "orders"],
  client_ids_allowed: Array.from({ length: 20 }, (_, index) => `client-${index}`).concat("demo-client"),
  claims_required: { sub: [], token_type: ["Bearer"], jti: [], aud: ["account"] },
  acr_values: ["urn:example:silver", "urn:example:gold"],
  max_age: 7 * 24 * 3600,
  leeway: 5,
  introspection_headers: { "X-Caller": "gateway", "X-Environment": "bench" },
  introspection_args: { token_type_hint: "access_token", realm: "demo" },
  no_proxy: "127.0.0.1,localhost",
  timeout: 4000,
  keepalive_timeout: 50_000,
  retries: 2,
  breaker_threshold: 20,
  stale_ttl: 60,
  credential_claim: "sub",
  groups_claim: "groups",
  realm: "orders",
  resource_metadata: "https://api.example.org/.well-known/oauth-protected-resource",
  dpop_max_age: 30,
};

function forwarding(surroundings: Surroundings, count: number): Case[] {
  const claims = Array.from({ length: count }, (_, index) => wideClaim(index));
  const headers = bearer(makeToken("wide", 1));
  const floor = `floor-${count}`;
  return [
    makeCase(
      { name: floor, title: `floor with ${count} more headers`, floor: undefined, plugins: [floorPlugin(count)] },
      headers,
    ),
    makeCase(
      {
        name: `forward-${count}`,
        title: `token-introspection, ${count} more claims forwarded`,
        floor,
        plugins: [introspectionWith(surroundings)({ custom_claims_forward: claims })],
      },
      headers,
    ),
  ];
}

function withManyHeaders(surroundings: Surroundings): Case[] {
  const headers = { ...bearer(makeToken("live", 1)), ...manyHeaders() };
  const bare = "headers-bare";
  const floor = "headers-floor";
  const what = `${MANY_HEADERS} request headers`;
  return [
    makeCase({ name: bare, title: `route without a plugin, ${what}`, bare: undefined, floor: undefined }, headers),
    makeCase({ name: floor, title: `floor, ${what}`, bare, floor: undefined, plugins: [floorPlugin()] }, headers),
    makeCase(
      {
        name: "headers-token",
        title: `token-introspection, ${what}`,
        bare,
        floor,
        plugins: [introspectionWith(surroundings)()],
      },
      headers,
    ),
  ];
}

export function bearerCases(surroundings: Surroundings): Case[] {
  const introspection = introspectionWith(surroundings);
  return [
    makeCase({ name: "bare", title: "route without a plugin", bare: undefined, floor: undefined }),
    makeCase({
      name: "floor",
      title: "floor: a plugin that sets nine headers and clears one",
      floor: undefined,
      plugins: [floorPlugin()],
    }),
    makeCase({
      name: "token",
      title: "token-introspection, bearer token, cache hit",
      plugins: [introspection()],
    }),
    makeCase(
      { name: "token-wide", title: "the same, an answer with 50 more claims", plugins: [introspection()] },
      bearer(makeToken("wide", 1)),
    ),
    makeCase({
      name: "token-rules",
      title: "the same, scopes, issuer, audience, client and claims demanded",
      plugins: [introspection(RULES)],
    }),
    makeCase({
      name: "floor-settings",
      title: "floor that has every rule and many other settings, and does nothing with them",
      floor: undefined,
      plugins: [
        { name: "bench-floor-settings", config: { ...floorPlugin().config, ...introspection(SETTINGS).config } },
      ],
    }),
    makeCase({
      name: "token-settings",
      title: "token-introspection, every rule and many other settings",
      floor: "floor-settings",
      plugins: [introspection(SETTINGS)],
    }),
    ...[10, 50].flatMap((count) => forwarding(surroundings, count)),
    ...withManyHeaders(surroundings),
  ];
}
