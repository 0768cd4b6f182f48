/**
 * Which questions get no answers now: only while one is known to get none, a stale answer is served without asking first. The workers of a node know it
 * together: else each of them would wait for the server once more.
 */
import { nodeMemory } from "./node-memory";
import type { Question } from "./question";

/** Seconds between two tries while a server fails. */
const INTERVAL = 1;
/** Seconds, beside those that a try may take, after which nobody knows any more whether a server fails. */
const KNOWN_FOR = 10;

/** Is there while asking is known to bring no answer. */
const FAILING = "token_introspection:failing:";
/** Is there while it is too early for the next try. */
const TRIED = "token_introspection:tried:";

function keyOf(this: void, question: Question): string {
  return question.id + question.patience;
}

/** Whether asking is known to bring no answer. */
export function isFailing(this: void, question: Question): boolean {
  const memory = nodeMemory();
  if (memory === undefined) return false;
  const [failing] = memory.get(FAILING + keyOf(question));
  return failing !== undefined;
}

/** Takes note of how asking ended. @param answered whether any answer came. */
export function noteOutcome(this: void, question: Question, answered: boolean): void {
  const memory = nodeMemory();
  if (question.stale_ttl === 0 || memory === undefined) return;
  const key = keyOf(question);
  if (!answered) {
    memory.set(FAILING + key, true, KNOWN_FOR + question.timeout / 1000);
    memory.set(TRIED + key, true, INTERVAL);
  } else if (isFailing(question)) {
    memory.delete(FAILING + key);
  }
}

/** Whether it is time to ask a failing server again, for one token of all: once a second, by one of the workers. */
export function mayTryAgain(this: void, question: Question): boolean {
  const memory = nodeMemory();
  if (memory === undefined) return false;
  const [first] = memory.add(TRIED + keyOf(question), true, INTERVAL);
  return first === true;
}
