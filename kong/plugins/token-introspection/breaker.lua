-- Transpiled from src/kong/plugins/token-introspection/breaker.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____node_memory = require("kong.plugins.token-introspection.node-memory")
local nodeMemory = ____node_memory.nodeMemory
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
local ceil = math.ceil
local max = math.max
local PREFIX = "token_introspection:breaker:"
local function keyOf(what, settings, server)
  return ((((PREFIX .. what) .. ":") .. server) .. ":") .. settings.way
end
local function failuresKey(settings, server)
  return keyOf("failures", settings, server)
end
local function openKey(settings, server)
  return keyOf("open", settings, server)
end
local function probeKey(settings, server)
  return keyOf("probe", settings, server)
end
--- Whether a server may be asked. Closed: always. Open: not for `breaker_timeout` seconds. Half-open: one call of the node, the probe.
--
-- A server's failures are counted for all configurations together that reach it in the same way; each judges them by its own threshold.
--
-- @param budget seconds that the call may take: a probe whose end nobody saw is forgotten after them.
-- @returns undefined: it may be asked; else the seconds until asking again makes sense. And whether this call is the probe.
function ____exports.breakerRefuses(settings, server, budget)
  local state = nodeMemory()
  if settings.breaker_threshold == 0 or state == nil then
    return nil, false
  end
  local failures = state:get(failuresKey(settings, server))
  if type(failures) ~= "number" or failures < settings.breaker_threshold then
    return nil, false
  end
  local left = state:ttl(openKey(settings, server))
  if left ~= nil and left > 0 then
    return max(1, ceil(left)), false
  end
  local probing, message = state:add(probeKey(settings, server), true, budget + 1)
  if not probing and message == "exists" then
    return max(1, ceil(settings.breaker_timeout)), false
  end
  return nil, probing
end
--- A probe did not come to ask: another call may.
function ____exports.breakerGiveBack(settings, server)
  local ____opt_0 = nodeMemory()
  if ____opt_0 ~= nil then
    ____opt_0:delete(probeKey(settings, server))
  end
end
--- A server gave an HTTP answer: the breaker closes.
function ____exports.breakerClose(settings, server)
  local state = nodeMemory()
  if settings.breaker_threshold == 0 or state == nil then
    return
  end
  local failures = state:get(failuresKey(settings, server))
  if type(failures) ~= "number" then
    return
  end
  state:delete(failuresKey(settings, server))
  state:delete(openKey(settings, server))
  state:delete(probeKey(settings, server))
  if failures >= settings.breaker_threshold and (state:add(keyOf("closed", settings, server), true, 1)) then
    kong.log.notice(("the authorization server " .. printable(server)) .. " answers again: it is asked as usual")
  end
end
--- A call brought no answer at all. After `breaker_threshold` of them in a row the breaker opens; after a failed probe it opens again.
function ____exports.breakerFail(settings, server)
  local state = nodeMemory()
  if settings.breaker_threshold == 0 or state == nil then
    return
  end
  local failures = state:incr(failuresKey(settings, server), 1, 0)
  if failures == nil or failures < settings.breaker_threshold then
    return
  end
  state:add(openKey(settings, server), true, settings.breaker_timeout)
  state:delete(probeKey(settings, server))
  if failures == settings.breaker_threshold then
    kong.log.warn(
      (
        ((("the authorization server " .. printable(server)) .. " gave no answer ") .. tostring(failures))
        .. " times in a row: it is not asked for "
      )
        .. tostring(settings.breaker_timeout)
        .. " s, then by one call at a time until it answers; see whether it runs and can be reached from here"
    )
  end
end
return ____exports
