-- Transpiled from src/kong/plugins/token-introspection/dpop-dictionary.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____node_memory = require("kong.plugins.token-introspection.node-memory")
local KONGS_CACHE = ____node_memory.KONGS_CACHE
--- All our keys begin so: the dictionary may be one that others use too.
local PREFIX = "token-introspection:dpop:"
--- Expired entries that are looked for at once where there is no memory left.
local EXPIRED_AT_ONCE = 100
--- Stores a value where there is none, atomically for all workers.
--
-- @param seconds until it is forgotten; 0: never.
-- @returns true; or undefined and `exists` or `no memory`.
local function addOnce(name, dictionary, key, value, seconds)
  local added
  local message
  if name == KONGS_CACHE then
    added, message = dictionary:add(key, value, seconds)
  else
    added, message = dictionary:safe_add(key, value, seconds)
    if message == "no memory" and dictionary:flush_expired(EXPIRED_AT_ONCE) > 0 then
      added, message = dictionary:safe_add(key, value, seconds)
    end
  end
  if added == true then
    return true
  end
  return nil, message or "no memory"
end
____exports.PREFIX = PREFIX
____exports.addOnce = addOnce
return ____exports
