/**
 * Which questions get no answers now: only while one is known to get none, a stale answer is served without asking first. The workers of a node know it
 * together, in Kong's dictionary: else each of them would wait for the server once more.
 */
import type { Question } from "./question";

/** Seconds between two tries while a server fails. */
const INTERVAL = 1;
/** Seconds, beside those that a try may take, after which nobody knows any more whether a server fails. */
const KNOWN_FOR = 10;

/** When asking last brought no answer; this and the next in seconds since the epoch. */
const SEEN = "token_introspection:failing:";
/** When it was last tried again, or that try ended. */
const TRIED = "token_introspection:tried:";
/** Who tries again after that. */
const NEXT = "token_introspection:trying:";

function dictionary(this: void): OpenResty.SharedDictionary | undefined {
  return ngx.shared["kong_db_cache"];
}

function timeAt(this: void, state: OpenResty.SharedDictionary, key: string): number | undefined {
  const [time] = state.get(key);
  return typeof time === "number" ? time : undefined;
}

function keyOf(this: void, question: Question): string {
  return question.id + question.patience;
}

/** Seconds for which a failure is known. */
function knownFor(this: void, question: Question): number {
  return KNOWN_FOR + question.timeout / 1000;
}

/** Takes note of how asking ended. @param answered whether any answer came. */
export function noteOutcome(this: void, question: Question, answered: boolean, time: number): void {
  const state = dictionary();
  if (question.stale_ttl === 0 || state === undefined) return;
  const key = keyOf(question);
  if (!answered) {
    state.set(SEEN + key, time, knownFor(question));
    state.set(TRIED + key, time, knownFor(question));
  } else if (timeAt(state, SEEN + key) !== undefined) {
    state.delete(SEEN + key);
  }
}

/** Whether asking is known to bring no answer. */
export function isFailing(this: void, question: Question, time: number): boolean {
  const state = dictionary();
  if (state === undefined) return false;
  const seen = timeAt(state, SEEN + keyOf(question));
  return seen !== undefined && time - seen < knownFor(question);
}

/** Whether it is time to ask a failing server again, for one token of all: once a second, by one of the workers. */
export function mayTryAgain(this: void, question: Question, time: number): boolean {
  const state = dictionary();
  if (state === undefined) return false;
  const key = keyOf(question);
  const tried = timeAt(state, TRIED + key);
  if (tried === undefined || time - tried < INTERVAL) return false;
  const [first] = state.add(`${NEXT}${key}:${tried}`, true, INTERVAL);
  if (!first) return false;
  state.set(TRIED + key, time, knownFor(question));
  return true;
}
