/**
 * kong.cache: a value is looked for in the worker's memory (hit level 1), then in a shared dictionary (2), then asked of a callback under a lock that all
 * workers share (3), or, where the callback fails, an outlived value is served again (4). Misses lie in a dictionary of their own.
 */
import bits = require("bit");
import buffer = require("string.buffer");
import lrucache = require("resty.lrucache");
import restyLock = require("../resty/lock");
import { broadcast, subscribe } from "./worker_events";

interface Options {
  ttl?: number;
  neg_ttl?: number;
  resurrect_ttl?: number;
  l1_serializer?: (this: void, value: unknown) => LuaMultiReturn<[unknown, string?]>;
  shm_set_tries?: number;
}

interface Settled {
  ttl: number;
  negativeTtl: number;
  resurrectTtl: number;
  serializer: Options["l1_serializer"];
  tries: number;
}

type Callback = (this: void, ...args: unknown[]) => LuaMultiReturn<[unknown, unknown?, number?]>;
type Found = LuaMultiReturn<[unknown, string?, (number | undefined)?]>;

interface Cache {
  name: string;
  dict: SharedDict;
  miss: SharedDict;
  /** Where Kong has its list of what is in the worker's memory. */
  mlcache: { lru: LruCache };
  ttl: number;
  neg_ttl: number;
  resurrect_ttl: number;
}

type Protected = (this: void, fn: unknown, ...args: unknown[]) => LuaMultiReturn<[boolean, unknown, unknown, unknown]>;
const protectedCall = pcall as unknown as Protected;
const tracedCall = xpcall as unknown as Protected;

/** Stands for "known to be absent" in the worker's memory. */
const MISS = {};
const LRU_SIZE = 500000;
const STALE_FLAG = 1;
const NO_TTL_FLAG = 2;
const LOCK_PREFIX = "lua-resty-mlcache:lock:";
const EVENT = "mlcache:invalidations:";
const PURGE_EVENT = "mlcache:purge:";

const CACHEABLE: LuaSet<string> = new LuaSet();
for (const kind of ["nil", "number", "boolean", "string", "table"]) CACHEABLE.add(kind);

function hasFlag(flags: unknown, flag: number): boolean {
  return typeof flags === "number" && bits.band(bits.band(flags, 0xffff), flag) !== 0;
}

function versionOf(flags: unknown): number {
  return typeof flags === "number" ? bits.band(bits.rshift(flags, 16), 0xffff) : 0;
}

function checkNumber(name: string, value: unknown, lowest: number): void {
  if (value === undefined) return;
  if (typeof value !== "number") error(`opts.${name} must be a number`, 5);
  if (value < lowest) error(`opts.${name} must be >= ${lowest}`, 5);
}

function settle(self: Cache, options: unknown): Settled {
  if (options !== undefined && type(options) !== "table") error("opts must be a table", 4);
  const given = (options ?? {}) as Options;
  checkNumber("ttl", given.ttl, 0);
  checkNumber("neg_ttl", given.neg_ttl, 0);
  checkNumber("resurrect_ttl", given.resurrect_ttl, 0);
  if (given.l1_serializer !== undefined && type(given.l1_serializer) !== "function")
    error("opts.l1_serializer must be a function", 4);
  checkNumber("shm_set_tries", given.shm_set_tries, 1);
  return {
    ttl: given.ttl ?? self.ttl,
    negativeTtl: given.neg_ttl ?? self.neg_ttl,
    resurrectTtl: given.resurrect_ttl ?? self.resurrect_ttl,
    serializer: given.l1_serializer,
    tries: given.shm_set_tries ?? 3,
  };
}

