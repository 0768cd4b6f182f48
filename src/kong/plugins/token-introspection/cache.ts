import { type ActiveAnswer, type Answer, type Asked, type Failure, unavailable, unexpected } from "./answer";
import { noteExpiry } from "./expiry";
import { isFailing, mayTryAgain, noteOutcome } from "./failing";
import * as flights from "./flight";
import { isForgotten, tokenName, wasForgottenWithin } from "./forgetting";
import { introspectWithin } from "./introspection";
import { landedSince, noteLanding } from "./landing";
import { giveBack, takeLock } from "./node-lock";
import type { Question } from "./question";
import { isWellFormed } from "./token";
import { beginSpan, endSpan } from "./span";

const max = math.max;
const min = math.min;
const now = ngx.now;

/**
 * An active answer as it is cached: what the authorization server said, never what we make of it. Shared by all requests that ask the same question
 * and never changed.
 */
export interface Entry {
  /** The answer's JSON object, as text. */
  readonly claims: string;
  /** Seconds since the epoch at which it was asked for. */
  readonly obtained: number;
  /** Seconds since the epoch until when it is served without asking again. */
  readonly freshUntil: number;
}

/** Where an answer came from: Kong's cache levels, the authorization server, or a stale entry in place of a failing server. */
export type Source = "worker" | "node" | "server" | "stale";

/** Why there is no entry. */
export type NoEntry = Failure | Denied<"inactive"> | Denied<"malformed">;

interface Denied<Kind> {
  readonly kind: Kind;
  /** Seconds since the epoch at which it was asked for; undefined: that is not known. */
  readonly obtained?: number | undefined;
  readonly asked?: Asked | undefined;
}

/** An entry, where it came from, and the milliseconds that the server took if it was asked; or why there is none. */
type Consultation = LuaMultiReturn<[Entry, Source, number?] | [undefined, NoEntry]>;

const INACTIVE: Denied<"inactive"> = { kind: "inactive" };
const MALFORMED: NoEntry = { kind: "malformed" };

/** What is to be found out about one token. */
interface Errand {
  readonly key: string;
  /** The token's name in the cache. */
  readonly name: string;
  readonly question: Question;
  readonly token: string;
  /** There is an entry that a stale answer could be made of: the server has vouched for this token. */
  readonly vouched: boolean;
  /** There is an older entry, stale or forgotten, or a miss. */
  replaces: boolean;
}

/** What the flights bring back. */
type Outcome =
  | { readonly entry: Entry; readonly latency: number; readonly asked?: Asked | undefined }
  | Failure
  | Denied<"inactive">;

const underWay = flights.createFlights<Outcome>();

/** What Kong's cache says of what it found in the node's memory. */
const NODE_LEVEL = 2;

/** Shortest lifetime in seconds: kong.cache takes less than a millisecond for "for ever". */
const SHORTEST = 0.001;

/** The key of a token's entry: no token in clear, no sharing between different questions (S6). @param name of the token. */
function keyOf(this: void, question: Question, name: string): string {
  return "token_introspection:" + question.id + ":" + name;
}

type Looked = ReturnType<typeof kong.cache.get<Entry>>;

/** Looks an entry up. What the node has comes into this worker's memory thereby. */
function look(this: void, question: Question, key: string): Looked {
  const [entry, message, level] = kong.cache.get<Entry>(key);
  if (level === NODE_LEVEL) {
    noteExpiry(key, entry === undefined ? now() + question.negative_ttl : entry.freshUntil + question.stale_ttl);
  }
  return $multi(entry, message, level) as Looked;
}

/** Seconds that an entry is kept, at most until `exp`. 0: not at all. */
function lifetime(this: void, seconds: number, exp: number | undefined, time: number): number {
  const kept = exp === undefined ? seconds : min(seconds, exp - time);
  return kept > 0 ? max(kept, SHORTEST) : 0;
}

function remove(this: void, key: string): void {
  const [ttl] = kong.cache.probe(key);
  if (ttl !== undefined) kong.cache.invalidate_local(key);
}

/** @returns whether it is cached. */
function reportStoring(this: void, message: string | undefined): boolean {
  if (message === undefined) return true;
  kong.log.warn("the answer could not be cached: ", message);
  return false;
}

