/** Which questions get no answers now: only while one is known to get none, a stale answer is served without asking first. */
import type { Question } from "./question";

/** Times in seconds since the epoch. */
interface Trouble {
  /** When asking last brought no answer. */
  readonly seen: number;
  /** When it was last tried again, or that try ended. */
  tried: number;
}

/** Seconds between two tries while a server fails. */
const INTERVAL = 1;
/** Seconds, beside those that a try may take, after which nobody knows any more whether a server fails. */
const KNOWN_FOR = 10;

const troubles = new LuaTable<string, Trouble>();

function keyOf(this: void, question: Question): string {
  return question.id + question.patience;
}

/** Takes note of how asking ended. @param answered whether any answer came. */
export function noteOutcome(this: void, question: Question, answered: boolean, time: number): void {
  const key = keyOf(question);
  if (!answered) troubles.set(key, { seen: time, tried: time });
  else if (troubles.has(key)) troubles.delete(key);
}

/** Whether asking is known to bring no answer. */
export function isFailing(this: void, question: Question, time: number): boolean {
  const known = troubles.get(keyOf(question)) as Trouble | undefined;
  return known !== undefined && time - known.seen < KNOWN_FOR + question.timeout / 1000;
}

/** Whether it is time to ask a failing server again, for one token of all: once a second. */
export function mayTryAgain(this: void, question: Question, time: number): boolean {
  const known = troubles.get(keyOf(question)) as Trouble | undefined;
  if (known === undefined || time - known.tried < INTERVAL) return false;
  known.tried = time;
  return true;
}
