/**
 * Why a request may not pass, as a value that travels back to the handler. The names are those of the standards' error codes
 * (RFC 6750 section 3.1, RFC 9449 section 12.2, RFC 9470 section 3) where there is one; challenge.ts alone knows their wire form.
 *
 * - `no_credentials`: there is no token at all.
 * - `unavailable`: the authorization server brought no answer.
 * - `unexpected`: our credentials or settings are wrong, or the answer is not one of RFC 7662.
 * - `consumer_not_found`: a Kong consumer is demanded and there is none.
 */
export type RefusalCode =
  | "no_credentials"
  | "invalid_request"
  | "invalid_token"
  | "invalid_dpop_proof"
  | "use_dpop_nonce"
  | "insufficient_scope"
  | "insufficient_user_authentication"
  | "consumer_not_found"
  | "unavailable"
  | "unexpected";

/** Why a request may not pass. */
export interface Refusal {
  readonly code: RefusalCode;
  /** For the log: what is wrong and where. Never holds a token, a secret or a text that a client chose. */
  readonly cause: string;
  /** The answer's message, where it is not the one of the code. */
  readonly message?: string | undefined;
  /** The challenge speaks DPoP: the token was sent under that scheme, or its key must be proved. */
  readonly dpop?: boolean;
  /** The nonce that the next proof must hold (RFC 9449 section 8). */
  readonly nonce?: string | undefined;
  /** The scopes that were asked for, for `insufficient_scope`. */
  readonly scope?: string | undefined;
  /** Seconds until asking again makes sense, for `unavailable`. */
  readonly retryAfter?: number | undefined;
}

/** A refusal with the answer of its code. @param cause for the log: what is wrong and where. */
export function refusal(this: void, code: RefusalCode, cause: string): Refusal {
  return { code, cause };
}

/** The same refusal, to a client that speaks DPoP. */
export function speakDpop(this: void, refused: Refusal): Refusal {
  return {
    code: refused.code,
    cause: refused.cause,
    dpop: true,
    message: refused.message,
    nonce: refused.nonce,
    scope: refused.scope,
    retryAfter: refused.retryAfter,
  };
}