/**
 * Writes an entry. Where none was, `get` is enough, and tells nobody; where an older one may be, in this worker or another, `renew` overwrites it and
 * tells the other workers, which costs an event that comes back to this worker too.
 * @returns whether it is cached.
 */
function write(this: void, errand: Errand, entry: Entry, seconds: number): boolean {
  const options = { ttl: seconds };
  const [, message] = errand.replaces
    ? kong.cache.renew(errand.key, options, () => entry)
    : kong.cache.get(errand.key, options, () => entry);
  noteExpiry(errand.key, now() + seconds);
  return reportStoring(message as string | undefined);
}

/** @returns the entry, and whether it is cached. */
function storeActive(
  this: void,
  errand: Errand,
  answer: ActiveAnswer,
  asked: number,
): LuaMultiReturn<[Entry, boolean]> {
  const { key, question } = errand;
  const time = now();
  const fresh = lifetime(question.ttl, answer.exp, time);
  const kept = lifetime(question.ttl + question.stale_ttl, answer.exp, time);
  const entry: Entry = { claims: answer.claims, obtained: asked, freshUntil: time + fresh };
  if (question.ttl === 0 || kept === 0 || (answer.noStore && question.respect_cache_control)) {
    remove(key);
    return $multi(entry, false);
  }
  return $multi(entry, write(errand, entry, kept));
}

/** @returns whether it is cached. */
function storeInactive(this: void, key: string, question: Question, noStore: boolean): boolean {
  if (question.negative_ttl === 0 || (noStore && question.respect_cache_control)) {
    remove(key);
    return false;
  }
  const seconds = max(question.negative_ttl, SHORTEST);
  const [, message] = kong.cache.renew(key, { neg_ttl: seconds }, () => $multi(undefined, undefined, seconds));
  noteExpiry(key, now() + seconds);
  return reportStoring(message as string | undefined);
}

/** Caches what may be cached of an answer; no error ever is. @returns what comes of it, and whether it is cached. */
function keep(this: void, errand: Errand, answer: Answer, asked: number): LuaMultiReturn<[Outcome, boolean]> {
  if (answer.kind === "active") {
    const [entry, cached] = storeActive(errand, answer, asked);
    return $multi({ entry, latency: answer.latency, asked: answer.asked }, cached);
  }
  if (answer.kind === "inactive") {
    const cached = storeInactive(errand.key, errand.question, answer.noStore);
    return $multi({ kind: "inactive", obtained: asked, asked: answer.asked }, cached);
  }
  return $multi(answer, false);
}

function failed(this: void, cause: string): Outcome {
  kong.log.err("introspection: ", cause);
  return unexpected(cause);
}

const OVERDUE = unavailable("the authorization server did not answer within the timeout");

/** Asks the authorization server and caches what may be cached. @returns what comes of it, and whether it is cached. */
function ask(this: void, errand: Errand, deadline: number): LuaMultiReturn<[Outcome, boolean]> {
  const { question } = errand;
  const asked = now();
  const answer = introspectWithin(question, errand.token, deadline);
  // A worker that has no place for one more call knows nothing about the server. And nobody may let it pass for a failing one, so that a revoked token of his
  // is served stale, by tokens that it stumbles over.
  const answered = answer.kind !== "unavailable";
  if (answered || (answer.asked !== undefined && errand.vouched)) noteOutcome(question, answered);
  return keep(errand, answer, asked);
}

/** A usable entry, or the miss, that was stored meanwhile. */
function secondLook(this: void, errand: Errand): Outcome | undefined {
  const [entry, , level] = look(errand.question, errand.key);
  errand.replaces = errand.replaces || isStored(level);
  if (entry === undefined) return isBelieved(level, errand.question, errand.name) ? INACTIVE : undefined;
  const usable = now() < entry.freshUntil && !isForgotten(entry.obtained, errand.name, entry.claims);
  return usable ? { entry, latency: 0 } : undefined;
}

/**
 * Longest time, in seconds, for which the lock is waited for without looking whether the answer has come: who has brought one that may not be cached can have
 * the lock again, for the next request, before those who wait for it see that it was free.
 */
const LOOK_INTERVAL = 0.05;

