import { findCookie } from "./cookie";
import { findParameter } from "./form";
import type { Refusal } from "./refusal";

const byte = string.byte;
const find = string.find;
const lower = string.lower;
const sub = string.sub;

const SPACE = 0x20;

/** An access token as the client presented it. */
export interface PresentedToken {
  readonly value: string;
  /** It came under the scheme DPoP (RFC 9449 section 7.1). */
  readonly dpop: boolean;
  readonly place: TokenPlace;
}

/** Where a token can be (RFC 6750 section 2). */
export type TokenPlace = "header" | "query" | "body" | "cookie";

/** A header as `ngx.req.get_headers` lists it: once, or several times. */
export type HeaderValue = string | readonly string[] | undefined;

/** What there is at one place: a token, nothing, or something that is refused. */
type Finding = LuaMultiReturn<[PresentedToken | undefined, (Refusal | undefined)?]>;

const TWICE: Refusal = { code: "invalid_request", cause: "the access token is there more than once" };

/** A token is visible ASCII: what RFC 6750 section 2.1 allows, and the little more that some servers issue. */
export function isWellFormed(this: void, token: string): boolean {
  return find(token, "[^\x21-\x7E]")[0] === undefined;
}

/** What follows a scheme and its spaces; nothing: undefined. */
function afterScheme(this: void, value: string, start: number, dpop: boolean): Finding {
  let first = start;
  while (byte(value, first) === SPACE) first++;
  const token = sub(value, first);
  if (token === "") return $multi(undefined);
  return $multi({ value: token, dpop, place: "header" });
}

/**
 * Reads the token header (RFC 6750 section 2.1, RFC 9449 section 7.1). The scheme counts in any case; another scheme is not for us.
 * @param bare the header is not Authorization: it may hold the token without a scheme.
 */
export function readTokenHeader(this: void, value: HeaderValue, bare: boolean): Finding {
  if (value === undefined) return $multi(undefined);
  if (typeof value !== "string") return $multi(undefined, TWICE);
  const start = sub(value, 1, 7);
  if (start === "Bearer ") return afterScheme(value, 8, false);
  const scheme = lower(start);
  if (scheme === "bearer " || scheme === "bearer") return afterScheme(value, 8, false);
  const shorter = sub(scheme, 1, 5);
  if (shorter === "dpop " || scheme === "dpop") return afterScheme(value, 6, true);
  if (!bare || value === "") return $multi(undefined);
  return $multi({ value, dpop: false, place: "header" });
}

/** Reads a query or form parameter (RFC 6750 sections 2.2 and 2.3). @param encoded the query, or the body of a form, as it was sent. */
export function readTokenParameter(this: void, encoded: string, name: string, place: "query" | "body"): Finding {
  const [value, count] = findParameter(encoded, name);
  if (count > 1) return $multi(undefined, TWICE);
  if (value === undefined || value === "") return $multi(undefined);
  return $multi({ value, dpop: false, place });
}

/** Reads a cookie. @param header the header Cookie. */
export function readTokenCookie(this: void, header: HeaderValue, name: string): Finding {
  const [value, count] = findCookie(header, name);
  if (count > 1) return $multi(undefined, TWICE);
  if (value === undefined || value === "") return $multi(undefined);
  return $multi({ value, dpop: false, place: "cookie" });
}

/**
 * Joins what the places up to now say with what another one says: one method a request (S19, RFC 6750 section 2).
 * @param wrong why the other place's token is refused.
 */
export function onlyOne(
  this: void,
  one: PresentedToken | undefined,
  other: PresentedToken | undefined,
  wrong: Refusal | undefined,
): Finding {
  if (wrong !== undefined) return $multi(undefined, wrong);
  if (one !== undefined && other !== undefined) return $multi(undefined, TWICE);
  return $multi(one ?? other);
}
