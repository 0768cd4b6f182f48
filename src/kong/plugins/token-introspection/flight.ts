import * as semaphores from "ngx.semaphore";
import { runInBackground } from "./background";

const max = math.max;
const min = math.min;
const now = ngx.now;

/**
 * Seconds after which a flight that has not begun is started again: nginx says of a timer that it is set, and drops it when its turn comes and there is no
 * connection or no running timer to be had for it. Never in a request itself: what sleeps there, as waiting for a lock does, outlives a request whose client has
 * gone away (lua_check_client_abort), and then resumes memory that is freed.
 */
const PATIENCE = 0.1;
/** Shortest wait in seconds: the clock's step. A shorter one could end before the clock has moved, and be repeated without end. */
const SHORTEST_WAIT = 0.002;

/** One call that several requests of this worker wait for. */
interface Flight<T> {
  readonly landed: semaphores.Semaphore;
  /** Seconds since the epoch; after it nobody waits any more. As long as it has not begun, that of who came last. */
  deadline: number;
  /** When it was last to begin, seconds since the epoch. */
  started: number;
  waiting: number;
  readonly journey: Journey<T>;
  /** Makes an outcome of what went wrong with the flight itself. */
  readonly failed: (this: void, cause: string) => T;
  begun: boolean;
  outcome: T | undefined;
}

/** What a flight brings back. @param deadline seconds since the epoch at which it must have landed. */
export type Journey<T> = (this: void, deadline: number) => T;

/** The flights under way in this worker, by what they ask. */
export interface Flights<T> {
  readonly underWay: LuaTable<string, Flight<T>>;
}

/** No flights yet. */
export function createFlights<T>(this: void): Flights<T> {
  return { underWay: new LuaTable() };
}

function land<T>(this: void, flights: Flights<T>, key: string, flight: Flight<T>, outcome: T): void {
  flight.outcome = outcome;
  if (flights.underWay.get(key) === flight) flights.underWay.delete(key);
  if (flight.waiting > 0) flight.landed.post(flight.waiting);
}

function fly<T>(this: void, flights: Flights<T>, key: string, flight: Flight<T>): void {
  if (flight.begun) return;
  flight.begun = true;
  const [good, result] = pcall(flight.journey, flight.deadline);
  const outcome = good ? (result as T) : flight.failed(tostring(result));
  land(flights, key, flight, outcome);
}

/** Starts a flight, in a timer: there nobody's request carries it, and a client that goes away harms no other. */
function start<T>(this: void, flights: Flights<T>, key: string, flight: Flight<T>): void {
  flight.started = now();
  runInBackground(() => fly(flights, key, flight));
}

/** Starts a flight again whose timer was lost. */
function startAgain<T>(this: void, flights: Flights<T>, key: string, flight: Flight<T>, deadline: number): void {
  if (flight.begun || now() - flight.started < PATIENCE) return;
  flight.deadline = max(flight.deadline, deadline);
  start(flights, key, flight);
}

function board<T>(
  this: void,
  flights: Flights<T>,
  key: string,
  deadline: number,
  journey: Journey<T>,
  failed: (this: void, cause: string) => T,
): LuaMultiReturn<[Flight<T>] | [undefined, string]> {
  const [landed, message] = semaphores.new();
  if (landed === undefined) return $multi(undefined, message ?? "no semaphore");
  const flight: Flight<T> = {
    landed,
    deadline,
    started: 0,
    waiting: 0,
    journey,
    failed,
    begun: false,
    outcome: undefined,
  };
  flights.underWay.set(key, flight);
  start(flights, key, flight);
  return $multi(flight);
}

/** Waits until a flight has landed, so many seconds at most. */
function wait<T>(this: void, flight: Flight<T>, seconds: number): void {
  flight.waiting += 1;
  // In a light thread, for the same reason (see PATIENCE): a semaphore's wait outlives its request too. Waiting for a thread does not.
  ngx.thread.wait(ngx.thread.spawn(() => flight.landed.wait(max(0, seconds))));
  flight.waiting -= 1;
}

function current<T>(this: void, flights: Flights<T>, key: string): Flight<T> | undefined {
  const flight = flights.underWay.get(key) as Flight<T> | undefined;
  // A flight that is long overdue was lost with its timer.
  return flight !== undefined && now() < flight.deadline + 1 ? flight : undefined;
}

/**
 * Waits for the flight with this key, and starts it if there is none.
 * @param deadline seconds since the epoch at which this request stops waiting.
 * @param failed makes an outcome of what went wrong with the flight itself.
 * @returns undefined when the deadline came first.
 */
export function join<T>(
  this: void,
  flights: Flights<T>,
  key: string,
  deadline: number,
  journey: Journey<T>,
  failed: (this: void, cause: string) => T,
): T | undefined {
  let flight = current(flights, key);
  if (flight === undefined) {
    const [boarded, message] = board(flights, key, deadline, journey, failed);
    if (boarded === undefined) return failed(message ?? "");
    flight = boarded;
  }
  while (flight.outcome === undefined && !flight.begun && now() < deadline) {
    wait(flight, max(SHORTEST_WAIT, min(PATIENCE, deadline - now())));
    if (now() < deadline) startAgain(flights, key, flight, deadline);
  }
  if (flight.outcome === undefined) wait(flight, deadline - now());
  return flight.outcome;
}

/** Starts the flight with this key unless it is under way, and does not wait for it. */
export function launch<T>(
  this: void,
  flights: Flights<T>,
  key: string,
  deadline: number,
  journey: Journey<T>,
  failed: (this: void, cause: string) => T,
): void {
  const flight = current(flights, key);
  if (flight === undefined) board(flights, key, deadline, journey, failed);
  else startAgain(flights, key, flight, deadline);
}
