import { unavailable } from "./answer";
import type { Failure } from "./answer";
import type { Question } from "./question";
import type { Url } from "./url";

const now = ngx.now;
const floor = math.floor;
const max = math.max;

/** What a call is doing while it looks a name up and connects. */
export const CONNECTING = "connecting";

/**
 * One call to an authorization server, from its beginning to its deadline, whatever it takes: discovery, keys, retries. It is written to by
 * the light thread that calls, and read by the one that waits for it and may have to end it.
 */
export interface Call {
  readonly question: Question;
  /** Nobody waits for it: it says nothing to the circuit breaker, whose business is whether tokens can be asked about. */
  readonly background: boolean;
  /** Seconds since the epoch. */
  readonly started: number;
  /** Seconds since the epoch; then the call is ended. */
  readonly deadline: number;
  /** Nobody waits for it any more. */
  ended: boolean;
  /** What it is doing now, for the log. */
  stage: string;
  /** The servers that were asked; true for those that gave an HTTP answer of any status. */
  readonly asked: LuaTable<string, boolean>;
  /** Its places among the calls in flight, by server: given back by whoever ends the call. */
  readonly places: LuaTable<string, number>;
  /** A kept connection turned out to be dead: what follows in this exchange takes new ones, and keeps none. */
  fresh: boolean;
  /** What was asked last, and the status of its answer; undefined: nothing was, for want of a place, a key, or by the breaker's word. */
  url: Url | undefined;
  status: number | undefined;
}

/** A call that begins now. @param deadline seconds since the epoch. @param background nobody waits for it. */
export function newCall(this: void, question: Question, deadline: number, background: boolean): Call {
  return {
    question,
    background,
    started: now(),
    deadline,
    ended: false,
    stage: "starting",
    asked: new LuaTable(),
    places: new LuaTable(),
    fresh: false,
    url: undefined,
    status: undefined,
  };
}

/** Whether its time is over. Not by the clock alone: nginx's timers go by another, and may be a millisecond ahead. */
export function isOver(this: void, call: Call): boolean {
  return call.ended || now() >= call.deadline;
}

/** Milliseconds that are left of a call, at least 1: as a time-out of 0 would mean none. */
export function remaining(this: void, call: Call): number {
  return max(1, floor((call.deadline - now()) * 1000));
}

/** Milliseconds since the call began. */
export function elapsed(this: void, call: Call): number {
  return max(0, (now() - call.started) * 1000);
}

/** The time is over. */
export function overdue(this: void, call: Call): Failure {
  const server = call.url?.server ?? "the authorization server";
  const allowed = max(0, floor((call.deadline - call.started) * 1000 + 0.5));
  return unavailable(`no answer from ${server} within ${allowed} ms: the time was over while ${call.stage}`);
}