/**
 * Asks under the node's lock for this key, so that its workers ask once. Whoever holds it looks again first whether the answer is there: another
 * may have brought it between the first look and the lock.
 */
function askOnce(this: void, errand: Errand, deadline: number): Outcome {
  const began = now();
  for (;;) {
    const [lock, message] = takeLock(errand.key, min(deadline, now() + LOOK_INTERVAL), deadline);
    if (lock !== undefined) {
      // Under pcall, so that the lock is given back whatever happens.
      const [good, outcome] = pcall(askHolding, errand, deadline, began);
      giveBack(lock);
      return good ? (outcome as Outcome) : failed(tostring(outcome));
    }
    if (message !== "timeout") {
      // The dictionary is full, say: one question more is better than none.
      kong.log.warn("each worker asks for itself, for want of a lock: ", message);
      return ask(errand, deadline)[0];
    }
    const outcome = decidedSince(errand, began, deadline);
    if (outcome !== undefined) return outcome;
  }
}

/** Asks, with the lock held, unless the answer has come meanwhile. @param began when the waiting for the lock began. */
function askHolding(this: void, errand: Errand, deadline: number, began: number): Outcome {
  const decided = decidedSince(errand, began, deadline);
  if (decided !== undefined) return decided;
  const [outcome, cached] = ask(errand, deadline);
  // What was never asked is this worker's own trouble.
  if (!cached && outcome.asked !== undefined) noteLanding(landingOf(errand, outcome), withoutServer(outcome));
  return outcome;
}

/** What is true of a token is so for whoever asks the same question; that there is no answer, for those of the same patience only. */
function landingOf(this: void, errand: Errand, outcome: Outcome): string {
  return "entry" in outcome || outcome.kind === "inactive" ? errand.key : flightOf(errand);
}

/** An outcome for who has not asked: the server is for a span of who has. */
function withoutServer(this: void, outcome: Outcome): Outcome {
  if ("entry" in outcome) return { entry: outcome.entry, latency: 0 };
  if (outcome.kind === "inactive") return { kind: "inactive", obtained: outcome.obtained };
  return outcome.kind === "unavailable" ? unavailable(outcome.cause, outcome.retryAfter) : unexpected(outcome.cause);
}

/**
 * What another worker's call has brought meanwhile. Who joins the flight of a worker that waits may have come some hundredths of a second later than that.
 * @param began when the waiting for it began.
 */
function broughtSince(this: void, errand: Errand, began: number): Outcome | undefined {
  const stored = secondLook(errand);
  if (stored !== undefined) return stored;
  const landed = landedSince<Outcome>(errand.key, began) ?? landedSince<Outcome>(flightOf(errand), began);
  return landed === undefined || wasForgotten(errand, landed) ? undefined : landed;
}

/** What there is to say without asking: what another worker's call has brought, or that the time is over. */
function decidedSince(this: void, errand: Errand, began: number, deadline: number): Outcome | undefined {
  return broughtSince(errand, began) ?? (now() >= deadline ? OVERDUE : undefined);
}

/** Whether an outcome was asked for before the token was forgotten. Of an inactive one nothing but the token's name is known. */
function wasForgotten(this: void, errand: Errand, outcome: Outcome): boolean {
  if ("entry" in outcome) return isForgotten(outcome.entry.obtained, errand.name, outcome.entry.claims);
  return (
    outcome.kind === "inactive" && outcome.obtained !== undefined && isForgotten(outcome.obtained, errand.name, "{}")
  );
}

/** Whether Kong's cache holds something for a key, an entry or a miss: it says where it found it, and -1 where there is nothing. */
function isStored(this: void, level: number | undefined): boolean {
  return level !== undefined && level > 0;
}

/** Whether a stored miss counts. It has no time of its own: one that may be from before it was forgotten is not believed. */
function isBelieved(this: void, level: number | undefined, question: Question, name: string): boolean {
  return isStored(level) && !wasForgottenWithin(name, question.negative_ttl);
}

/** The flight of a token: of those who ask the same question, with the same patience. */
function flightOf(this: void, errand: Errand): string {
  return errand.key + errand.question.patience;
}

function journeyOf(this: void, errand: Errand): flights.Journey<Outcome> {
  return (deadline) => askOnce(errand, deadline);
}

