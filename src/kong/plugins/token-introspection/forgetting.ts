import * as cjson from "cjson.safe";
import { encodeBase64url } from "./base64";
import { clientIdOf, decodeClaims, nameText } from "./claims";
import { nodeMemory } from "./node-memory";
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
}

/** Source and channel of the events between workers and between nodes. */
const CHANNEL = "token_introspection:forget";
/** Where the time of the latest mark stands for workers that start later. */
const LATEST_KEY = "token_introspection:forgotten";
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
  marks.latest = math.max(marks.latest, mark.time);
  if (mark.kind === "everything" || marks.count >= MOST_MARKS) return forgetEverything(mark.time);
  marks[mark.kind].set(mark.value, mark.time);
  marks.count += 1;
}

/** Tells this node's workers. */
function forgetOnNode(this: void, what: Forgotten): string | undefined {
  const mark: Mark = { kind: what.kind, value: what.value, time: now() };
  nodeMemory()?.set(LATEST_KEY, mark.time);
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

/** A worker that starts later has not heard what the others know by name: to it everything up to then is forgotten. */
function hearWhatWasForgotten(this: void, dictionary: OpenResty.SharedDictionary): void {
  const [latest] = dictionary.get(LATEST_KEY);
  if (typeof latest !== "number") return;
  marks.latest = latest;
  marks.everything = latest;
}

/** Listens for what other workers and nodes forget. Phase: init_worker. */
export function listen(this: void): void {
  const dictionary = nodeMemory();
  if (dictionary !== undefined) hearWhatWasForgotten(dictionary);
  kong.worker_events.register((data) => apply(data as Mark), CHANNEL, "mark");
  const [subscribed, message] = kong.cluster_events.subscribe(CHANNEL, fromCluster);
  if (subscribed === undefined) kong.log.err("other nodes' forgetting will not be heard: ", message);
}

/** Seconds between two looks at what the node has noted, and for which an event may be on its way. */
const HEARING = 1;

/** When this worker has looked last, seconds since the epoch. */
let looked = 0;

/**
 * Looks whether an event was missed: nginx's worker that passes them on may have ended just then. What was forgotten is not known any more, so everything up to
 * then is.
 */
function hearWhatWasMissed(this: void): void {
  const time = now();
  if (time >= looked && time - looked < HEARING) return;
  looked = time;
  const dictionary = nodeMemory();
  if (dictionary === undefined) return;
  const [latest] = dictionary.get(LATEST_KEY);
  if (typeof latest !== "number" || latest <= marks.latest || time - latest < HEARING) return;
  marks.latest = latest;
  forgetEverything(latest);
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
