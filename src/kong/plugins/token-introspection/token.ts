import { findCookie } from "./cookie";
import { findParameter } from "./form";
import type { Refusal } from "./refusal";
import { trim } from "./text";

const byte = string.byte;
const find = string.find;
const lower = string.lower;
const sub = string.sub;

const SPACE = 0x20;

/** How the client presented an access token. */
export interface Presentation {
  /** Under the scheme DPoP (RFC 9449 section 7.1). */
  readonly dpop: boolean;
  readonly place: TokenPlace;
}

const IN_HEADER: Presentation = { dpop: false, place: "header" };
const IN_HEADER_BY_DPOP: Presentation = { dpop: true, place: "header" };
const IN_PLACE: Readonly<Record<"query" | "body" | "cookie", Presentation>> = {
  query: { dpop: false, place: "query" },
  body: { dpop: false, place: "body" },
  cookie: { dpop: false, place: "cookie" },
};

/** Where a token can be (RFC 6750 section 2). */
export type TokenPlace = "header" | "query" | "body" | "cookie";

/** A header as `ngx.req.get_headers` lists it: once, or several times. */
export type HeaderValue = string | readonly string[] | undefined;

/** What there is at one place, or at all: a token and how it was presented, nothing, or something that is refused. No table is made for it: it would be one for each request. */
export type Finding = LuaMultiReturn<
  [string, Presentation, undefined?] | [undefined, undefined?, (Refusal | undefined)?]
>;

export const TWICE: Refusal = { code: "invalid_request", cause: "the access token is there more than once" };

/** A token is visible ASCII: what RFC 6750 section 2.1 allows, and the little more that some servers issue. */
export function isWellFormed(this: void, token: string): boolean {
  return find(token, "[^\x21-\x7E]")[0] === undefined;
}

/** Without the white space around a header's value, which is none of it (RFC 9110 section 5.5): nginx takes off spaces, and over HTTP/1 only. */
function trimmed(this: void, value: string): string {
  if ((byte(value, 1) ?? SPACE) > SPACE && (byte(value, -1) ?? SPACE) > SPACE) return value;
  return trim(value);
}

/** What follows a scheme and its spaces; nothing: undefined. */
function afterScheme(this: void, value: string, start: number, presentation: Presentation): Finding {
  let first = start;
  while (byte(value, first) === SPACE) first++;
  const token = sub(value, first);
  if (token === "") return $multi(undefined);
  return $multi(token, presentation);
}

/**
 * Reads the token header (RFC 6750 section 2.1, RFC 9449 section 7.1). The scheme counts in any case; another scheme is not for us.
 * @param bare the header is not Authorization: it may hold the token without a scheme.
 */
export function readTokenHeader(this: void, sent: HeaderValue, bare: boolean): Finding {
  if (sent === undefined) return $multi(undefined);
  if (typeof sent !== "string") return $multi(undefined, undefined, TWICE);
  const value = trimmed(sent);
  const start = sub(value, 1, 7);
  if (start === "Bearer ") return afterScheme(value, 8, IN_HEADER);
  const scheme = lower(start);
  if (scheme === "bearer " || scheme === "bearer") return afterScheme(value, 8, IN_HEADER);
  const shorter = sub(scheme, 1, 5);
  if (shorter === "dpop " || scheme === "dpop") return afterScheme(value, 6, IN_HEADER_BY_DPOP);
  if (!bare || value === "") return $multi(undefined);
  return $multi(value, IN_HEADER);
}

/** Reads a query or form parameter (RFC 6750 sections 2.2 and 2.3). @param encoded the query, or the body of a form, as it was sent. */
export function readTokenParameter(this: void, encoded: string, name: string, place: "query" | "body"): Finding {
  const [value, count] = findParameter(encoded, name);
  if (count > 1) return $multi(undefined, undefined, TWICE);
  if (value === undefined || value === "") return $multi(undefined);
  return $multi(value, IN_PLACE[place]);
}

/** Reads a cookie. @param header the header Cookie. */
export function readTokenCookie(this: void, header: HeaderValue, name: string): Finding {
  const [value, count] = findCookie(header, name);
  if (count > 1) return $multi(undefined, undefined, TWICE);
  if (value === undefined || value === "") return $multi(undefined);
  return $multi(value, IN_PLACE.cookie);
}

/**
 * Joins what the places up to now say with what another one says: one method a request (S19, RFC 6750 section 2).
 * @param found what is in the other place, how, and why it is refused: what its reader gives.
 */
export function onlyOne(
  this: void,
  token: string | undefined,
  presentation: Presentation | undefined,
  found: string | undefined,
  how?: Presentation,
  wrong?: Refusal,
): Finding {
  if (wrong !== undefined) return $multi(undefined, undefined, wrong);
  if (found === undefined) return $multi(token, presentation) as Finding;
  if (token !== undefined) return $multi(undefined, undefined, TWICE);
  return $multi(found, how) as Finding;
}
