/** The shared dictionary in which a node's workers remember what DPoP needs. */
import { KONGS_CACHE } from "./node-memory";

/** All our keys begin so: the dictionary may be one that others use too. */
const PREFIX = "token-introspection:dpop:";

/** Expired entries that are looked for at once where there is no memory left. */
const EXPIRED_AT_ONCE = 100;

/**
 * Stores a value where there is none, atomically for all workers.
 *
 * @param seconds until it is forgotten; 0: never.
 * @returns true; or undefined and `exists` or `no memory`.
 */
function addOnce(
  this: void,
  name: string,
  dictionary: OpenResty.SharedDictionary,
  key: string,
  value: string | number | boolean,
  seconds: number,
): LuaMultiReturn<[true] | [undefined, string]> {
  let added: boolean | undefined;
  let message: string | undefined;
  // It is full of answers that can be had again: there the oldest entry may go. In any other dictionary an entry that goes before its time could be the proof
  // that is replayed next, so a full one takes nothing more.
  if (name === KONGS_CACHE) {
    [added, message] = dictionary.add(key, value, seconds);
  } else {
    [added, message] = dictionary.safe_add(key, value, seconds);
    // nginx looks for expired entries among the two that were used least lately, and finds none behind one that never expires, whosever it is.
    if (message === "no memory" && dictionary.flush_expired(EXPIRED_AT_ONCE) > 0)
      [added, message] = dictionary.safe_add(key, value, seconds);
  }
  if (added === true) return $multi(true);
  return $multi(undefined, message ?? "no memory");
}

export { PREFIX, addOnce };
