import { runInBackground } from "./background";
import * as semaphores from "ngx.semaphore";
import { unavailable, unexpected } from "./answer";
import type { Failure } from "./answer";
import { newCall, overdue } from "./call";
import type { Call } from "./call";
import { givePlaceBack, takePlace } from "./in-flight";
import { createMemo, recall, remember } from "./memo";
import { printable } from "./printable";
import type { Question } from "./question";
import { runWithin } from "./within";

const max = math.max;
const min = math.min;
const now = ngx.now;

type Fetched<T> = LuaMultiReturn<[T] | [undefined, Failure]>;

/** Gets a document. Runs in a call's light thread. */
export type Fetch<T> = (this: void, call: Call) => Fetched<T>;

/** One fetch that several calls of this worker wait for. */
interface Flight {
  readonly landed: semaphores.Semaphore;
  /** Seconds since the epoch. After it the flight is lost: its call was ended. */
  readonly deadline: number;
  /** It is the first under the configurations in force. */
  readonly renews: boolean;
  /** Milliseconds that it may take. */
  readonly timeout: number;
  waiting: number;
  over: boolean;
  failure: Failure | undefined;
}

/** A document of the authorization server (its metadata, its keys) as this worker knows it. */
interface RemoteDocument<T> {
  value: T | undefined;
  /** Seconds since the epoch: when the value was obtained, and when it was last asked for. */
  obtained: number;
  tried: number;
  /** Seconds since the epoch: when a newer one was last demanded, and for what. */
  demanded: number;
  wanted: string;
  /** Why that brought none. */
  demandFailure: Failure | undefined;
  /** The generation of configurations under which the value was obtained, and that under which it was last tried. */
  generation: number;
  triedGeneration: number;
  flight: Flight | undefined;
  /** Under which name the calls that wait for it are counted. */
  readonly queue: string;
}

/** The documents of one kind, by where and how they are fetched. */
export interface RemoteDocuments<T> {
  /** What they are, for the log. */
  readonly name: string;
  readonly fetch: Fetch<T>;
  readonly known: ReturnType<typeof createMemo<RemoteDocument<T>>>;
}

/** Seconds after which a document is fetched again, beside its use. */
const REFRESH_AFTER = 3600;
/** Seconds after which it is not used any more. */
const WORTHLESS_AFTER = 86400;
/** Seconds between two fetches of a document that is there. */
const SHORTEST_INTERVAL = 1;

const FETCHED = { kind: "fetched" } as const;

/** Counts the changes of configuration. */
let generation = 0;

/** After a change of configuration each document is fetched again at its next use: an operator who has mended something expects to see it. */
export function renewDocuments(this: void): void {
  generation += 1;
}

export function createRemoteDocuments<T>(this: void, name: string, fetch: Fetch<T>): RemoteDocuments<T> {
  return { name, fetch, known: createMemo(200, 4 * 1024 * 1024) };
}

/** What makes two fetches of one URL the same: all that decides whom it reaches and whom it trusts. */
function keyOf(this: void, question: Question, place: string): string {
  const { http_proxy, https_proxy, no_proxy, client_certificate } = question;
  return table.concat(
    [
      place,
      tostring(question.introspection_ssl_verify),
      http_proxy ?? "",
      https_proxy ?? "",
      no_proxy ?? "",
      client_certificate ?? "",
    ],
    "\n",
  );
}

function documentOf<T>(
  this: void,
  documents: RemoteDocuments<T>,
  question: Question,
  place: string,
): RemoteDocument<T> {
  const key = keyOf(question, place);
  const known = recall(documents.known, key);
  if (known !== undefined) return known;
  const created: RemoteDocument<T> = {
    value: undefined,
    obtained: 0,
    tried: 0,
    demanded: 0,
    demandFailure: undefined,
    wanted: "",
    generation: -1,
    triedGeneration: -1,
    flight: undefined,
    queue: `${documents.name} ${key}`,
  };
  remember(documents.known, key, created);
  return created;
}

