import type { ResponseHeaders } from "resty.http";
import { isNotHttp, readLine } from "./http-line";

const concat = table.concat;
const find = string.find;
const floor = math.floor;
const gsub = string.gsub;
const lower = string.lower;
const match = string.match;
const now = ngx.now;

/**
 * Why there is no body. `truncated`: the connection broke off, or the time was over; `detail` is the cosocket's error. `too large`: it has more
 * bytes than the limit. `malformed`: its length cannot be known.
 */
export interface BodyTrouble {
  readonly kind: "truncated" | "too large" | "malformed";
  readonly detail: string;
}

/** The body, or why there is none. */
export type BodyResult = LuaMultiReturn<[string] | [undefined, BodyTrouble]>;

const TOO_LARGE: BodyTrouble = { kind: "too large", detail: "" };

function truncated(this: void, message: string | undefined): BodyTrouble {
  return { kind: "truncated", detail: message ?? "closed" };
}

function malformed(this: void, detail: string): BodyTrouble {
  return { kind: "malformed", detail };
}

/** What it means that a line could not be read. */
function withoutLine(this: void, message: string): BodyTrouble {
  return isNotHttp(message) ? malformed(message) : truncated(message);
}

type Framing =
  { readonly kind: "length"; readonly length: number } | { readonly kind: "chunked" } | { readonly kind: "close" };

/** Chunks that a body may have: each costs as much as a kilobyte, and may hold one byte. */
const MAX_CHUNKS = 16384;
/** The longest run of trailers that is read after a chunked body. */
const MAX_TRAILERS = 64;

/**
 * How the end of the body is known (RFC 9112 section 6.3). What is ambiguous is refused: two readers might see two answers in it.
 */
function framingOf(this: void, headers: ResponseHeaders): LuaMultiReturn<[Framing] | [undefined, string]> {
  const encoding = headers["Transfer-Encoding"];
  if (encoding !== undefined) {
    if (typeof encoding !== "string" || gsub(lower(encoding), "%s", "")[0] !== "chunked") {
      return $multi(undefined, "its Transfer-Encoding is not chunked");
    }
    return $multi({ kind: "chunked" });
  }
  const length = headers["Content-Length"];
  if (length === undefined) return $multi({ kind: "close" });
  // Not tonumber alone: it takes signs, exponents and hexadecimal digits.
  if (typeof length !== "string" || match(length, "^%d+%s*$")[0] === undefined || length.length > 15) {
    return $multi(undefined, "its Content-Length is no number");
  }
  return $multi({ kind: "length", length: tonumber(length) ?? 0 });
}

function readChunked(this: void, socket: OpenResty.TcpSocket, limit: number): BodyResult {
  const parts: string[] = [];
  let total = 0;
  while (true) {
    const [line, lineError] = readLine(socket);
    if (line === undefined) return $multi(undefined, withoutLine(lineError));
    const [digits] = match(line, "^(%x+)%s*$");
    const [withExtension] = match(line, "^(%x+)%s*;");
    const size = tonumber(digits ?? withExtension ?? "none", 16);
    if (size === undefined || size > 2 ** 40) return $multi(undefined, malformed("its chunks have no sizes"));
    if (size === 0) break;
    total += size;
    if (total > limit) return $multi(undefined, TOO_LARGE);
    if (parts.length >= MAX_CHUNKS) return $multi(undefined, malformed("it has too many chunks"));
    const [part, partError] = socket.receive(size);
    if (part === undefined) return $multi(undefined, truncated(partError));
    parts.push(part);
    const [end, endError] = socket.receive(2);
    if (end === undefined) return $multi(undefined, truncated(endError));
    if (end !== "\r\n") return $multi(undefined, malformed("its chunks are longer than they say"));
  }
  for (const _ of $range(1, MAX_TRAILERS)) {
    const [line, lineError] = readLine(socket);
    if (line === undefined) return $multi(undefined, withoutLine(lineError));
    if (line === "") return $multi(concat(parts));
  }
  return $multi(undefined, malformed("it has too many trailers"));
}

function readToEnd(this: void, socket: OpenResty.TcpSocket, limit: number): BodyResult {
  const [all, message, partial] = socket.receive(limit + 1);
  if (all !== undefined) return $multi(undefined, TOO_LARGE);
  if (message !== "closed") return $multi(undefined, truncated(message));
  return $multi(partial ?? "");
}

/**
 * Reads the body of an answer, once its head has been read.
 *
 * The library's own readers are not used: they wait for the network inside a coroutine of their own, which would live on when the light thread
 * around it is ended at the deadline, and they take a time-out for the end of a body whose length is not given.
 */
export function readBody(this: void, socket: OpenResty.TcpSocket, headers: ResponseHeaders, limit: number): BodyResult {
  const [framing, wrong] = framingOf(headers);
  if (framing === undefined) return $multi(undefined, malformed(wrong ?? ""));
  if (framing.kind === "chunked") return readChunked(socket, limit);
  if (framing.kind === "close") return readToEnd(socket, limit);
  if (framing.length > limit) return $multi(undefined, TOO_LARGE);
  if (framing.length === 0) return $multi("");
  const [all, message] = socket.receive(framing.length);
  if (all === undefined) return $multi(undefined, truncated(message));
  return $multi(all);
}

/** Whether the connection can carry another request after the body: its end was known without the connection's end. */
export function endsBeforeConnection(this: void, headers: ResponseHeaders): boolean {
  const [framing] = framingOf(headers);
  // Both headers at once are how requests and answers are smuggled (RFC 9112 section 6.3).
  const both = headers["Transfer-Encoding"] !== undefined && headers["Content-Length"] !== undefined;
  return framing !== undefined && framing.kind !== "close" && !both;
}

/** Length of the body in bytes, where it is known beforehand. */
export function knownLength(this: void, headers: ResponseHeaders): number | undefined {
  const [framing] = framingOf(headers);
  return framing?.kind === "length" ? framing.length : undefined;
}

/**
 * Reads a body whose length is known until some moment, however slowly it comes: the network's time-outs start anew with each byte.
 * @param until seconds since the epoch.
 */
export function readUntil(this: void, socket: OpenResty.TcpSocket, length: number, until: number): string | undefined {
  const parts: string[] = [];
  let left = length;
  while (left > 0) {
    const milliseconds = floor((until - now()) * 1000);
    if (milliseconds < 1) return undefined;
    socket.settimeout(milliseconds);
    const [part] = socket.receiveany(left);
    if (part === undefined) return undefined;
    parts.push(part);
    left -= part.length;
  }
  return concat(parts);
}

/** Looks for a word in a header that is a list. */
export function headerHolds(this: void, header: string | string[] | undefined, word: string): boolean {
  if (header === undefined) return false;
  const text = typeof header === "string" ? header : concat(header, ",");
  const [folded] = gsub(lower(text), "%s", "");
  return find("," + folded + ",", "," + word + ",", 1, true)[0] !== undefined;
}
