-- Transpiled from src/kong/plugins/token-introspection/landing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local cjson = require("cjson.safe")
local now = ngx.now
--- Kong's dictionary for locks: small entries that go by themselves.
local DICTIONARY = "kong_locks"
local PREFIX = "token_introspection:landed:"
--- Seconds for which the note is kept: whoever waits for it looks several times a second.
local LIFETIME = 1
--- Tells the others. Where Kong's dictionary is full they are not told, and ask for themselves: no lock in it makes room for this.
--
-- @param key of what was asked, by whom it is waited for.
-- @param outcome a table that JSON can hold.
function ____exports.noteLanding(key, outcome)
  local landing = {
    time = now(),
    outcome = outcome,
  }
  local text = cjson.encode(landing)
  if text ~= nil then
    local ____opt_0 = ngx.shared[DICTIONARY]
    if ____opt_0 ~= nil then
      ____opt_0:safe_set(PREFIX .. key, text, LIFETIME)
    end
  end
end
--- What another worker's call has brought since then.
--
-- @param time seconds since the epoch at which the waiting began.
function ____exports.landedSince(key, time)
  local dictionary = ngx.shared[DICTIONARY]
  if dictionary == nil then
    return nil
  end
  local text = dictionary:get(PREFIX .. key)
  if type(text) ~= "string" then
    return nil
  end
  local decoded = cjson.decode(text)
  local landing = decoded
  return landing ~= nil and landing.time >= time and landing.outcome or nil
end
return ____exports
