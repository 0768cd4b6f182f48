/** A lock that all workers of this node share. */
import * as locks from "resty.lock";
import { LOCKS } from "./node-memory";

const max = math.max;
const min = math.min;
const now = ngx.now;

/** Longest pause, in seconds, between two tries to get it: an answer that has come must not wait long for being found. */
const LONGEST_STEP = 0.02;
/**
 * Seconds after which the lock goes by itself at the latest: a worker that dies cannot give it back. It goes after half of what may be waited for it, so that
 * whoever waits still has the other half to ask in.
 */
const LONGEST_LIFETIME = 1;
const SHORTEST_LIFETIME = 0.05;
/** Part of its lifetime after which its holder says that it still holds it. */
const RENEWAL = 0.4;

/** A lock that is held. */
export interface HeldLock {
  readonly lock: locks.Lock;
  readonly keeper: OpenResty.Thread;
}

/**
 * Takes the lock.
 * @param patience seconds since the epoch until when it is waited for, not longer from now than a lock lasts.
 * @param deadline seconds since the epoch until when it is held, at most.
 * @returns undefined and `timeout`, or what else went wrong.
 */
export function takeLock(
  this: void,
  key: string,
  patience: number,
  deadline: number,
): LuaMultiReturn<[HeldLock] | [undefined, string]> {
  const time = now();
  const lifetime = min(LONGEST_LIFETIME, max((deadline - time) / 2, SHORTEST_LIFETIME));
  const [lock, message] = locks.new(LOCKS, {
    timeout: max(patience - time, 0),
    exptime: lifetime,
    max_step: LONGEST_STEP,
  });
  if (lock === undefined) return $multi(undefined, message ?? "no lock");
  const [waited, reason] = lock.lock(key);
  if (waited === undefined) return $multi(undefined, reason ?? "no lock");
  const keeper = ngx.thread.spawn(() => {
    while (now() < deadline) {
      ngx.sleep(lifetime * RENEWAL);
      lock.expire(lifetime);
    }
  });
  return $multi({ lock, keeper });
}

/** Gives it back. */
export function giveBack(this: void, held: HeldLock): void {
  ngx.thread.kill(held.keeper);
  held.lock.unlock();
}
