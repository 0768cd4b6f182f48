-- Transpiled from src/kong/plugins/token-introspection/flight.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local semaphores = require("ngx.semaphore")
local ____background = require("kong.plugins.token-introspection.background")
local runInBackground = ____background.runInBackground
local max = math.max
local now = ngx.now
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
local function start(flights, key, deadline, journey, failed)
  local landed, message = semaphores.new()
  if landed == nil then
    return nil, message or "no semaphore"
  end
  local flight = { landed = landed, deadline = deadline, waiting = 0, outcome = nil }
  flights.underWay[key] = flight
  local function fly()
    local good, outcome = pcall(journey, deadline)
    local ____land_3 = land
    local ____flights_1 = flights
    local ____key_2 = key
    local ____good_0
    if good then
      ____good_0 = outcome
    else
      ____good_0 = failed(tostring(outcome))
    end
    ____land_3(____flights_1, ____key_2, flight, ____good_0)
  end
  if not runInBackground(fly) then
    fly()
  end
  return flight
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
  flight.waiting = flight.waiting + 1
  ngx.thread.wait(ngx.thread.spawn(function()
    return flight.landed:wait(max(0, deadline - now()))
  end))
  flight.waiting = flight.waiting - 1
  return flight.outcome
end
--- Starts the flight with this key unless it is under way, and does not wait for it.
function ____exports.launch(flights, key, deadline, journey, failed)
  if current(flights, key) == nil then
    start(flights, key, deadline, journey, failed)
  end
end
return ____exports
