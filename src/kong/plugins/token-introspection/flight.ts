import * as semaphores from "ngx.semaphore";
import { runInBackground } from "./background";

const max = math.max;
const min = math.min;
const now = ngx.now;

/**
 * Seconds after which whoever waits for a flight that has not begun carries it himself: nginx says of a timer that it is set, and drops it when its turn comes
 * and there is no connection or no running timer to be had for it.
 */
const PATIENCE = 0.1;

/** One call that several requests of this worker wait for. */
interface Flight<T> {
  readonly landed: semaphores.Semaphore;
  /** Seconds since the epoch; after it nobody waits any more. */
  readonly deadline: number;
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

/** Carries a flight, unless somebody does already. */
function fly<T>(this: void, flights: Flights<T>, key: string, flight: Flight<T>): void {
  if (flight.begun) return;
  flight.begun = true;
  const [good, result] = pcall(flight.journey, flight.deadline);
  const outcome = good ? (result as T) : flight.failed(tostring(result));
  land(flights, key, flight, outcome);
}

function start<T>(
  this: void,
  flights: Flights<T>,
  key: string,
  deadline: number,
  journey: Journey<T>,
  failed: (this: void, cause: string) => T,
): LuaMultiReturn<[Flight<T>] | [undefined, string]> {
  const [landed, message] = semaphores.new();
  if (landed === undefined) return $multi(undefined, message ?? "no semaphore");
  const flight: Flight<T> = { landed, deadline, waiting: 0, journey, failed, begun: false, outcome: undefined };
  flights.underWay.set(key, flight);
  // In a timer nobody's request carries the flight: a client that goes away harms no other. A worker that shuts down starts no timers.
  if (!runInBackground(() => fly(flights, key, flight))) fly(flights, key, flight);
  return $multi(flight);
}

/** Waits until a flight has landed, so many seconds at most. */
function wait<T>(this: void, flight: Flight<T>, seconds: number): void {
  flight.waiting += 1;
  // In a light thread: Kong runs plugins in a coroutine of its own, in which a semaphore's wait outlives a request whose client has gone away
  // (lua_check_client_abort), and then resumes memory that is freed. Waiting for a thread does not.
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
    const [started, message] = start(flights, key, deadline, journey, failed);
    if (started === undefined) return failed(message ?? "");
    flight = started;
  }
  if (flight.outcome !== undefined) return flight.outcome;
  wait(flight, min(PATIENCE, deadline - now()));
  if (flight.outcome === undefined && now() < deadline) {
    if (flight.begun) wait(flight, deadline - now());
    else fly(flights, key, flight);
  }
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
  if (current(flights, key) === undefined) start(flights, key, deadline, journey, failed);
}
