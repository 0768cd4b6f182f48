/** Tokens and secrets that a test uses. Each is told to the log check, for none may stand in any log. */
import { randomBytes } from "node:crypto";

const used = new Set<string>();

/** A new access token, as an authorization server would make it. */
export function newToken(): string {
  return keepSecret(`token-${randomBytes(12).toString("hex")}`);
}

/** A new client secret. */
export function newSecret(): string {
  return keepSecret(`secret-${randomBytes(12).toString("hex")}`);
}

/** Tells the log check that a text must stand in no log. Gives the text. */
export function keepSecret(text: string): string {
  used.add(text);
  return text;
}

/** All that must stand in no log. */
export function secretsUsed(): ReadonlySet<string> {
  return used;
}
