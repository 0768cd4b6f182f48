import { expect } from "vitest";
import { valuesOf, type Answer } from "../../support/client.ts";

/** The predecessor's body, with its space behind the comma (design section 9). */
const BODY = '{"error":"invalid_request", "error_description": "mTLS client not provided or invalid"}';

/** The answer must be mtls-auth's refusal, byte for byte. */
export function expectMtlsRefusal(answer: Answer, status = 401): void {
  expect({ status: answer.status, body: answer.body }).toEqual({ status, body: BODY });
  expect(valuesOf(answer, "Content-Type")[0]).toMatch(/^application\/json(?:; *charset=utf-8)?$/);
}
