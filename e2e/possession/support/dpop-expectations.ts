/** The refusals of DPoP (RFC 9449 §7.1, §9), exactly. */
import { MESSAGES, type Refusal } from "../../support/expectations.ts";

/** What the challenge lists, in this order. */
export const ALGORITHMS = "ES256 ES384 PS256 RS256 EdDSA";

function dpopRefusal(error: string | undefined): Refusal {
  const challenge = { realm: "service", algs: ALGORITHMS, ...(error === undefined ? {} : { error }) };
  return {
    status: 401,
    message: error === undefined ? MESSAGES.unauthenticated : MESSAGES.denied,
    scheme: "DPoP",
    challenge,
  };
}

export const INVALID_PROOF = dpopRefusal("invalid_dpop_proof");
export const INVALID_DPOP_TOKEN = dpopRefusal("invalid_token");
export const USE_NONCE = dpopRefusal("use_dpop_nonce");
export const NO_DPOP_CREDENTIALS = dpopRefusal(undefined);
