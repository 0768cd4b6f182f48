/**
 * That a token was found inactive, which may not be cached: told to those of this node's other workers who waited for it meanwhile, as the waiters of a
 * flight are told in its own worker. For nobody else: who comes later asks anew.
 */
const now = ngx.now;

/** Kong's dictionary for locks: small entries that go by themselves. */
const DICTIONARY = "kong_locks";
const PREFIX = "token_introspection:inactive:";
/** Seconds for which the note is kept: whoever waited for the lock gets it within some hundredths. */
const LIFETIME = 1;

/** @param key of the token's entry in the cache. */
export function noteInactive(this: void, key: string): void {
  ngx.shared[DICTIONARY]?.set(PREFIX + key, now(), LIFETIME);
}

/** Whether the token was found inactive since then. @param time seconds since the epoch. */
export function wasInactiveSince(this: void, key: string, time: number): boolean {
  const dictionary = ngx.shared[DICTIONARY];
  if (dictionary === undefined) return false;
  const [noted] = dictionary.get(PREFIX + key);
  return typeof noted === "number" && noted >= time;
}
