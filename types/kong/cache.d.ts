declare namespace Kong {
  /** Where `kong.cache` found a value: 1 this worker, 2 this node's shared memory, 3 the callback, 4 a stale value in place of a failed callback. */
  type CacheLevel = 1 | 2 | 3 | 4;

  /** Level of a look-up without a callback: -1 when the key is nowhere. */
  type CacheLookupLevel = 1 | 2 | 4 | -1;

  /** What a cache callback returns: value, error, and seconds to live in place of the options' `ttl` or `neg_ttl`. */
  type CacheCallbackReturn = LuaMultiReturn<[unknown?, (string | undefined)?, (number | undefined)?]>;

  /** The value among what a cache callback returns. */
  type CachedValue<R extends CacheCallbackReturn> = Exclude<R[0], undefined>;

  /** A return value that is not several. */
  type SingleValue = string | number | boolean | undefined | (object & { readonly __tstlMultiReturn?: never });

  /** Options of `kong.cache:get` and `:renew`. All times in seconds. */
  interface CacheOptions<T = unknown> {
    /** How long a value lives. Default: `db_cache_ttl`, where 0 means for ever. 0 means for ever; so does anything under a millisecond. */
    ttl?: number | undefined;
    /** How long "there is none" (undefined without an error) lives. 0 means for ever. */
    neg_ttl?: number | undefined;
    /**
     * How long a stale value stands in when the callback fails or its lock
     * times out. Default 30: Kong 3.9 looks its setting up under another name than
     * `db_resurrect_ttl`, so that one changes nothing. 0 means for ever. It
     * hides a callback's error.
     */
    resurrect_ttl?: number | undefined;
    /**
     * Turns what the shared memory holds into what the worker keeps. It runs
     * once per worker and value. May return an error instead; must not return undefined alone.
     */
    l1_serializer?: ((this: void, value: T) => unknown) | undefined;
    /** Tries to store in the shared memory when it is full. Default 3. */
    shm_set_tries?: number | undefined;
  }

  /** Result table of `kong.cache:get_bulk`: three entries per operation: value, error, level; `n` is their count. */
  interface CacheBulkResult {
    readonly n: number;
    readonly [index: number]: unknown;
  }

  /**
   * `kong.cache`: Kong's two-level cache (worker, then shared memory of the
   * node). **Methods are called with a colon.** Keys are shared with Kong and
   * with all plugins: begin yours with the plugin's name. Every change of a declarative
   * configuration empties it.
   *
   * Values: string, number, boolean, or a table of these. A function or
   * userdata (`ngx.null` too) inside raises, and leaves the key's lock behind.
   * Nobody may change a table that came from here: all requests share it.
   *
   * A phase that may yield is needed for a miss (rewrite, access, response,
   * timers); elsewhere only what the worker holds is found.
   */
  interface Cache {
    /**
     * Looks the key up; on a miss runs `cb` under a lock, so that one worker
     * of the node asks and the others wait (5 s, then they fail).
     *
     * @param cb called with the further arguments. Gives value, error, ttl.
     * A negative ttl: do not store. undefined without error: stored as a miss for `neg_ttl`.
     * An error it raises is caught and comes back as error. Without `cb` nothing is asked: only looked up.
     * @returns value, undefined, level; the value is undefined for a stored
     * miss. Or undefined and the error, prefixed `failed to get from node cache: `.
     * Raises when the key is no string.
     */
    get<R extends CacheCallbackReturn, A extends unknown[]>(
      this: this,
      key: string,
      opts: CacheOptions<CachedValue<R>> | undefined,
      cb: (this: void, ...args: A) => R,
      ...args: A
    ): LuaMultiReturn<[CachedValue<R> | undefined, undefined, CacheLevel] | [undefined, string, undefined?]>;
    get<T extends SingleValue, A extends unknown[]>(
      this: this,
      key: string,
      opts: CacheOptions<T> | undefined,
      cb: (this: void, ...args: A) => T,
      ...args: A
    ): LuaMultiReturn<[T | undefined, undefined, CacheLevel] | [undefined, string, undefined?]>;
    /** Only looks up. Level -1: the key is nowhere. undefined with another level: a stored miss. */
    get<T = unknown>(
      this: this,
      key: string,
      opts?: CacheOptions<T>,
    ): LuaMultiReturn<[T | undefined, undefined, CacheLookupLevel] | [undefined, string, undefined?]>;

    /**
     * Runs several `get`s at once.
     * @param bulk flat list, from 1: key, options or undefined, callback, argument, key, ...; its field `n` is the
     * number of operations. Every operation needs a callback.
     * @param opts `concurrency`: light threads to use, default 3.
     */
    get_bulk(
      this: this,
      bulk: { n: number; [index: number]: unknown },
      opts?: { concurrency?: number },
    ): LuaMultiReturn<[CacheBulkResult, undefined?] | [undefined, string]>;

    /** Removes a key on this node and tells the cluster's other nodes. Errors go to the log. */
    invalidate(this: this, key: string): void;

    /** Removes a key on this node (all workers). Errors go to the log. */
    invalidate_local(this: this, key: string): void;

    /**
     * Looks into the node's shared memory alone; starts nothing and moves nothing.
     * @returns seconds left (negative: stale), undefined, value; three times undefined when absent; or undefined and an error.
     */
    probe<T = unknown>(
      this: this,
      key: string,
    ): LuaMultiReturn<[number, undefined, T | undefined] | [undefined, (string | undefined)?, undefined?]>;

    /** Empties the cache of this node, Kong's own entries included. Not for plugins. */
    purge(this: this): void;

    /**
     * Runs the callback whatever is stored, stores what it gives and tells the
     * node's other workers.
     * @returns value, undefined, ttl in seconds; or undefined and an error.
     */
    renew<R extends CacheCallbackReturn, A extends unknown[]>(
      this: this,
      key: string,
      opts: CacheOptions<CachedValue<R>> | undefined,
      cb: (this: void, ...args: A) => R,
      ...args: A
    ): LuaMultiReturn<[CachedValue<R> | undefined, undefined, number] | [undefined, string, undefined?]>;
    renew<T extends SingleValue, A extends unknown[]>(
      this: this,
      key: string,
      opts: CacheOptions<T> | undefined,
      cb: (this: void, ...args: A) => T,
      ...args: A
    ): LuaMultiReturn<[T | undefined, undefined, number] | [undefined, string, undefined?]>;

    /**
     * Writes to the shared memory alone, without evicting others: Kong's warm-up uses it.
     * @returns true; or undefined/false and an error such as `no memory`.
     */
    safe_set(
      this: this,
      key: string,
      value: unknown,
    ): LuaMultiReturn<[true, undefined?] | [boolean | undefined, string]>;
  }
}