/** Puts a value into the worker's memory, nil as MISS; gives back what it put. */
function setLocal(
  self: Cache,
  key: string,
  given: unknown,
  ttl: number,
  negativeTtl: number,
  serializer: Options["l1_serializer"],
): LuaMultiReturn<[unknown, string?]> {
  let value = given;
  let lifetime: number | undefined = ttl;
  if (value === undefined) {
    value = MISS;
    lifetime = negativeTtl;
  } else if (serializer !== undefined) {
    const [ok, serialized, err] = protectedCall(serializer, value);
    if (!ok) return $multi(undefined, `l1_serializer threw an error: ${tostring(serialized)}`);
    if (err !== undefined) return $multi(undefined, tostring(err));
    if (serialized === undefined) return $multi(undefined, "l1_serializer returned a nil value");
    value = serialized;
  }
  if (lifetime === 0) lifetime = undefined;
  self.mlcache.lru.set(key, value, lifetime);
  return $multi(value);
}

/** Raises, like Kong, where the value cannot be stored: the caller's lock then stays until it expires. */
function setShared(
  self: Cache,
  sharedKey: string,
  value: unknown,
  ttl: number,
  negativeTtl: number,
  givenFlags: number,
  tries: number,
): LuaMultiReturn<[boolean | undefined, string?]> {
  if (!CACHEABLE.has(type(value))) error(`cannot cache value of type ${type(value)}`);
  const encoded = buffer.encode(value);
  let dict = self.dict;
  let dictName = self.name;
  let lifetime = ttl;
  if (value === undefined) {
    lifetime = negativeTtl;
    dict = self.miss;
    dictName = `${self.name}_miss`;
  }
  const flags = lifetime === 0 ? bits.bor(givenFlags, NO_TTL_FLAG) : givenFlags;
  let ok: boolean | undefined;
  let err: string | undefined;
  for (const attempt of $range(1, tries)) {
    [ok, err] = dict.set(sharedKey, encoded, lifetime, flags);
    if (ok === true || err !== "no memory" || attempt === tries) break;
  }
  if (ok !== true) {
    if (err !== "no memory") return $multi(undefined, `could not write to lua_shared_dict '${dictName}': ${err}`);
    ngx.log(
      ngx.WARN,
      `could not write to lua_shared_dict '${dictName}' after ${tries} tries (no memory), it is either fragmented or cannot allocate more memory, consider increasing 'opts.shm_set_tries'`,
    );
  }
  return $multi(true);
}

function store(
  self: Cache,
  key: string,
  sharedKey: string,
  value: unknown,
  ttl: number,
  negativeTtl: number,
  flags: number,
  tries: number,
  serializer: Options["l1_serializer"],
): LuaMultiReturn<[unknown, string?]> {
  const [ok, err] = setShared(self, sharedKey, value, ttl, negativeTtl, flags, tries);
  if (ok !== true) return $multi(undefined, err);
  return setLocal(self, key, value, ttl, negativeTtl, serializer);
}

/** Looks in the shared dictionaries: value (nil and MISS differ), error, whether it outlived its ttl, whether it had been resurrected. */
function getShared(
  self: Cache,
  key: string,
  sharedKey: string,
  serializer: Options["l1_serializer"],
): LuaMultiReturn<[unknown, string?, boolean?, boolean?]> {
  let dict = self.dict;
  let [encoded, flags, wentStale] = dict.get_stale(sharedKey);
  if (encoded === undefined && flags !== undefined)
    return $multi(undefined, `could not read from lua_shared_dict: ${flags}`);
  if (encoded === undefined) {
    dict = self.miss;
    [encoded, flags, wentStale] = dict.get_stale(sharedKey);
    if (encoded === undefined && flags !== undefined)
      return $multi(undefined, `could not read from lua_shared_dict: ${flags}`);
  }
  if (encoded === undefined) return $multi(undefined);
  const [ok, value] = pcall(buffer.decode, encoded as string);
  if (!ok) return $multi(undefined, `could not deserialize value after lua_shared_dict retrieval: ${tostring(value)}`);
  if (wentStale === true) return $multi(value, undefined, true);
  const resurrected = hasFlag(flags, STALE_FLAG);
  let left = 0;
  if (!hasFlag(flags, NO_TTL_FLAG)) {
    const [ttl] = dict.ttl(sharedKey);
    if (ttl === undefined || ttl <= 0) return $multi(value, undefined, undefined, resurrected);
    left = ttl;
  }
  const [stored, err] = setLocal(self, key, value, left, left, serializer);
  if (err !== undefined) return $multi(undefined, err);
  return $multi(stored, undefined, undefined, resurrected);
}

