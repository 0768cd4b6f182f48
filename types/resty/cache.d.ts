/** @noSelfInFile */

declare namespace RestyLrucache {
  /** A cache of one worker that forgets what was used longest ago. **Methods are called with a colon.** Values are any Lua value, not copied. */
  interface LruCache<V> {
    /** Value; or undefined and the stale value, when it is still there; then the flags. */
    get(
      this: this,
      key: string | number,
    ): LuaMultiReturn<[V, undefined, number] | [undefined, (V | undefined)?, (number | undefined)?]>;
    /** Stores. @param ttl seconds, fractions allowed; for ever without. */
    set(this: this, key: string | number, value: V, ttl?: number, user_flags?: number): void;
    /** Removes a key. */
    delete(this: this, key: string | number): void;
    /** Number of entries. */
    count(this: this): number;
    /** Most entries that it holds. */
    capacity(this: this): number;
    /**
     * Keys, the last used first.
     * @param max_count 0, the default: all.
     * @param res a table to fill.
     */
    get_keys(this: this, max_count?: number, res?: (string | number)[]): (string | number)[];
    /** Removes everything. */
    flush_all(this: this): void;
  }
}

declare module "resty.lrucache" {
  /** A cache of at most so many entries. */
  function create<V = unknown>(
    max_items: number,
  ): LuaMultiReturn<[RestyLrucache.LruCache<V>, undefined?] | [undefined, string]>;
  export { create as new };
}

declare module "resty.lrucache.pureffi" {
  /** The same without Lua tables: better when keys come and go; slower to read. */
  function create<V = unknown>(
    max_items: number,
    load_factor?: number,
  ): LuaMultiReturn<[RestyLrucache.LruCache<V>, undefined?] | [undefined, string]>;
  export { create as new };
}

declare module "resty.lock" {
  /** All in seconds. */
  export interface LockOptions {
    /** The lock goes by itself after this. Default 30. */
    exptime?: number | undefined;
    /** Longest wait. Default 5; 0: do not wait. */
    timeout?: number | undefined;
    /** First pause between tries. Default 0.001. */
    step?: number | undefined;
    /** Factor of each further pause. Default 2. */
    ratio?: number | undefined;
    /** Longest pause. Default 0.5. */
    max_step?: number | undefined;
  }

  /** A lock between light threads of all workers. One object holds one key at a time. **Methods are called with a colon.** */
  export interface Lock {
    /** Takes the lock: seconds waited; or undefined and `"timeout"`, `"locked"` or another message. Phases that can yield. */
    lock(this: this, key: string): LuaMultiReturn<[number, undefined?] | [undefined, string]>;
    /** Gives it back: 1; or undefined and `"unlocked"` or another message. */
    unlock(this: this): LuaMultiReturn<[1, undefined?] | [undefined, string]>;
    /** Begins `exptime` anew. */
    expire(this: this, exptime?: number): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }

  /** @param dict_name a shared dictionary; Kong has `kong_locks`. Called with a colon: `resty_lock:new`. */
  function create(
    this: unknown,
    dict_name: string,
    options?: LockOptions,
  ): LuaMultiReturn<[Lock, undefined?] | [undefined, string]>;
  export { create as new };
}
