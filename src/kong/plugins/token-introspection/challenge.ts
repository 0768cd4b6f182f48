import { DPOP_ALGORITHMS } from "./dpop-algorithms";
import type { Refusal, RefusalCode } from "./refusal";

const concat = table.concat;
const format = string.format;

const DENIED = "The resource owner or authorization server denied the request.";

const STATUS: Record<RefusalCode, number> = {
  no_credentials: 401,
  invalid_request: 400,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  insufficient_scope: 403,
  insufficient_user_authentication: 401,
  consumer_not_found: 403,
  unavailable: 503,
  unexpected: 500,
};

const MESSAGE: Record<RefusalCode, string> = {
  no_credentials: "Unauthenticated.",
  invalid_request: "The request carries more than one access token.",
  invalid_token: DENIED,
  invalid_dpop_proof: DENIED,
  use_dpop_nonce: DENIED,
  insufficient_scope: DENIED,
  insufficient_user_authentication: DENIED,
  consumer_not_found: DENIED,
  unavailable: "The authorization server is unavailable.",
  unexpected: "An unexpected error occurred.",
};

const ALGORITHMS = concat(DPOP_ALGORITHMS, " ");

/** What the challenge says of this resource, whatever the refusal. */
export interface ChallengeSettings {
  readonly realm: string;
  readonly resource_metadata?: string | undefined;
  readonly acr_values?: readonly string[] | undefined;
  readonly max_age?: number | undefined;
  readonly dpop: "off" | "when_bound" | "required";
}

/** A refusal as it goes over the wire. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/**
 * The value of WWW-Authenticate (RFC 6750 section 3, RFC 9110 section 11.6.1): one challenge, each parameter once, values quoted.
 * Absent where authenticating differently would not help.
 */
function challengeOf(this: void, refusal: Refusal, settings: ChallengeSettings): string | undefined {
  const { code } = refusal;
  if (code === "unavailable" || code === "unexpected" || code === "consumer_not_found") return undefined;
  const dpop =
    refusal.dpop === true || settings.dpop === "required" || code === "invalid_dpop_proof" || code === "use_dpop_nonce";
  const parameters = [format('realm="%s"', settings.realm)];
  if (code !== "no_credentials") parameters.push(format('error="%s"', code));
  if (code === "insufficient_scope" && refusal.scope !== undefined)
    parameters.push(format('scope="%s"', refusal.scope));
  if (code === "insufficient_user_authentication") {
    if (settings.acr_values !== undefined)
      parameters.push(format('acr_values="%s"', concat(settings.acr_values as string[], " ")));
    if (settings.max_age !== undefined) parameters.push(format('max_age="%d"', settings.max_age));
  }
  if (dpop) parameters.push(format('algs="%s"', ALGORITHMS));
  if (settings.resource_metadata !== undefined)
    parameters.push(format('resource_metadata="%s"', settings.resource_metadata));
  return (dpop ? "DPoP " : "Bearer ") + concat(parameters, ", ");
}

/**
 * Turns a refusal into the answer to the client.
 * @param grpc the answer is gRPC's: Kong derives grpc-status itself, and would not from a JSON answer.
 */
export function answerOf(this: void, refusal: Refusal, settings: ChallengeSettings, grpc: boolean): Answer {
  const status = STATUS[refusal.code];
  const message = refusal.message ?? MESSAGE[refusal.code];
  const headers: Record<string, string> = {};
  const challenge = challengeOf(refusal, settings);
  if (challenge !== undefined) headers["WWW-Authenticate"] = challenge;
  if (refusal.nonce !== undefined) {
    headers["DPoP-Nonce"] = refusal.nonce;
    // RFC 9449 section 8.2.
    headers["Cache-Control"] = "no-store";
  }
  if (refusal.retryAfter !== undefined) headers["Retry-After"] = format("%d", refusal.retryAfter);
  if (grpc) return { status, body: message, headers };
  headers["Content-Type"] = "application/json";
  return { status, body: format('{"data":[],"error":{"code":%d,"message":"%s"}}', status, message), headers };
}
