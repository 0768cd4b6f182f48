-- Transpiled from src/kong/plugins/token-introspection/node-lock.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local locks = require("resty.lock")
local ____node_memory = require("kong.plugins.token-introspection.node-memory")
local LOCKS = ____node_memory.LOCKS
local max = math.max
local min = math.min
local now = ngx.now
--- Longest pause, in seconds, between two tries to get it: an answer that has come must not wait long for being found.
local LONGEST_STEP = 0.02
--- Seconds after which the lock goes by itself at the latest: a worker that dies cannot give it back. It goes after half of what may be waited for it, so that
-- whoever waits still has the other half to ask in.
local LONGEST_LIFETIME = 1
local SHORTEST_LIFETIME = 0.05
--- Part of its lifetime after which its holder says that it still holds it.
local RENEWAL = 0.4
--- Takes the lock.
--
-- @param patience seconds since the epoch until when it is waited for, not longer from now than a lock lasts.
-- @param deadline seconds since the epoch until when it is held, at most.
-- @returns undefined and `timeout`, or what else went wrong.
function ____exports.takeLock(key, patience, deadline)
  local time = now()
  local lifetime = min(LONGEST_LIFETIME, max((deadline - time) / 2, SHORTEST_LIFETIME))
  local lock, message = locks:new(LOCKS, {
    timeout = max(patience - time, 0),
    exptime = lifetime,
    max_step = LONGEST_STEP,
  })
  if lock == nil then
    return nil, message or "no lock"
  end
  local waited, reason = lock:lock(key)
  if waited == nil then
    return nil, reason or "no lock"
  end
  local keeper = ngx.thread.spawn(function()
    while now() < deadline do
      ngx.sleep(lifetime * RENEWAL)
      lock:expire(lifetime)
    end
  end)
  return { lock = lock, keeper = keeper }
end
--- Gives it back.
function ____exports.giveBack(held)
  ngx.thread.kill(held.keeper)
  held.lock:unlock()
end
return ____exports
