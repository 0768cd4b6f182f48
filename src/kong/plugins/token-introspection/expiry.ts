/**
 * Takes expired entries out of the worker's memory. Kong's cache drops nothing there before it has 500,000 entries: with ever new tokens a worker would grow to
 * more than a gigabyte of what nobody can use any more. No function of Kong's drops a key in one worker alone (`invalidate_local` tells all of them,
 * which is an event for each), so this asks what lies beneath, lua-resty-mlcache's LRU list, where it is, as in Kong 3.0 to 3.9.
 *
 * No timer: each key that comes takes two that have expired along.
 */
const floor = math.floor;
const max = math.max;
const min = math.min;
const now = ngx.now;

/** The part of lua-resty-lrucache that is asked. */
interface Shelf {
  get: (this: Shelf, key: string) => unknown;
  delete: (this: Shelf, key: string) => void;
}

/** Kong's cache, as far in as no function of it reaches. */
interface Inside {
  readonly mlcache?: { readonly lru?: Shelf } | undefined;
}

/** More than one, so that what has expired is gone before as much is there anew. */
const KEYS_AT_ONCE = 2;
/** Seconds that are looked at together at most: after a night without a request there are many, and nothing in them. */
const SECONDS_AT_ONCE = 100;

/** Keys that are noted at most: Kong's cache holds no more in a worker, and drops the least used itself. */
const MOST_KEYS = 500000;

/** The keys by the second, since the epoch, at whose end they have expired at the latest. */
const due = new LuaTable<number, string[]>();
/** The first second whose keys may still be there. */
let oldest = 0;
/** How many keys are noted. */
let count = 0;

/** The worker's list; undefined where it is not what is expected: nothing is dropped then. */
function shelf(this: void): Shelf | undefined {
  const lru = (kong.cache as object as Inside).mlcache?.lru;
  if (lru === undefined || type(lru) !== "table") return undefined;
  if (type(lru.get) !== "function" || type(lru.delete) !== "function") return undefined;
  return lru;
}

/** Drops some of these keys, but for those that were stored anew. */
function dropSome(this: void, from: Shelf, keys: string[]): void {
  for (const _ of $range(1, KEYS_AT_ONCE)) {
    const key = keys.pop();
    if (key === undefined) return;
    count -= 1;
    if (from.get(key) === undefined) from.delete(key);
  }
}

/** Drops some of the keys that have expired before this second. */
function dropExpired(this: void, from: Shelf, second: number): void {
  for (const candidate of $range(oldest, min(second, oldest + SECONDS_AT_ONCE) - 1)) {
    const keys = due.get(candidate) as string[] | undefined;
    if (keys !== undefined) {
      dropSome(from, keys);
      if (keys.length > 0) return;
      due.delete(candidate);
    }
    oldest = candidate + 1;
  }
}

/**
 * Takes note of a key that Kong's cache has put into this worker's memory, and drops some that have expired.
 * @param until seconds since the epoch at which it will have expired, at the latest.
 */
export function noteExpiry(this: void, key: string, until: number): void {
  const from = shelf();
  if (from === undefined) return;
  const second = floor(now());
  if (oldest === 0) oldest = second;
  // First, so that there may be room.
  dropExpired(from, second);
  if (count >= MOST_KEYS) return;
  count += 1;
  // Not in a second that was looked at already, also where the clock was set back.
  const last = max(floor(until), second, oldest);
  const keys = due.get(last) as string[] | undefined;
  if (keys === undefined) due.set(last, [key]);
  else keys.push(key);
}
