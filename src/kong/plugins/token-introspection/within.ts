import { unexpected } from "./answer";
import type { Failure } from "./answer";
import { breakerClose, breakerFail } from "./breaker";
import { CONNECTING, overdue } from "./call";
import type { Call } from "./call";
import { givePlaceBack, keepPlace } from "./in-flight";
import { printable } from "./printable";

const max = math.max;
const now = ngx.now;

/** Seconds in which Kong has looked a name up, or given up, at the latest. */
const LONGEST_LOOK_UP = 60;

/**
 * Runs a call in a light thread of its own until its deadline, and draws up the accounts afterwards, however it ended: the circuit breaker's,
 * and that of the calls in flight. Never raises. Phases: those that may wait.
 * @param run gives something, never undefined.
 * @returns what `run` gave; or a failure when it raised or its time was over.
 */
export function runWithin<T extends object>(this: void, call: Call, run: (this: void) => T): T | Failure {
  let outcome: T | Failure | undefined;
  let leftAlone = false;
  const thread = ngx.thread.spawn(() => {
    const [good, result] = pcall(run);
    outcome = good ? (result as T) : unexpected("error in the plugin: " + printable(tostring(result)));
  });
  if (outcome === undefined) {
    // Whichever ends first. Not a semaphore: see flight.ts.
    const alarm = ngx.thread.spawn(() => ngx.sleep(max(0, call.deadline - now())));
    ngx.thread.wait(thread, alarm);
    call.ended = true;
    leftAlone = outcome === undefined && mustBeLeftAlone(call);
    if (!leftAlone) ngx.thread.kill(outcome === undefined ? thread : alarm);
  }
  // One that is left alone keeps its place until it ends, so that there are no more of those than of others.
  if (leftAlone) keepPlaces(call);
  else giveBackPlaces(call);
  settle(call);
  return (outcome as T | Failure | undefined) ?? overdue(call);
}

/**
 * Whether a call whose time is over must come to its own end, of which nobody hears. Kong looks names up in the thread of whoever asks first, and all others wait
 * for that one, from whichever plugin or service: ended, it would leave them without an answer for many seconds, and its name out of Kong's memory. A
 * request cannot end before its threads, so there it is ended all the same.
 */
function mustBeLeftAlone(this: void, call: Call): boolean {
  return call.stage === CONNECTING && ngx.get_phase() === "timer";
}

/** What had to wait for others first, and got the rest of its time, says nothing about the server. */
function hadTime(this: void, call: Call): boolean {
  return call.deadline - call.started >= call.question.timeout / 2000;
}

function keepPlaces(this: void, call: Call): void {
  for (const [server, place] of pairs(call.places)) keepPlace(server, place, now() + LONGEST_LOOK_UP);
}

function giveBackPlaces(this: void, call: Call): void {
  for (const [server, place] of pairs(call.places)) givePlaceBack(server, place);
}

/** Tells the breaker. */
function settle(this: void, call: Call): void {
  if (call.background) return;
  for (const [server, answered] of pairs(call.asked)) {
    if (answered) breakerClose(call.question, server);
    else if (hadTime(call)) breakerFail(call.question, server);
  }
}
