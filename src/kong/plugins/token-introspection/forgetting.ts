import * as cjson from "cjson.safe";
import { encodeBase64url } from "./base64";
import { clientIdOf, decodeClaims, nameText } from "./claims";
import { beginHearing, hear, missedUntil, nextEvent } from "./hearing";
import { sha256 } from "./sha256";

const now = ngx.now;

/** What is forgotten: one token (by its hash), all tokens of a subject or a client, or everything. */
export type Forgotten =
  | { readonly kind: "token" | "sub" | "client_id"; readonly value: string }
  | { readonly kind: "everything"; readonly value: "" };

interface Mark {
  readonly kind: Forgotten["kind"];
  readonly value: string;
  /** Seconds since the epoch: what was asked for before is forgotten. */
  readonly time: number;
  /** Of the event that tells of it. */
  readonly event?: number | undefined;
}

/** Source and channel of the events between workers and between nodes. */
const CHANNEL = "token_introspection:forget";
/** With more marks than this everything is forgotten instead: marks must not grow without bound. */
const MOST_MARKS = 10000;

/** The marks of this worker. A hit compares one number while nothing was forgotten since its entry was obtained. */
const marks = {
  latest: 0,
  everything: 0,
  count: 0,
  token: new LuaTable<string, number>(),
  sub: new LuaTable<string, number>(),
  client_id: new LuaTable<string, number>(),
};

/**
 * The name under which a token is cached and forgotten, never the token: its SHA-256, base64url, which is also what `ath` of a DPoP proof must be
 * (RFC 9449 section 4.2).
 */
export function tokenName(this: void, token: string): string | undefined {
  const [hash] = sha256(token);
  return hash === undefined ? undefined : encodeBase64url(hash);
}

function forgetEverything(this: void, time: number): void {
  marks.everything = time;
  marks.count = 0;
  marks.token = new LuaTable();
  marks.sub = new LuaTable();
  marks.client_id = new LuaTable();
}

function apply(this: void, mark: Mark): void {
  if (mark.event !== undefined) hear(mark.event);
  marks.latest = math.max(marks.latest, mark.time);
  if (mark.kind === "everything" || marks.count >= MOST_MARKS) return forgetEverything(mark.time);
  const marked = marks[mark.kind];
  if (!marked.has(mark.value)) marks.count += 1;
  marked.set(mark.value, mark.time);
}

/** Tells this node's workers. */
function forgetOnNode(this: void, what: Forgotten): string | undefined {
  const time = now();
  const mark: Mark = { kind: what.kind, value: what.value, time, event: nextEvent(time) };
  // This worker must know when the answer goes out; the others learn of it by the event.
  apply(mark);
  const [posted, message] = kong.worker_events.post(CHANNEL, "mark", mark);
  return posted === undefined ? (message ?? "the other workers could not be told") : undefined;
}

/**
 * Forgets on this node and, where there is a database, on all nodes of the cluster.
 * @returns undefined, or what went wrong.
 */
export function forget(this: void, what: Forgotten): string | undefined {
  const failed = forgetOnNode(what);
  const [text] = cjson.encode({ kind: what.kind, value: what.value });
  const [told, message] = kong.cluster_events.broadcast(CHANNEL, text ?? "");
  return failed ?? (told === undefined ? (message ?? "the other nodes could not be told") : undefined);
}

function fromCluster(this: void, data: string): void {
  const [what] = cjson.decode(data);
  if (what === undefined) return kong.log.err("a message of another node could not be read");
  const failed = forgetOnNode(what as object as Forgotten);
  if (failed !== undefined) kong.log.err("forgetting: ", failed);
}

/** Listens for what other workers and nodes forget. Phase: init_worker. */
export function listen(this: void): void {
  // What the others have heard by name it has not: to it everything up to then is forgotten.
  marks.everything = beginHearing();
  marks.latest = marks.everything;
  kong.worker_events.register((data) => apply(data as Mark), CHANNEL, "mark");
  const [subscribed, message] = kong.cluster_events.subscribe(CHANNEL, fromCluster);
  if (subscribed === undefined) kong.log.err("other nodes' forgetting will not be heard: ", message);
}

/** What was forgotten is not known where its event was missed: everything is, then. */
function hearWhatWasMissed(this: void): void {
  const time = missedUntil();
  if (time === undefined) return;
  marks.latest = math.max(marks.latest, time);
  forgetEverything(marks.latest);
}

function isMarked(this: void, table: LuaTable<string, number>, name: string | undefined, obtained: number): boolean {
  if (name === undefined) return false;
  const time = table.get(name) as number | undefined;
  return time !== undefined && obtained <= time;
}

/**
 * Whether an answer was forgotten after it was asked for.
 * @param obtained seconds since the epoch at which it was asked for.
 * @param name the token's name.
 * @param claimsText the answer's JSON object.
 */
export function isForgotten(this: void, obtained: number, name: string, claimsText: string): boolean {
  hearWhatWasMissed();
  if (obtained > marks.latest) return false;
  if (obtained <= marks.everything || isMarked(marks.token, name, obtained)) return true;
  const claims = decodeClaims(claimsText);
  if (claims === undefined) return true;
  return (
    isMarked(marks.sub, nameText(claims["sub"]), obtained) || isMarked(marks.client_id, clientIdOf(claims), obtained)
  );
}

/** Whether a token, or everything, was forgotten in the last seconds. @param name the token's name. */
export function wasForgottenWithin(this: void, name: string, seconds: number): boolean {
  hearWhatWasMissed();
  const time = math.max(marks.everything, (marks.token.get(name) as number | undefined) ?? 0);
  return time > 0 && now() - time <= seconds;
}
