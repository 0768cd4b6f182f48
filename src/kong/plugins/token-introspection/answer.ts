/**
 * What came of asking the authorization server about a token.
 *
 * - `active`: the token is active; `claims` is the answer's JSON object as text, so that it can be cached without loss.
 * - `inactive`: it is not, or the server blamed the token.
 * - `unavailable`: the server brought no answer (RFC 9110 section 15.6.4 towards the caller): unreachable, slow, 5xx, 429.
 * - `unexpected`: our credentials were refused, the endpoint is wrong, or the answer is not one of RFC 7662.
 */
export type Answer = ActiveAnswer | InactiveAnswer | Failure;

/** Which server was asked last, for a tracing span. */
export interface Asked {
  readonly address: string;
  readonly port: number;
  /** HTTP status; undefined: no answer. */
  readonly status: number | undefined;
}

/** The token is active. */
export interface ActiveAnswer {
  readonly kind: "active";
  readonly claims: string;
  /** Seconds since the epoch, where the answer names it as a number. */
  readonly exp: number | undefined;
  /** The server's `Cache-Control` says no-store, or the like. */
  readonly noStore: boolean;
  /** Milliseconds that the server took. */
  readonly latency: number;
  asked?: Asked;
}

/** The token is not active. */
export interface InactiveAnswer {
  readonly kind: "inactive";
  readonly noStore: boolean;
  readonly latency: number;
  asked?: Asked;
}

/** There is no answer about the token. */
export interface Failure {
  readonly kind: "unavailable" | "unexpected";
  /** For the log: what happened, where, and what to do. Never a token or secret. */
  readonly cause: string;
  /** Seconds until asking again makes sense. */
  readonly retryAfter?: number;
  asked?: Asked;
}

/** A failure that will pass: asking again may bring an answer. */
export function unavailable(this: void, cause: string, retryAfter?: number): Failure {
  return retryAfter === undefined ? { kind: "unavailable", cause } : { kind: "unavailable", cause, retryAfter };
}

/** A failure that somebody has to mend. */
export function unexpected(this: void, cause: string): Failure {
  return { kind: "unexpected", cause };
}
