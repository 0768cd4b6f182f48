-- Transpiled from src/kong/plugins/token-introspection/expiry.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Takes expired entries out of the worker's memory. Kong's cache drops nothing there before it has 500,000 entries: with ever new tokens a worker would grow to
-- more than a gigabyte of what nobody can use any more. No function of Kong's drops a key in one worker alone (`invalidate_local` tells all of them,
-- which is an event for each), so this asks what lies beneath, lua-resty-mlcache's LRU list, where it is, as in Kong 3.0 to 3.9.
--
-- No timer: each key that comes takes two that have expired along.
local floor = math.floor
local max = math.max
local min = math.min
local now = ngx.now
--- More than one, so that what has expired is gone before as much is there anew.
local KEYS_AT_ONCE = 2
--- Seconds that are looked at together at most: after a night without a request there are many, and nothing in them.
local SECONDS_AT_ONCE = 100
--- Keys that are noted at most: Kong's cache holds no more in a worker, and drops the least used itself.
local MOST_KEYS = 500000
--- The keys by the second, since the epoch, at whose end they have expired at the latest.
local due = {}
--- The first second whose keys may still be there.
local oldest = 0
--- How many keys are noted.
local count = 0
--- The worker's list; undefined where it is not what is expected: nothing is dropped then.
local function shelf()
  local ____opt_0 = kong.cache.mlcache
  local lru = ____opt_0 and ____opt_0.lru
  if lru == nil or type(lru) ~= "table" then
    return nil
  end
  if type(lru.get) ~= "function" or type(lru.delete) ~= "function" then
    return nil
  end
  return lru
end
--- Drops some of these keys, but for those that were stored anew.
local function dropSome(from, keys)
  for _ = 1, KEYS_AT_ONCE do
    local key = table.remove(keys)
    if key == nil then
      return
    end
    count = count - 1
    if from:get(key) == nil then
      from:delete(key)
    end
  end
end
--- Drops some of the keys that have expired before this second.
local function dropExpired(from, second)
  for candidate = oldest, min(second, oldest + SECONDS_AT_ONCE) - 1 do
    local keys = due[candidate]
    if keys ~= nil then
      dropSome(from, keys)
      if #keys > 0 then
        return
      end
      due[candidate] = nil
    end
    oldest = candidate + 1
  end
end
--- Takes note of a key that Kong's cache has put into this worker's memory, and drops some that have expired.
--
-- @param until seconds since the epoch at which it will have expired, at the latest.
function ____exports.noteExpiry(key, ____until)
  local from = shelf()
  if from == nil then
    return
  end
  local second = floor(now())
  if oldest == 0 then
    oldest = second
  end
  dropExpired(from, second)
  if count >= MOST_KEYS then
    return
  end
  count = count + 1
  local last = max(floor(____until), second, oldest)
  local keys = due[last]
  if keys == nil then
    due[last] = { key }
  else
    keys[#keys + 1] = key
  end
end
return ____exports