function underWay<T>(this: void, document: RemoteDocument<T>): Flight | undefined {
  const { flight } = document;
  return flight !== undefined && now() < flight.deadline ? flight : undefined;
}

/** Fetches for all who wait. If the call is ended meanwhile, the flight ends with its deadline. */
function lead<T>(this: void, documents: RemoteDocuments<T>, document: RemoteDocument<T>, call: Call): Fetched<T> {
  const [landed, message] = semaphores.new();
  if (landed === undefined) return $multi(undefined, unexpected("no semaphore: " + printable(message ?? "")));
  const current = generation;
  const flight: Flight = {
    landed,
    deadline: call.deadline,
    renews: document.triedGeneration !== current,
    timeout: call.question.timeout,
    waiting: 0,
    over: false,
    failure: undefined,
  };
  document.flight = flight;
  document.tried = now();
  document.triedGeneration = current;
  // Under pcall, so that whoever waits is told, whatever happens.
  const attempt = pcall as unknown as (
    this: void,
    fetch: Fetch<T>,
    call: Call,
  ) => LuaMultiReturn<[boolean, T | undefined, Failure | undefined]>;
  const [good, value, failure] = attempt(documents.fetch, call);
  if (good && value !== undefined) {
    document.value = value;
    document.obtained = now();
    document.generation = current;
  } else {
    flight.failure = good
      ? (failure ?? unexpected("nothing came"))
      : unexpected("error in the plugin: " + printable(tostring(value)));
  }
  flight.over = true;
  if (document.flight === flight) document.flight = undefined;
  if (flight.waiting > 0) landed.post(flight.waiting);
  if (flight.failure !== undefined) return $multi(undefined, flight.failure);
  return $multi(document.value as T);
}

/** Waits for another call's fetch. @returns undefined alone when that call was ended without a result, or had less time to get one than this has. */
function follow<T>(
  this: void,
  document: RemoteDocument<T>,
  flight: Flight,
  call: Call,
): LuaMultiReturn<[T] | [undefined, Failure | undefined]> {
  const { queue } = document;
  // As many as may be under way to one server: each holds memory and two of nginx's timers.
  const place = takePlace(queue, call.deadline);
  if (place === undefined) return $multi(undefined, unavailable("too many calls wait for it in this worker", 1));
  call.places.set(queue, place);
  flight.waiting += 1;
  // At least the clock's step: a shorter wait returns at once, before the clock has moved, and would be repeated without end.
  flight.landed.wait(max(0.002, min(flight.deadline, call.deadline) - now()));
  flight.waiting -= 1;
  call.places.delete(queue);
  givePlaceBack(queue, place);
  if (!flight.over) return $multi(undefined, now() < call.deadline ? undefined : overdue(call));
  const { failure } = flight;
  if (failure !== undefined) {
    if (failure.kind === "unavailable" && flight.timeout < call.question.timeout) return $multi(undefined, undefined);
    // A copy: each call says for itself what it asked.
    return $multi(
      undefined,
      failure.kind === "unavailable" ? unavailable(failure.cause, failure.retryAfter) : unexpected(failure.cause),
    );
  }
  return $multi(document.value as T);
}

function getNow<T>(this: void, documents: RemoteDocuments<T>, document: RemoteDocument<T>, call: Call): Fetched<T> {
  call.stage = "waiting for " + documents.name;
  while (true) {
    const flight = underWay(document);
    if (flight === undefined) return lead(documents, document, call);
    const [value, failure] = follow(document, flight, call);
    if (value !== undefined) return $multi(value);
    if (failure !== undefined) return $multi(undefined, failure as Failure);
  }
}

/**
 * A document that was obtained under an older configuration, fetched anew where this has not been tried. The known one stays where the server cannot be
 * reached; where it says something else now, that counts.
 */
