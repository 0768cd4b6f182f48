import {
  type ClaimPath,
  type Claims,
  claimAt,
  claimPath,
  clientIdOf,
  numberOf,
  nameText,
  textsOf,
  tokenTypeOf,
  wordsOf,
} from "./claims";
import { type Refusal, refusal } from "./refusal";
import { setOf } from "./sets";
import { eachMatch } from "./text";

const concat = table.concat;
const floor = math.floor;
const lower = string.lower;

/** The rules of a configuration in a form that is quick to hold against claims. */
export interface Rules {
  /** Every scope must be there. */
  readonly scopes: readonly string[];
  /** One of these groups of scopes must be there as a whole; none: no such rule. */
  readonly scopeAny: readonly (readonly string[])[];
  readonly issuer: string | undefined;
  readonly issuers: LuaSet<string> | undefined;
  readonly audience: LuaSet<string> | undefined;
  readonly clientIds: LuaSet<string> | undefined;
  readonly claims: readonly RequiredClaim[];
  readonly acrValues: LuaSet<string> | undefined;
}

interface RequiredClaim {
  readonly name: string;
  readonly path: ClaimPath;
  /** undefined: the claim must be there, whatever its value. */
  readonly accepted: LuaSet<string> | undefined;
}

/** The settings that the rules are made of. */
export interface RuleSettings {
  readonly scope?: readonly string[] | undefined;
  readonly scope_any?: readonly string[] | undefined;
  readonly issuer?: string | undefined;
  readonly issuers_allowed?: readonly string[] | undefined;
  readonly audience?: readonly string[] | undefined;
  readonly client_ids_allowed?: readonly string[] | undefined;
  readonly claims_required?: ReadonlyLuaMap<string, readonly string[]> | undefined;
  readonly acr_values?: readonly string[] | undefined;
}

function words(this: void, text: string): string[] {
  const list: string[] = [];
  for (const word of eachMatch(text, "[^ ]+")) list.push(word);
  return list;
}

function optionalSet(this: void, values: readonly string[] | undefined): LuaSet<string> | undefined {
  return values === undefined ? undefined : setOf(values);
}

/** Makes the rules of a configuration. */
export function rulesOf(this: void, settings: RuleSettings): Rules {
  const scopes: string[] = [];
  const seen = new LuaSet<string>();
  for (const entry of settings.scope ?? []) {
    for (const scope of words(entry)) {
      if (!seen.has(scope)) scopes.push(scope);
      seen.add(scope);
    }
  }
  const scopeAny: string[][] = [];
  for (const entry of settings.scope_any ?? []) scopeAny.push(words(entry));
  const claims: RequiredClaim[] = [];
  if (settings.claims_required !== undefined) {
    for (const [name, values] of settings.claims_required) {
      claims.push({ name, path: claimPath(name), accepted: values.length === 0 ? undefined : setOf(values) });
    }
  }
  return {
    scopes,
    scopeAny,
    issuer: settings.issuer,
    issuers: optionalSet(settings.issuers_allowed),
    audience: optionalSet(settings.audience),
    clientIds: optionalSet(settings.client_ids_allowed),
    claims,
    acrValues: optionalSet(settings.acr_values),
  };
}

function anyIn(this: void, texts: readonly string[], set: LuaSet<string>): boolean {
  for (const text of texts) {
    if (set.has(text)) return true;
  }
  return false;
}

/** `access_token` is an older Ory Hydra's name for it, the last two are what a server's `typ` may say (RFC 9068 section 2.1). */
const ACCESS_TOKEN_TYPES = setOf(["bearer", "dpop", "access_token", "at+jwt", "application/at+jwt"]);
const ACCESS_TOKEN_USES = setOf(["access_token", "access"]);

function isOneOf(this: void, value: Cjson.Value, names: LuaSet<string>): boolean {
  return typeof value === "string" && names.has(lower(value));
}

/** Absent, Bearer and DPoP are access tokens; Keycloak says ID and Refresh for the others. Ory Hydra and Amazon Cognito tell them apart by `token_use`. */
function refuseTokenType(this: void, claims: Claims): Refusal | undefined {
  const tokenType = tokenTypeOf(claims);
  if (tokenType !== undefined && !isOneOf(tokenType, ACCESS_TOKEN_TYPES))
    return refusal("invalid_token", "token_type: the authorization server does not call this an access token");
  const use = claims["token_use"];
  if (use !== undefined && use !== ngx.null && !isOneOf(use, ACCESS_TOKEN_USES))
    return refusal("invalid_token", "token_use: the authorization server does not call this an access token");
  return undefined;
}

function refuseIssuer(this: void, claims: Claims, rules: Rules): Refusal | undefined {
  const claim = claims["iss"];
  const issuer = nameText(claim);
  const present = claim !== undefined && claim !== ngx.null;
  if (rules.issuer !== undefined && present && issuer !== rules.issuer) {
    return refusal("invalid_token", "issuer: the token's iss is another");
  }
  if (rules.issuers !== undefined && (issuer === undefined || !rules.issuers.has(issuer))) {
    return refusal("invalid_token", "issuers_allowed: the token's iss is none of them");
  }
  return undefined;
}

function refuseAudience(this: void, claims: Claims, rules: Rules): Refusal | undefined {
  if (rules.audience === undefined || anyIn(textsOf(claims["aud"]), rules.audience)) return undefined;
  return refusal("invalid_token", "audience: the token's aud holds none of them");
}

