-- Transpiled from src/kong/plugins/token-introspection/within.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local mustBeLeftAlone, hadTime, keepPlaces, giveBackPlaces, settle, now, LONGEST_LOOK_UP
local ____answer = require("kong.plugins.token-introspection.answer")
local unexpected = ____answer.unexpected
local ____breaker = require("kong.plugins.token-introspection.breaker")
local breakerClose = ____breaker.breakerClose
local breakerFail = ____breaker.breakerFail
local ____call = require("kong.plugins.token-introspection.call")
local CONNECTING = ____call.CONNECTING
local overdue = ____call.overdue
local ____in_flight = require("kong.plugins.token-introspection.in-flight")
local givePlaceBack = ____in_flight.givePlaceBack
local keepPlace = ____in_flight.keepPlace
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
function mustBeLeftAlone(call)
  return call.stage == CONNECTING and ngx.get_phase() == "timer"
end
function hadTime(call)
  return call.deadline - call.started >= call.question.timeout / 2000
end
function keepPlaces(call)
  for server, place in pairs(call.places) do
    keepPlace(server, place, now() + LONGEST_LOOK_UP)
  end
end
function giveBackPlaces(call)
  for server, place in pairs(call.places) do
    givePlaceBack(server, place)
  end
end
function settle(call)
  if call.background then
    return
  end
  for server, answered in pairs(call.asked) do
    if answered then
      breakerClose(call.question, server)
    elseif hadTime(call) then
      breakerFail(call.question, server)
    end
  end
end
local max = math.max
now = ngx.now
LONGEST_LOOK_UP = 60
--- Runs a call in a light thread of its own until its deadline, and draws up the accounts afterwards, however it ended: the circuit breaker's,
-- and that of the calls in flight. Never raises. Phases: those that may wait.
--
-- @param run gives something, never undefined.
-- @returns what `run` gave; or a failure when it raised or its time was over.
function ____exports.runWithin(call, run)
  local outcome
  local leftAlone = false
  local thread = ngx.thread.spawn(function()
    local good, result = pcall(run)
    outcome = good and result or unexpected("error in the plugin: " .. printable(tostring(result)))
  end)
  if outcome == nil then
    local alarm = ngx.thread.spawn(function()
      return ngx.sleep(max(0, call.deadline - now()))
    end)
    ngx.thread.wait(thread, alarm)
    call.ended = true
    leftAlone = outcome == nil and mustBeLeftAlone(call)
    if not leftAlone then
      ngx.thread.kill(outcome == nil and thread or alarm)
    end
  end
  if leftAlone then
    keepPlaces(call)
  else
    giveBackPlaces(call)
  end
  settle(call)
  return outcome or overdue(call)
end
return ____exports