/** A journey whose failure no request tells the log. */
function unattended(this: void, journey: flights.Journey<Outcome>): flights.Journey<Outcome> {
  return (deadline) => {
    const outcome = journey(deadline);
    if ("cause" in outcome) {
      if (outcome.kind === "unexpected") kong.log.err(outcome.cause);
      else kong.log.warn(outcome.cause);
    }
    return outcome;
  };
}

function askTogether(this: void, errand: Errand, deadline: number): Outcome {
  const flight = flightOf(errand);
  const outcome = flights.join(underWay, flight, deadline, journeyOf(errand), failed) ?? OVERDUE;
  if (!wasForgotten(errand, outcome)) return outcome;
  // The flight had begun before the token was forgotten; this request may have come after.
  errand.replaces = true;
  return flights.join(underWay, flight, deadline, journeyOf(errand), failed) ?? OVERDUE;
}

/** How many calls were made for one request alone. */
let alone = 0;

/** Asks for one request alone. In a flight too, so that a client that goes away takes no call with it, with its place and the breaker's probe. */
function askAlone(this: void, errand: Errand, deadline: number): Outcome {
  alone += 1;
  const flight = `${flightOf(errand)}:${alone}`;
  return flights.join(underWay, flight, deadline, (till) => ask(errand, till)[0], failed) ?? OVERDUE;
}

/** Asks, together with whoever else asks the same now. Where answers are never cached, each request asks for itself. */
function fly(this: void, errand: Errand, deadline: number): Outcome {
  const span = beginSpan();
  const outcome = errand.question.ttl === 0 ? askAlone(errand, deadline) : askTogether(errand, deadline);
  endSpan(span, outcome.asked, "entry" in outcome || outcome.kind === "inactive" ? undefined : outcome.kind);
  return outcome;
}

/**
 * Serves an entry past its freshness, but only while the server brings no answers. While that is known, for any token, nobody waits for it, and one
 * token a second is asked for in the background; whatever answer comes of that, the next request asks for itself.
 */
function consultStale(this: void, errand: Errand, entry: Entry): Consultation {
  const { question } = errand;
  const deadline = now() + question.timeout / 1000;
  if (isFailing(question)) {
    if (mayTryAgain(question))
      flights.launch(underWay, flightOf(errand), deadline, unattended(journeyOf(errand)), failed);
    return $multi(entry, "stale");
  }
  const outcome = fly(errand, deadline);
  if ("entry" in outcome) return $multi(outcome.entry, "server", outcome.latency);
  if (outcome.kind !== "unavailable") return $multi(undefined, outcome);
  kong.log.warn("a stale answer is served: ", outcome.cause);
  return $multi(entry, "stale");
}

/**
 * What the authorization server says of a token: from the cache, or by asking.
 * @param name of the token (`tokenName`).
 */
export function consult(this: void, question: Question, token: string, name: string): Consultation {
  const key = keyOf(question, name);
  const [entry, message, level] = look(question, key);
  const usable = entry !== undefined && !isForgotten(entry.obtained, name, entry.claims);
  if (usable && (question.stale_ttl === 0 || now() < entry.freshUntil))
    return $multi(entry, level === NODE_LEVEL ? "node" : "worker");
  const errand: Errand = { key, name, question, token, vouched: usable, replaces: isStored(level) };
  if (usable) return consultStale(errand, entry);
  if (message !== undefined) kong.log.err("the cache could not be read: ", message);
  else if (entry === undefined && isBelieved(level, question, name)) return $multi(undefined, INACTIVE);
  // Not earlier: what is in the cache was well-formed when it was asked.
  if (!isWellFormed(token)) return $multi(undefined, MALFORMED);
  const outcome = fly(errand, now() + question.timeout / 1000);
  if ("entry" in outcome) return $multi(outcome.entry, "server", outcome.latency);
  return $multi(undefined, outcome);
}

/** Removes what is cached of a token, under every question that this node's configurations ask. Phase: Admin API. */
export function forgetToken(this: void, token: string, questions: readonly Question[]): void {
  const name = tokenName(token);
  if (name === undefined) return;
  for (const question of questions) kong.cache.invalidate(keyOf(question, name));
}
