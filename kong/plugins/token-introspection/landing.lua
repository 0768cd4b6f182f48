-- Transpiled from src/kong/plugins/token-introspection/landing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local cjson = require("cjson.safe")
local ____node_memory = require("kong.plugins.token-introspection.node-memory")
local LOCKS = ____node_memory.LOCKS
local find = string.find
local format = string.format
local now = ngx.now
local sub = string.sub
local json = cjson.new()
local PREFIX = "token_introspection:landed:"
--- Seconds for which the note is kept: whoever waits for it looks several times a second.
local LIFETIME = 1
--- Longest note, in bytes: the dictionary is for locks, and small.
local LONGEST = 64 * 1024
--- Tells the others. What is too long, or has no room in the dictionary, is not told: they ask for themselves then.
--
-- @param key of what was asked, by whom it is waited for.
-- @param outcome a table that JSON can hold.
function ____exports.noteLanding(key, outcome)
  local text = json.encode(outcome)
  if text == nil or #text > LONGEST then
    return
  end
  local ____opt_0 = ngx.shared[LOCKS]
  if ____opt_0 ~= nil then
    ____opt_0:safe_set(PREFIX .. key, format("%.17g\n%s", now(), text), LIFETIME)
  end
end
--- What another worker's call has brought since then.
--
-- @param time seconds since the epoch at which the waiting began. What came in the same thousandth came before.
function ____exports.landedSince(key, time)
  local dictionary = ngx.shared[LOCKS]
  if dictionary == nil then
    return nil
  end
  local note = dictionary:get(PREFIX .. key)
  if type(note) ~= "string" then
    return nil
  end
  local ____end = find(note, "\n", 1, true)
  if ____end == nil or (tonumber(sub(note, 1, ____end - 1)) or 0) <= time then
    return nil
  end
  local outcome = json.decode(sub(note, ____end + 1))
  return outcome
end
return ____exports
