/**
 * Whether this worker has heard every event of forgetting on its node: each has a number, so that one that is missed leaves a gap. nginx's worker that
 * passes events on may end just then.
 */
import { LOCKS } from "./node-memory";

const min = math.min;
const now = ngx.now;

/** How many events there were, and when the latest was; in the dictionary that no change of configuration empties. */
const COUNT_KEY = "token_introspection:forgettings";
const LATEST_KEY = "token_introspection:forgotten";
/** Seconds between two looks at them, and for which an event may be on its way. */
const INTERVAL = 1;

const heard = {
  /** Each up to this number was heard, or is not waited for. */
  upTo: 0,
  /** Those beyond a gap. */
  beyond: new LuaSet<number>(),
  /** How many there were at the last look: to be heard by the next. */
  awaited: 0,
  /** When this worker has looked last, seconds since the epoch. */
  looked: 0,
};

function read(this: void, dictionary: OpenResty.SharedDictionary, key: string): number {
  const [value] = dictionary.get(key);
  return typeof value === "number" ? value : 0;
}

/** When the latest event was, but never ahead: the clock may have been put back since. */
function readLatest(this: void, dictionary: OpenResty.SharedDictionary, time: number): number {
  return min(read(dictionary, LATEST_KEY), time);
}

function begin(this: void, count: number): void {
  heard.upTo = count;
  heard.awaited = count;
  heard.beyond = new LuaSet();
}

/**
 * Counts one event more on this node.
 * @param time of it, in seconds since the epoch.
 * @returns its number; undefined: it cannot be counted, and a worker that misses it will not know.
 */
export function nextEvent(this: void, time: number): number | undefined {
  const dictionary = ngx.shared[LOCKS];
  if (dictionary === undefined) return undefined;
  // Before it is counted: a worker that starts meanwhile finds it there or waits for it.
  dictionary.set(LATEST_KEY, time);
  const [number] = dictionary.incr(COUNT_KEY, 1, 0);
  return number;
}

/** Takes note of an event's number. It may come twice, or before one with a lower number. */
export function hear(this: void, number: number): void {
  if (number <= heard.upTo) return;
  heard.beyond.add(number);
  while (heard.beyond.has(heard.upTo + 1)) {
    heard.upTo += 1;
    heard.beyond.delete(heard.upTo);
  }
}

/** A worker that starts waits for no event until then. @returns when the latest was, in seconds since the epoch; 0: there was none. */
export function beginHearing(this: void): number {
  const dictionary = ngx.shared[LOCKS];
  if (dictionary === undefined) return 0;
  begin(read(dictionary, COUNT_KEY));
  return readLatest(dictionary, now());
}

/**
 * Looks, once a second, for an event that has not come although it was there a second ago.
 * @returns when the latest event was, in seconds since the epoch, once for what was missed; undefined: nothing was.
 */
export function missedUntil(this: void): number | undefined {
  const time = now();
  if (time >= heard.looked && time - heard.looked < INTERVAL) return undefined;
  heard.looked = time;
  const dictionary = ngx.shared[LOCKS];
  if (dictionary === undefined) return undefined;
  const count = read(dictionary, COUNT_KEY);
  if (count === heard.upTo) return undefined;
  const latest = readLatest(dictionary, time);
  // A count that went back was lost, for want of memory.
  if (heard.awaited > heard.upTo || count < heard.upTo || time - latest >= INTERVAL) {
    begin(count);
    return latest > 0 ? latest : time;
  }
  heard.awaited = count;
  return undefined;
}