interface HeldLock {
  unlock(): LuaMultiReturn<[number | undefined, string?]>;
  lock(key: string): LuaMultiReturn<[number | undefined, string?]>;
}

function unlockAnd(lock: HeldLock, value: unknown, err?: string, level?: number): Found {
  const [ok, failure] = lock.unlock();
  if (ok === undefined && failure !== "unlocked") return $multi(undefined, `could not unlock callback: ${failure}`);
  return $multi(value, err, level);
}

/** MISS is an inner value: callers see nil. */
function visible(value: unknown): unknown {
  return value === MISS ? undefined : value;
}

function runCallback(
  self: Cache,
  key: string,
  sharedKey: string,
  stale: unknown,
  settled: Settled,
  wentStale: boolean,
  callback: Callback,
  ...args: unknown[]
): Found {
  const [lock, lockError] = restyLock.new("kong_locks");
  if (lock === undefined) return $multi(undefined, `could not create lock: ${lockError}`);
  const held = lock as unknown as HeldLock;
  const [elapsed, waitError] = held.lock(LOCK_PREFIX + sharedKey);
  if (elapsed === undefined && waitError !== "timeout")
    return $multi(undefined, `could not acquire callback lock: ${waitError}`);
  const [second, err, secondStale, resurrected] = getShared(self, key, sharedKey, settled.serializer);
  if (err !== undefined) return unlockAnd(held, undefined, err);
  if (second !== undefined && secondStale !== true)
    return unlockAnd(held, visible(second), undefined, resurrected === true ? 4 : 2);
  if (waitError === "timeout") {
    const message = "could not acquire callback lock: timeout";
    if (!wentStale) return $multi(undefined, message);
    ngx.log(ngx.WARN, message);
    return $multi(stale, undefined, 4);
  }
  const [ok, value, failure, ttl] = tracedCall(callback, debug.traceback, ...args);
  if (!ok) return unlockAnd(held, undefined, `callback threw an error: ${tostring(value)}`);
  if (failure !== undefined && failure !== false) {
    const text = tostring(failure);
    if (!wentStale) return unlockAnd(held, value, text);
    ngx.log(
      ngx.WARN,
      `callback returned an error (${text}) but stale value found in shm will be resurrected for ${settled.resurrectTtl}s (resurrect_ttl)`,
    );
    const [kept, keepError] = store(
      self,
      key,
      sharedKey,
      stale,
      settled.resurrectTtl,
      settled.resurrectTtl,
      STALE_FLAG,
      settled.tries,
      settled.serializer,
    );
    if (keepError !== undefined) ngx.log(ngx.WARN, `could not resurrect stale data (${keepError})`);
    return unlockAnd(held, visible(kept), undefined, 4);
  }
  let lifetime = settled.ttl;
  let negativeLifetime = settled.negativeTtl;
  if (typeof ttl === "number") {
    if (ttl < 0) return unlockAnd(held, value, undefined, 3);
    if (value === undefined) negativeLifetime = ttl;
    else lifetime = ttl;
  }
  const [stored, storeError] = store(
    self,
    key,
    sharedKey,
    value,
    lifetime,
    negativeLifetime,
    0,
    settled.tries,
    settled.serializer,
  );
  if (storeError !== undefined) return unlockAnd(held, undefined, storeError);
  return unlockAnd(held, visible(stored), undefined, 3);
}

