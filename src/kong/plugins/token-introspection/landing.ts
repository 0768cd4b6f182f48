/**
 * What a call has brought that may not be cached: told to those of this node's other workers who wait for it meanwhile, as the waiters of a flight are told
 * in its own worker. For nobody else: who comes later asks anew.
 */
import * as cjson from "cjson.safe";

const now = ngx.now;

/** Kong's dictionary for locks: small entries that go by themselves. */
const DICTIONARY = "kong_locks";
const PREFIX = "token_introspection:landed:";
/** Seconds for which the note is kept: whoever waits for it looks several times a second. */
const LIFETIME = 1;

interface Landing<T> {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly outcome: T;
}

/**
 * Tells the others. Where Kong's dictionary is full they are not told, and ask for themselves: no lock in it makes room for this.
 * @param key of what was asked, by whom it is waited for.
 * @param outcome a table that JSON can hold.
 */
export function noteLanding<T extends object>(this: void, key: string, outcome: T): void {
  const landing: Landing<T> = { time: now(), outcome };
  const [text] = cjson.encode(landing);
  if (text !== undefined) ngx.shared[DICTIONARY]?.safe_set(PREFIX + key, text, LIFETIME);
}

/**
 * What another worker's call has brought since then.
 * @param time seconds since the epoch at which the waiting began.
 */
export function landedSince<T extends object>(this: void, key: string, time: number): T | undefined {
  const dictionary = ngx.shared[DICTIONARY];
  if (dictionary === undefined) return undefined;
  const [text] = dictionary.get(PREFIX + key);
  if (typeof text !== "string") return undefined;
  const [decoded] = cjson.decode(text);
  const landing = decoded as Landing<T> | undefined;
  return landing !== undefined && landing.time >= time ? landing.outcome : undefined;
}
