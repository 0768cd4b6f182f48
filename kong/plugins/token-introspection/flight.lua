-- Transpiled from src/kong/plugins/token-introspection/flight.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local semaphores = require("ngx.semaphore")
local ____background = require("kong.plugins.token-introspection.background")
local runInBackground = ____background.runInBackground
local max = math.max
local min = math.min
local now = ngx.now
--- Seconds after which a flight that has not begun is started again: nginx says of a timer that it is set, and drops it when its turn comes and there is no
-- connection or no running timer to be had for it. Never in a request itself: what sleeps there, as waiting for a lock does, outlives a request whose client has
-- gone away (lua_check_client_abort), and then resumes memory that is freed.
local PATIENCE = 0.1
--- Shortest wait in seconds: the clock's step. A shorter one could end before the clock has moved, and be repeated without end.
local SHORTEST_WAIT = 0.002
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
--- Starts a flight, in a timer: there nobody's request carries it, and a client that goes away harms no other.
local function start(flights, key, flight)
  flight.started = now()
  runInBackground(function()
    return fly(flights, key, flight)
  end)
end
--- Starts a flight again whose timer was lost.
local function startAgain(flights, key, flight, deadline)
  if flight.begun or now() - flight.started < PATIENCE then
    return
  end
  flight.deadline = max(flight.deadline, deadline)
  start(flights, key, flight)
end
local function board(flights, key, deadline, journey, failed)
  local landed, message = semaphores.new()
  if landed == nil then
    return nil, message or "no semaphore"
  end
  local flight = {
    landed = landed,
    deadline = deadline,
    started = 0,
    waiting = 0,
    journey = journey,
    failed = failed,
    begun = false,
    outcome = nil,
  }
  flights.underWay[key] = flight
  start(flights, key, flight)
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
    local boarded, message = board(flights, key, deadline, journey, failed)
    if boarded == nil then
      return failed(message or "")
    end
    flight = boarded
  end
  while flight.outcome == nil and not flight.begun and now() < deadline do
    wait(flight, max(SHORTEST_WAIT, min(PATIENCE, deadline - now())))
    if now() < deadline then
      startAgain(flights, key, flight, deadline)
    end
  end
  if flight.outcome == nil then
    wait(flight, deadline - now())
  end
  return flight.outcome
end
--- Starts the flight with this key unless it is under way, and does not wait for it.
function ____exports.launch(flights, key, deadline, journey, failed)
  local flight = current(flights, key)
  if flight == nil then
    board(flights, key, deadline, journey, failed)
  else
    startAgain(flights, key, flight, deadline)
  end
end
return ____exports
