-- Transpiled from src/kong/plugins/token-introspection/landing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- That a token was found inactive, which may not be cached: told to those of this node's other workers who waited for it meanwhile, as the waiters of a
-- flight are told in its own worker. For nobody else: who comes later asks anew.
local now = ngx.now
--- Kong's dictionary for locks: small entries that go by themselves.
local DICTIONARY = "kong_locks"
local PREFIX = "token_introspection:inactive:"
--- Seconds for which the note is kept: whoever waited for the lock gets it within some hundredths.
local LIFETIME = 1
---
-- @param key of the token's entry in the cache.
function ____exports.noteInactive(key)
  local ____opt_0 = ngx.shared[DICTIONARY]
  if ____opt_0 ~= nil then
    ____opt_0:set(PREFIX .. key, now(), LIFETIME)
  end
end
--- Whether the token was found inactive since then.
--
-- @param time seconds since the epoch.
function ____exports.wasInactiveSince(key, time)
  local dictionary = ngx.shared[DICTIONARY]
  if dictionary == nil then
    return false
  end
  local noted = dictionary:get(PREFIX .. key)
  return type(noted) == "number" and noted >= time
end
return ____exports