function getRaw(self: Cache, key: string, options: unknown, callback: Callback | undefined, ...args: unknown[]): Found {
  if (callback !== undefined && type(callback) !== "function") error("callback must be nil or a function", 3);
  const [local] = self.mlcache.lru.get(key);
  if (local === MISS) return $multi(undefined, undefined, 1);
  if (local !== undefined) return $multi(local, undefined, 1);
  const sharedKey = self.name + key;
  const settled = settle(self, options);
  const [found, err, wentStale, resurrected] = getShared(self, key, sharedKey, settled.serializer);
  if (err !== undefined) return $multi(undefined, err);
  if (found !== undefined && wentStale !== true) return $multi(visible(found), undefined, resurrected === true ? 4 : 2);
  if (callback === undefined) return $multi(undefined, undefined, -1);
  return runCallback(self, key, sharedKey, found, settled, wentStale === true, callback, ...args);
}

/** Value, error, hit level; without a callback it only looks (level -1: not there). */
function get(this: Cache, key: string, options?: unknown, callback?: Callback, ...args: unknown[]): Found {
  if (typeof key !== "string") error("key must be a string", 2);
  const [value, err, level] = getRaw(this, key, options, callback, ...args);
  if (err !== undefined) return $multi(undefined, `failed to get from node cache: ${err}`);
  return $multi(value, undefined, level);
}

/** Remaining ttl, error and value of the node's level, without touching the worker's. */
function probe(this: Cache, key: string): LuaMultiReturn<[number | undefined, string?, unknown?]> {
  if (typeof key !== "string") error("key must be a string", 2);
  const sharedKey = this.name + key;
  let dict = this.dict;
  let [encoded, flags, wentStale] = dict.get_stale(sharedKey);
  if (encoded === undefined && flags === undefined) {
    dict = this.miss;
    [encoded, flags, wentStale] = dict.get_stale(sharedKey);
  }
  if (encoded === undefined && flags !== undefined)
    return $multi(undefined, `failed to probe from node cache: could not read from lua_shared_dict: ${flags}`);
  if (encoded === undefined || wentStale === true) return $multi(undefined);
  const [ok, value] = pcall(buffer.decode, encoded as string);
  if (!ok)
    return $multi(
      undefined,
      `failed to probe from node cache: could not deserialize value after lua_shared_dict retrieval: ${tostring(value)}`,
    );
  const [ttl] = dict.ttl(sharedKey);
  return $multi(ttl, undefined, value);
}

function renewRaw(
  self: Cache,
  key: string,
  options: unknown,
  callback: Callback | undefined,
  ...args: unknown[]
): Found {
  const settled = settle(self, options);
  if (callback === undefined || type(callback) !== "function") error("callback must be a function", 3);
  const sharedKey = self.name + key;
  const [before, beforeFlags] = self.dict.get_stale(sharedKey);
  const [, missFlags] = self.miss.get_stale(sharedKey);
  const versionBefore = versionOf(before === undefined ? missFlags : beforeFlags);
  const [lock, lockError] = restyLock.new("kong_locks");
  if (lock === undefined) return $multi(undefined, `could not create lock: ${lockError}`);
  const held = lock as unknown as HeldLock;
  const [elapsed, waitError] = held.lock(LOCK_PREFIX + sharedKey);
  if (elapsed === undefined && waitError !== "timeout")
    return $multi(undefined, `could not acquire callback lock: ${waitError}`);
  let [after, flags] = self.dict.get_stale(sharedKey);
  const isHit = after !== undefined;
  if (!isHit) [after, flags] = self.miss.get_stale(sharedKey);
  const isMiss = !isHit && after !== undefined;
  const versionAfter = versionOf(flags);
  if (flags !== undefined && versionBefore !== versionAfter && after !== undefined) {
    const [left] = (isMiss ? self.miss : self.dict).ttl(sharedKey);
    if (left !== undefined) {
      const value = buffer.decode(after as string);
      if (waitError === undefined) return unlockAnd(held, value, undefined, left);
      return $multi(value, undefined, left);
    }
  }
  if (waitError === "timeout") return $multi(undefined, "could not acquire callback lock: timeout");
  const [ok, data, failure, ttl] = tracedCall(callback, debug.traceback, ...args);
  if (!ok) return unlockAnd(held, undefined, `callback threw an error: ${tostring(data)}`);
  if (failure !== undefined && failure !== false) return unlockAnd(held, data, tostring(failure));
  let lifetime = settled.ttl;
  let negativeLifetime = settled.negativeTtl;
  if (typeof ttl === "number") {
    if (ttl < 0) return unlockAnd(held, data, undefined, ttl);
    if (data === undefined) negativeLifetime = ttl;
    else lifetime = ttl;
  }
  let version = 0;
  if (data !== undefined) version = versionAfter >= 65535 ? 1 : versionAfter + 1;
  const [stored, storeError] = store(
    self,
    key,
    sharedKey,
    data,
    lifetime,
    negativeLifetime,
    bits.lshift(version, 16),
    settled.tries,
    settled.serializer,
  );
  if (storeError !== undefined) return unlockAnd(held, undefined, storeError);
  if (stored === MISS) {
    if (isHit) self.dict.delete(sharedKey);
  } else if (isMiss) {
    self.miss.delete(sharedKey);
  }
  broadcast(EVENT + self.name, key);
  return unlockAnd(held, visible(stored), undefined, stored === MISS ? negativeLifetime : lifetime);
}

