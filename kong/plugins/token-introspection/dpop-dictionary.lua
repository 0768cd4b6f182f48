-- Transpiled from src/kong/plugins/token-introspection/dpop-dictionary.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- All our keys begin so: the dictionary may be one that others use too.
local PREFIX = "token-introspection:dpop:"
--- Kong's own cache. It is full of answers that can be had again: there the oldest entry may go. In any other dictionary an entry that goes before
-- its time could be the proof that is replayed next, so a full one takes nothing more. And Kong empties it with every change of declarative
-- configuration, which happens to no other.
local KONGS_CACHE = "kong_db_cache"
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
____exports.KONGS_CACHE = KONGS_CACHE
____exports.PREFIX = PREFIX
____exports.addOnce = addOnce
return ____exports