function renew<T>(
  this: void,
  documents: RemoteDocuments<T>,
  document: RemoteDocument<T>,
  call: Call,
  known: T,
): Fetched<T> {
  if (document.triedGeneration === generation && underWay(document)?.renews !== true) {
    refreshSoon(documents, document, call.question);
    return $multi(known);
  }
  const [value, failed] = getNow(documents, document, call);
  if (value !== undefined) return $multi(value);
  const failure = failed as Failure;
  if (failure.kind !== "unavailable") {
    document.value = undefined;
    return $multi(undefined, failure);
  }
  kong.log.warn(keptWhile(documents, failure));
  return $multi(known);
}

function keptWhile<T>(this: void, documents: RemoteDocuments<T>, failure: Failure | undefined): string {
  return `${documents.name} could not be fetched again, the known one stays: ${failure?.cause ?? "nothing came"}`;
}

/**
 * A document, from memory or fetched. One fetch at a time per worker. What is older than an hour is fetched again in the background, what is older
 * than the configuration before it is used; a failure is told to those who wait for it, and not remembered.
 * @param place its URL, or the issuer's.
 * @param serves whether a document holds what is sought. One that does not is fetched again: it is a failure too, and not remembered as one.
 */
export function obtain<T>(
  this: void,
  documents: RemoteDocuments<T>,
  call: Call,
  place: string,
  serves?: (this: void, document: T) => boolean,
): Fetched<T> {
  const document = documentOf(documents, call.question, place);
  const { value } = document;
  const age = now() - document.obtained;
  if (value === undefined || age > WORTHLESS_AFTER) return getNow(documents, document, call);
  if (serves !== undefined && !serves(value)) return getNow(documents, document, call);
  if (document.generation !== generation) return renew(documents, document, call, value);
  if (age > REFRESH_AFTER) refreshSoon(documents, document, call.question);
  return $multi(value);
}

/**
 * A document that is newer than the one that did not help: at once where something else is wanted than last time, and at most once a second where
 * it is the same.
 * @param wanted what was sought in vain, such as a key's id.
 * @returns undefined when it is too early to ask again, with why the last fetch failed, if it did.
 */
export function obtainNewer<T>(
  this: void,
  documents: RemoteDocuments<T>,
  call: Call,
  place: string,
  old: T,
  wanted: string,
): LuaMultiReturn<[T] | [undefined, Failure | undefined]> {
  const document = documentOf(documents, call.question, place);
  if (document.value !== undefined && document.value !== old) return $multi(document.value);
  if (underWay(document) === undefined) {
    const repeated = wanted === document.wanted && now() - document.demanded < SHORTEST_INTERVAL;
    if (repeated) return $multi(undefined, document.demandFailure);
    document.demanded = now();
    document.wanted = wanted;
  }
  const [value, failure] = getNow(documents, document, call);
  document.demandFailure = failure as Failure | undefined;
  if (value === undefined) return $multi(undefined, failure as Failure | undefined);
  return $multi(value);
}

/** Fetches a document again in the background, at most once a second. What is known stays when that fails. */
function refreshSoon<T>(
  this: void,
  documents: RemoteDocuments<T>,
  document: RemoteDocument<T>,
  question: Question,
): void {
  if (underWay(document) !== undefined || now() - document.tried < SHORTEST_INTERVAL) return;
  document.tried = now();
  runInBackground(() => {
    if (underWay(document) !== undefined) return;
    const call = newCall(question, now() + question.timeout / 1000, true);
    const outcome = runWithin<Failure | typeof FETCHED>(call, () => {
      const [value, failure] = getNow(documents, document, call);
      return value === undefined ? ((failure as Failure | undefined) ?? unexpected("nothing came")) : FETCHED;
    });
    if (outcome.kind !== "fetched") kong.log.warn(keptWhile(documents, outcome));
  });
}

/** A document did not hold: it is fetched again in the background. */
export function distrust<T>(this: void, documents: RemoteDocuments<T>, question: Question, place: string): void {
  refreshSoon(documents, documentOf(documents, question, place), question);
}