function holdsAll(this: void, granted: LuaSet<string>, wanted: readonly string[]): boolean {
  for (const scope of wanted) {
    if (!granted.has(scope)) return false;
  }
  return true;
}

function insufficientScope(this: void, setting: string, scopes: readonly string[]): Refusal {
  return {
    code: "insufficient_scope",
    cause: setting + ": the token does not have them",
    scope: concat(scopes as string[], " "),
  };
}

function refuseScope(this: void, claims: Claims, rules: Rules): Refusal | undefined {
  if (rules.scopes.length === 0 && rules.scopeAny.length === 0) return undefined;
  const granted = wordsOf(claims["scope"]);
  if (!holdsAll(granted, rules.scopes)) return insufficientScope("scope", rules.scopes);
  if (rules.scopeAny.length === 0) return undefined;
  // A client that asks for exactly what is named here must be able to pass with it (RFC 6750 section 3.1).
  const named: string[] = [];
  const seen = new LuaSet<string>();
  for (const scope of rules.scopes) {
    named.push(scope);
    seen.add(scope);
  }
  for (const group of rules.scopeAny) {
    if (holdsAll(granted, group)) return undefined;
    for (const scope of group) {
      if (!seen.has(scope)) named.push(scope);
      seen.add(scope);
    }
  }
  return insufficientScope("scope_any", named);
}

function refuseClient(this: void, claims: Claims, rules: Rules): Refusal | undefined {
  if (rules.clientIds === undefined) return undefined;
  const clientId = clientIdOf(claims);
  if (clientId !== undefined && rules.clientIds.has(clientId)) return undefined;
  return refusal("insufficient_scope", "client_ids_allowed: the token's client_id is none of them");
}

function refuseClaims(this: void, claims: Claims, rules: Rules): Refusal | undefined {
  for (const required of rules.claims) {
    const value = claimAt(claims, required.path);
    if (value === undefined) return refusal("insufficient_scope", `claims_required: ${required.name} is absent`);
    if (required.accepted !== undefined && !anyIn(textsOf(value), required.accepted)) {
      return refusal("insufficient_scope", `claims_required: ${required.name} has none of the accepted values`);
    }
  }
  return undefined;
}

function refuseAuthenticationContext(this: void, claims: Claims, rules: Rules): Refusal | undefined {
  if (rules.acrValues === undefined) return undefined;
  if (anyIn(textsOf(claims["acr"]), rules.acrValues)) return undefined;
  return refusal("insufficient_user_authentication", "acr_values: the token's acr is none of them");
}

/**
 * Holds the claims against every rule that time does not change: token_type, iss, aud, scope, claims, acr.
 * @returns undefined: allowed.
 */
export function refuseByClaims(this: void, claims: Claims, rules: Rules): Refusal | undefined {
  return (
    refuseTokenType(claims) ??
    refuseIssuer(claims, rules) ??
    refuseAudience(claims, rules) ??
    refuseScope(claims, rules) ??
    refuseClient(claims, rules) ??
    refuseClaims(claims, rules) ??
    refuseAuthenticationContext(claims, rules)
  );
}

/** The times of a token, in seconds since the epoch (RFC 7662 section 2.2). */
export interface Validity {
  readonly exp: number | undefined;
  readonly nbf: number | undefined;
  /** A time is there that is no number: nobody can say whether the token is valid. */
  readonly malformed: boolean;
}

function timeOf(this: void, value: Cjson.Value | undefined): LuaMultiReturn<[number | undefined, boolean]> {
  if (value === undefined || value === ngx.null) return $multi(undefined, false);
  const time = numberOf(value);
  return $multi(time, time === undefined);
}

/** Reads exp and nbf. */
export function validityOf(this: void, claims: Claims): Validity {
  const [exp, expMalformed] = timeOf(claims["exp"]);
  const [nbf, nbfMalformed] = timeOf(claims["nbf"]);
  return { exp, nbf, malformed: expMalformed || nbfMalformed };
}

/** Whether a token is valid now (S10). @param leeway seconds of clock difference allowed. */
export function refuseByTime(this: void, validity: Validity, now: number, leeway: number): Refusal | undefined {
  if (validity.malformed) return refusal("invalid_token", "exp or nbf is no number");
  if (validity.exp !== undefined && validity.exp + leeway <= now)
    return refusal("invalid_token", "exp: the token has expired");
  if (validity.nbf !== undefined && validity.nbf - leeway > now)
    return refusal("invalid_token", "nbf: the token is not valid yet");
  return undefined;
}

/** When the user authenticated (`auth_time`), seconds since the epoch. @returns undefined when nobody can say. */
export function authenticationTimeOf(this: void, claims: Claims): number | undefined {
  return numberOf(claims["auth_time"]);
}

/**
 * Whether the user's authentication is recent enough (RFC 9470 section 5).
 * @param authenticated when it was; undefined: nobody can say.
 * @param maxAge seconds.
 */
export function refuseByAge(
  this: void,
  authenticated: number | undefined,
  maxAge: number,
  now: number,
  leeway: number,
): Refusal | undefined {
  // It counts whole seconds: an authentication of this second is not older than one.
  if (authenticated !== undefined && authenticated + maxAge + leeway >= floor(now)) return undefined;
  return refusal(
    "insufficient_user_authentication",
    "max_age: the user's authentication is too old, or its time unknown",
  );
}
