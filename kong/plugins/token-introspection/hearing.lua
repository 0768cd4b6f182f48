-- Transpiled from src/kong/plugins/token-introspection/hearing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____node_memory = require("kong.plugins.token-introspection.node-memory")
local LOCKS = ____node_memory.LOCKS
local min = math.min
local now = ngx.now
--- How many events there were, and when the latest was; in the dictionary that no change of configuration empties.
local COUNT_KEY = "token_introspection:forgettings"
local LATEST_KEY = "token_introspection:forgotten"
--- Seconds between two looks at them, and for which an event may be on its way.
local INTERVAL = 1
local heard = { upTo = 0, beyond = {}, awaited = 0, looked = 0 }
local function read(dictionary, key)
  local value = dictionary:get(key)
  return type(value) == "number" and value or 0
end
--- When the latest event was, but never ahead: the clock may have been put back since.
local function readLatest(dictionary, time)
  return min(read(dictionary, LATEST_KEY), time)
end
local function begin(count)
  heard.upTo = count
  heard.awaited = count
  heard.beyond = {}
end
--- Counts one event more on this node.
--
-- @param time of it, in seconds since the epoch.
-- @returns its number; undefined: it cannot be counted, and a worker that misses it will not know.
function ____exports.nextEvent(time)
  local dictionary = ngx.shared[LOCKS]
  if dictionary == nil then
    return nil
  end
  dictionary:set(LATEST_KEY, time)
  local number = dictionary:incr(COUNT_KEY, 1, 0)
  return number
end
--- Takes note of an event's number. It may come twice, or before one with a lower number.
function ____exports.hear(number)
  if number <= heard.upTo then
    return
  end
  heard.beyond[number] = true
  while heard.beyond[heard.upTo + 1] ~= nil do
    heard.upTo = heard.upTo + 1
    heard.beyond[heard.upTo] = nil
  end
end
--- A worker that starts waits for no event until then.
--
-- @returns when the latest was, in seconds since the epoch; 0: there was none.
function ____exports.beginHearing()
  local dictionary = ngx.shared[LOCKS]
  if dictionary == nil then
    return 0
  end
  begin(read(dictionary, COUNT_KEY))
  return readLatest(dictionary, now())
end
--- Looks, once a second, for an event that has not come although it was there a second ago.
--
-- @returns when the latest event was, in seconds since the epoch, once for what was missed; undefined: nothing was.
function ____exports.missedUntil()
  local time = now()
  if time >= heard.looked and time - heard.looked < INTERVAL then
    return nil
  end
  heard.looked = time
  local dictionary = ngx.shared[LOCKS]
  if dictionary == nil then
    return nil
  end
  local count = read(dictionary, COUNT_KEY)
  if count == heard.upTo then
    return nil
  end
  local latest = readLatest(dictionary, time)
  if heard.awaited > heard.upTo or count < heard.upTo or time - latest >= INTERVAL then
    begin(count)
    return latest > 0 and latest or time
  end
  heard.awaited = count
  return nil
end
return ____exports
