/** The access tokens of the benchmarks. A token's text says what the authorization server answers: `kind.name.binding.padding`. */
import { createHash } from "node:crypto";

/** live: nine of the ten standard claims; wide: fifty more; bound: to a certificate; dpop: to a key; dead: inactive. */
export type TokenKind = "live" | "wide" | "bound" | "dpop" | "dead";

/** Bytes of a token: as long as a signed JWT of an ordinary authorization server. */
export const TOKEN_BYTES = 1000;

/** How many claims a wide token has beside the standard ones. */
export const WIDE_CLAIMS = 50;

/** Seconds that tokens live: longer than any run. */
const LIFETIME = 24 * 3600;
const STARTED = Math.floor(Date.now() / 1000);

/** Name of one of the additional claims of a wide token. */
export const wideClaim = (index: number): string => `claim-${index}`;

const wideValue = (index: number): string => `the value of claim ${index}, which is of an ordinary length`;

/**
 * Tokens differ everywhere, as signed ones do. LuaJIT hashes long strings by a few of their bytes: tokens with the same padding would share chains
 * of its table of strings, and the time to walk them would be the benchmark's own doing.
 *
 * @param binding thumbprint of a certificate (x5t#S256) or of a key (jkt), for the kinds that have one.
 */
export function makeToken(kind: TokenKind, name: string | number, binding = ""): string {
  const start = `${kind}.${name}.${binding}.`;
  const padding = createHash("shake256", { outputLength: TOKEN_BYTES }).update(start).digest("base64url");
  return (start + padding).slice(0, TOKEN_BYTES);
}

/** What tells a request's token from all others: kind, name and binding. */
export function tokenIn(request: Buffer): string {
  const value = /\r\nAuthorization: \w+ (\w+\.[^.]*\.[^.]*)/.exec(request.toString("latin1"))?.[1];
  if (value === undefined) throw new Error("a request without one of our tokens");
  return value;
}

/** What the authorization server answers (RFC 7662 section 2.2). */
export function answerFor(token: string): Record<string, unknown> {
  const [kind, name, binding] = token.split(".");
  if (kind === "dead" || name === undefined) return { active: false };
  const cnf = kind === "bound" ? { "x5t#S256": binding } : kind === "dpop" ? { jkt: binding } : undefined;
  const wide =
    kind === "wide"
      ? Object.fromEntries(Array.from({ length: WIDE_CLAIMS }, (_, index) => [wideClaim(index), wideValue(index)]))
      : {};
  return {
    active: true,
    scope: "openid profile email system-access",
    client_id: "demo-client",
    token_type: kind === "dpop" ? "DPoP" : "Bearer",
    exp: STARTED + LIFETIME,
    iat: STARTED,
    sub: "4be3c0de-66c2-4d3c-9b4e-0d5f5d6c1f10",
    aud: ["account", "orders"],
    iss: "https://login.example.org/realms/demo",
    // For the rules about authentication, which forward nothing.
    acr: "urn:example:gold",
    auth_time: STARTED,
    jti: `0f6c1b2e-8a54-4be2-b7a7-${name.padStart(12, "0")}`,
    ...(cnf === undefined ? {} : { cnf }),
    ...wide,
  };
}

/** The headers that token-introspection makes of a live token, for the floor, which sets the same: names without a value are cleared. */
export function headersFor(kind: "live" | "wide" | "bound", forwarded: number): Record<string, string> {
  const claims = answerFor(makeToken(kind, "floor"));
  const text = (name: string): string =>
    Array.isArray(claims[name]) ? (claims[name] as string[]).join(",") : String(claims[name]);
  const prefix = "X-Credential-";
  return {
    [`${prefix}Scope`]: text("scope"),
    [`${prefix}Client-ID`]: text("client_id"),
    [`${prefix}Token-Type`]: text("token_type"),
    [`${prefix}Exp`]: text("exp"),
    [`${prefix}Iat`]: text("iat"),
    [`${prefix}Sub`]: text("sub"),
    [`${prefix}Aud`]: text("aud"),
    [`${prefix}Iss`]: text("iss"),
    [`${prefix}Jti`]: text("jti"),
    ...Object.fromEntries(
      Array.from({ length: forwarded }, (_, index) => [`${prefix}${wideClaim(index)}`, wideValue(index)]),
    ),
  };
}
