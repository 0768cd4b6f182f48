/** The answers of the plugin's own, as the README promises them. */
import { expect } from "vitest";
import { parseChallenge, type Challenge } from "./challenge.ts";
import { valuesOf, type Answer } from "./client.ts";

export const MESSAGES = {
  unauthenticated: "Unauthenticated.",
  denied: "The resource owner or authorization server denied the request.",
  several: "The request carries more than one access token.",
  unavailable: "The authorization server is unavailable.",
  unexpected: "An unexpected error occurred.",
} as const;

/** The body of a refusal, byte for byte. */
export function refusalBody(status: number, message: string): string {
  return `{"data":[],"error":{"code":${status},"message":"${message}"}}`;
}

/** The only challenge of an answer, read strictly. */
export function challengeOf(answer: Answer): Challenge {
  const values = valuesOf(answer, "WWW-Authenticate");
  expect(values).toHaveLength(1);
  return parseChallenge(values[0] ?? "");
}

/** What a refusal is: status, message, and the challenge's parameters; no challenge where none are given. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly scheme?: string;
  readonly challenge?: Readonly<Record<string, string>> | undefined;
}

/** The refusal must be exactly this: status, type, body, challenge. */
export function expectRefusal(answer: Answer, wanted: Refusal): void {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status: wanted.status,
    body: refusalBody(wanted.status, wanted.message),
  });
  expect(valuesOf(answer, "Content-Type")[0]).toMatch(/^application\/json(?:; *charset=utf-8)?$/);
  if (wanted.challenge === undefined) {
    expect(valuesOf(answer, "WWW-Authenticate")).toEqual([]);
    return;
  }
  const challenge = challengeOf(answer);
  expect(challenge.scheme).toBe(wanted.scheme ?? "Bearer");
  expect(Object.fromEntries(challenge.parameters)).toEqual(wanted.challenge);
}

const REALM = { realm: "service" };

export const NO_CREDENTIALS: Refusal = { status: 401, message: MESSAGES.unauthenticated, challenge: REALM };
export const INVALID_TOKEN: Refusal = {
  status: 401,
  message: MESSAGES.denied,
  challenge: { ...REALM, error: "invalid_token" },
};
export const SEVERAL_TOKENS: Refusal = {
  status: 400,
  message: MESSAGES.several,
  challenge: { ...REALM, error: "invalid_request" },
};
export const INSUFFICIENT_SCOPE: Refusal = {
  status: 403,
  message: MESSAGES.denied,
  challenge: { ...REALM, error: "insufficient_scope" },
};
export const UNAVAILABLE: Refusal = { status: 503, message: MESSAGES.unavailable };
export const UNEXPECTED: Refusal = { status: 500, message: MESSAGES.unexpected };
