import { type Claims, isArray, tokenTypeOf } from "./claims";
import { type Refusal, refusal } from "./refusal";

const lower = string.lower;

/** What a token must be proved to belong to (RFC 7800 section 3.1): the member `cnf` of the answer. */
export interface Confirmation {
  /** SHA-256 of the certificate, base64url (RFC 8705 section 3.1). */
  readonly thumbprint: string | undefined;
  /** Thumbprint of the DPoP key (RFC 9449 section 6.1). */
  readonly jkt: string | undefined;
}

/** The settings certificate_binding and dpop. */
export interface ConfirmationSettings {
  readonly certificate_binding: "off" | "when_bound" | "required";
  readonly dpop: "off" | "when_bound" | "required";
}

/** The one place that makes them: tables that are made alike are alike to LuaJIT, whatever is in them, and share their compiled code. */
function boundTo(this: void, thumbprint: string | undefined, jkt: string | undefined): Confirmation {
  return { thumbprint, jkt };
}

/** A token that whoever has it may use. */
export const NOT_BOUND: Confirmation = boundTo(undefined, undefined);

const MALFORMED = refusal("invalid_token", "cnf: the authorization server's answer has one that is malformed");

function member(this: void, cnf: Claims, name: string): LuaMultiReturn<[string | undefined, boolean]> {
  const value = cnf[name];
  if (value === undefined || value === ngx.null) return $multi(undefined, false);
  if (typeof value === "string" && value !== "") return $multi(value, false);
  return $multi(undefined, true);
}

/**
 * Reads `cnf`. Members that are not known are passed over (S18).
 * @returns undefined and why when a member that is known cannot be read: nobody could say whose token it is.
 */
export function confirmationOf(
  this: void,
  claims: Claims,
): LuaMultiReturn<[Confirmation, undefined?] | [undefined, Refusal]> {
  const cnf = claims["cnf"];
  if (cnf === undefined || cnf === ngx.null) return $multi(NOT_BOUND);
  if (type(cnf) !== "table" || isArray(cnf)) return $multi(undefined, MALFORMED);
  const [thumbprint, thumbprintMalformed] = member(cnf as Claims, "x5t#S256");
  const [jkt, jktMalformed] = member(cnf as Claims, "jkt");
  if (thumbprintMalformed || jktMalformed) return $multi(undefined, MALFORMED);
  return $multi(boundTo(thumbprint, jkt));
}

/**
 * Whether the token's bindings are such as the settings demand, before anything is proved.
 * What must be proved follows from `cnf`, not from token_type: Keycloak says DPoP beside x5t#S256.
 */
export function refuseBinding(
  this: void,
  claims: Claims,
  bound: Confirmation,
  settings: ConfirmationSettings,
): Refusal | undefined {
  if (settings.certificate_binding === "required" && bound.thumbprint === undefined) {
    return refusal("invalid_token", "certificate_binding: the token is not bound to a certificate");
  }
  if (settings.dpop === "required" && bound.jkt === undefined) {
    return refusal("invalid_token", "dpop: the token is not bound to a key");
  }
  if (settings.dpop === "off" && bound.jkt !== undefined) {
    return refusal("invalid_token", "dpop: the token is bound to a key, and DPoP is off");
  }
  const tokenType = tokenTypeOf(claims);
  if (
    typeof tokenType === "string" &&
    lower(tokenType) === "dpop" &&
    bound.thumbprint === undefined &&
    bound.jkt === undefined
  ) {
    return refusal("invalid_token", "cnf: a token of type DPoP without it belongs to nobody");
  }
  return undefined;
}

/** Whether the token came under the scheme that its binding demands (RFC 9449 sections 7.1 and 7.2). */
export function refuseScheme(this: void, bound: Confirmation, dpopScheme: boolean): Refusal | undefined {
  if (bound.jkt !== undefined && !dpopScheme) {
    return {
      code: "invalid_token",
      cause: "dpop: the token is bound to a key, and came without the scheme DPoP",
      dpop: true,
    };
  }
  if (bound.jkt === undefined && dpopScheme) {
    return {
      code: "invalid_token",
      cause: "dpop: the token came under the scheme DPoP, and is not bound to a key",
      dpop: true,
    };
  }
  return undefined;
}
