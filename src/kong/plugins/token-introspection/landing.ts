/**
 * What a call has brought that may not be cached: told to those of this node's other workers who wait for it meanwhile, as the waiters of a flight are told
 * in its own worker. For nobody else: who comes later asks anew.
 */
import * as cjson from "cjson.safe";
import { LOCKS } from "./node-memory";

const find = string.find;
const format = string.format;
const now = ngx.now;
const sub = string.sub;

// One of our own: others may change what the shared one writes.
const json = cjson.new();

const PREFIX = "token_introspection:landed:";
/** Seconds for which the note is kept: whoever waits for it looks several times a second. */
const LIFETIME = 1;
/** Longest note, in bytes: the dictionary is for locks, and small. */
const LONGEST = 64 * 1024;

/**
 * Tells the others. What is too long, or has no room in the dictionary, is not told: they ask for themselves then.
 * @param key of what was asked, by whom it is waited for.
 * @param outcome a table that JSON can hold.
 */
export function noteLanding(this: void, key: string, outcome: object): void {
  const [text] = json.encode(outcome);
  if (text === undefined || text.length > LONGEST) return;
  ngx.shared[LOCKS]?.safe_set(PREFIX + key, format("%.17g\n%s", now(), text), LIFETIME);
}

/**
 * What another worker's call has brought since then.
 * @param time seconds since the epoch at which the waiting began. What came in the same thousandth came before.
 */
export function landedSince<T extends object>(this: void, key: string, time: number): T | undefined {
  const dictionary = ngx.shared[LOCKS];
  if (dictionary === undefined) return undefined;
  const [note] = dictionary.get(PREFIX + key);
  if (typeof note !== "string") return undefined;
  const [end] = find(note, "\n", 1, true);
  if (end === undefined || (tonumber(sub(note, 1, end - 1)) ?? 0) <= time) return undefined;
  const [outcome] = json.decode(sub(note, end + 1));
  return outcome as T | undefined;
}
