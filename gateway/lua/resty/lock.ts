/**
 * Stands in for lua-resty-lock: a lock that all workers share, kept in a shared dictionary, waited for with growing pauses.
 * Same functions, same return values.
 */
interface Lock {
  dict: SharedDict;
  exptime: number;
  timeout: number;
  step: number;
  ratio: number;
  max_step: number;
  key?: string;
  /** Freed with the lock object: see guard. */
  guard?: unknown;
}

declare function newproxy(metatable: boolean): LuaUserdata;

/** A lock object that is collected while it holds its key gives the key back, as with the original. */
function guard(dict: SharedDict, held: Lock, key: string): unknown {
  const proxy = newproxy(true);
  const metatable = getmetatable(proxy) as unknown as { __gc: (this: void) => void };
  metatable.__gc = () => {
    if (held.key === key) dict.delete(key);
  };
  return proxy;
}

interface Options {
  exptime?: number;
  timeout?: number;
  step?: number;
  ratio?: number;
  max_step?: number;
}

type Result<T> = LuaMultiReturn<[T | undefined, string?]>;

function lock(this: Lock, key: string | undefined): Result<number> {
  if (key === undefined) return $multi(undefined, "nil key");
  if (this.key !== undefined) return $multi(undefined, "locked");
  const dict = this.dict;
  const [taken, err] = dict.add(key, true, this.exptime);
  if (taken === true) {
    this.key = key;
    this.guard = guard(dict, this, key);
    return $multi(0);
  }
  if (err !== "exists") return $multi(undefined, err);
  let step = this.step;
  let timeLeft = this.timeout;
  let elapsed = 0;
  while (timeLeft > 0) {
    if (step > timeLeft) step = timeLeft;
    ngx.sleep(step);
    elapsed = elapsed + step;
    timeLeft = timeLeft - step;
    const [now, failure] = dict.add(key, true, this.exptime);
    if (now === true) {
      this.key = key;
      this.guard = guard(dict, this, key);
      return $multi(elapsed);
    }
    if (failure !== "exists") return $multi(undefined, failure);
    step = step * this.ratio;
    if (step <= 0) step = 0.001;
    if (step > this.max_step) step = this.max_step;
  }
  return $multi(undefined, "timeout");
}

function unlock(this: Lock): Result<number> {
  const key = this.key;
  if (key === undefined) return $multi(undefined, "unlocked");
  const [held] = this.dict.get(key);
  if (held === undefined) {
    this.key = undefined;
    return $multi(undefined, "unlocked");
  }
  const [ok, err] = this.dict.delete(key);
  if (ok !== true) return $multi(undefined, err);
  this.key = undefined;
  return $multi(1);
}

function expire(this: Lock, time?: number): Result<boolean> {
  if (this.key === undefined) return $multi(undefined, "unlocked");
  const [held] = this.dict.get(this.key);
  if (held === undefined) {
    this.key = undefined;
    return $multi(undefined, "unlocked");
  }
  const [ok, err] = this.dict.set(this.key, true, time ?? this.exptime);
  if (ok !== true) return $multi(undefined, err);
  return $multi(true);
}

const methods = { lock, unlock, expire };
const metatable = { __index: methods };

function create(this: unknown, name: string, options?: Options): Result<Lock> {
  const dict = ngx.shared[name];
  if (dict === undefined) return $multi(undefined, "dictionary not found");
  const timeout = options?.timeout ?? 5;
  const exptime = options?.exptime ?? 30;
  const self = {
    dict,
    exptime,
    timeout: timeout > exptime ? exptime : timeout,
    step: options?.step ?? 0.001,
    ratio: options?.ratio ?? 2,
    max_step: options?.max_step ?? 0.5,
  };
  return $multi(setmetatable(self, metatable) as unknown as Lock);
}

const module = { _VERSION: "0.09", new: create, lock, unlock, expire };

export = module;
