-- Transpiled from src/kong/plugins/token-introspection/flight.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local semaphores = require("ngx.semaphore")
local ____background = require("kong.plugins.token-introspection.background")
local runInBackground = ____background.runInBackground
local max = math.max
local min = math.min
local now = ngx.now
--- Seconds after which whoever waits for a flight that has not begun carries it himself: nginx says of a timer that it is set, and drops it when its turn comes
-- and there is no connection or no running timer to be had for it.
local PATIENCE = 0.1
--- No flights yet.
function ____exports.createFlights()
  return { underWay = {} }
end
local function land(flights, key, flight, outcome)
  flight.outcome = outcome
  if flights.underWay[key] == flight then
    flights.underWay[key] = nil
  end
  if flight.waiting > 0 then
    flight.landed:post(flight.waiting)
  end
end
--- Carries a flight, unless somebody does already.
local function fly(flights, key, flight)
  if flight.begun then
    return
  end
  flight.begun = true
  local good, result = pcall(flight.journey, flight.deadline)
  local ____good_0
  if good then
    ____good_0 = result
  else
    ____good_0 = flight.failed(tostring(result))
  end
  local outcome = ____good_0
  land(flights, key, flight, outcome)
end
local function start(flights, key, deadline, journey, failed)
  local landed, message = semaphores.new()
  if landed == nil then
    return nil, message or "no semaphore"
  end
  local flight = {
    landed = landed,
    deadline = deadline,
    waiting = 0,
    journey = journey,
    failed = failed,
    begun = false,
    outcome = nil,
  }
  flights.underWay[key] = flight
  if not runInBackground(function()
    return fly(flights, key, flight)
  end) then
    fly(flights, key, flight)
  end
  return flight
end
--- Waits until a flight has landed, so many seconds at most.
local function wait(flight, seconds)
  flight.waiting = flight.waiting + 1
  ngx.thread.wait(ngx.thread.spawn(function()
    return flight.landed:wait(max(0, seconds))
  end))
  flight.waiting = flight.waiting - 1
end
local function current(flights, key)
  local flight = flights.underWay[key]
  return flight ~= nil and now() < flight.deadline + 1 and flight or nil
end
--- Waits for the flight with this key, and starts it if there is none.
--
-- @param deadline seconds since the epoch at which this request stops waiting.
-- @param failed makes an outcome of what went wrong with the flight itself.
-- @returns undefined when the deadline came first.
function ____exports.join(flights, key, deadline, journey, failed)
  local flight = current(flights, key)
  if flight == nil then
    local started, message = start(flights, key, deadline, journey, failed)
    if started == nil then
      return failed(message or "")
    end
    flight = started
  end
  if flight.outcome ~= nil then
    return flight.outcome
  end
  wait(flight, min(PATIENCE, deadline - now()))
  if flight.outcome == nil and now() < deadline then
    if flight.begun then
      wait(flight, deadline - now())
    else
      fly(flights, key, flight)
    end
  end
  return flight.outcome
end
--- Starts the flight with this key unless it is under way, and does not wait for it.
function ____exports.launch(flights, key, deadline, journey, failed)
  if current(flights, key) == nil then
    start(flights, key, deadline, journey, failed)
  end
end
return ____exports