/** Asks the callback whatever is there, writes its answer for all workers: value, error, ttl. */
function renew(this: Cache, key: string, options: unknown, callback: Callback, ...args: unknown[]): Found {
  if (typeof key !== "string") error("key must be a string", 2);
  const [value, err, ttl] = renewRaw(this, key, options, callback, ...args);
  if (err !== undefined) return $multi(undefined, `failed to renew key in node cache: ${err}`);
  return $multi(value, undefined, ttl);
}

function safeSet(this: Cache, key: string, value: unknown): LuaMultiReturn<[boolean | undefined, string?]> {
  return this.dict.safe_set(this.name + key, buffer.encode(value), this.ttl, this.ttl === 0 ? NO_TTL_FLAG : 0);
}

function invalidateLocal(this: Cache, key: string): void {
  if (typeof key !== "string") error("key must be a string", 2);
  const sharedKey = this.name + key;
  this.dict.delete(sharedKey);
  this.miss.delete(sharedKey);
  this.mlcache.lru.delete(key);
  broadcast(EVENT + this.name, key);
}

function purge(this: Cache): void {
  this.dict.flush_all();
  this.miss.flush_all();
  this.dict.flush_expired();
  this.miss.flush_expired();
  this.mlcache.lru.flush_all();
  broadcast(PURGE_EVENT + this.name, "");
}

function getBulk(this: Cache): never {
  return error("kong.cache:get_bulk is not part of the development gateway", 2);
}

const methods = {
  get,
  probe,
  renew,
  safe_set: safeSet,
  invalidate_local: invalidateLocal,
  invalidate: invalidateLocal,
  purge,
  get_bulk: getBulk,
};
const metatable = { __index: methods };

/** A cache over the shared dictionaries `name` and `name_miss`; it hears of other workers' changes from init_worker on. */
function newCache(name: string): unknown {
  const dict = ngx.shared[name];
  const miss = ngx.shared[`${name}_miss`];
  if (dict === undefined || miss === undefined) error(`shared dictionary ${name} not found`);
  const [lru] = lrucache.new(LRU_SIZE);
  // Kong without a database keeps what has no ttl of its own for ever.
  const self: Cache = { name, dict, miss, mlcache: { lru }, ttl: 0, neg_ttl: 0, resurrect_ttl: 30 };
  subscribe(EVENT + name, (key) => {
    lru.delete(key);
  });
  subscribe(PURGE_EVENT + name, () => {
    lru.flush_all();
  });
  return setmetatable(self, metatable);
}

export { newCache };
