-- Transpiled from src/kong/plugins/token-introspection/in-flight.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local now = ngx.now
--- Calls that a worker may have in flight at one server.
local MOST = 256
--- Seconds that a call may be over and not have been given back: its light thread was ended together with its request.
local GRACE = 1
local servers = {}
local last = 0
local function forgetLost(calls)
  local time = now()
  for call, deadline in pairs(calls.deadlines) do
    if deadline + GRACE < time then
      calls.deadlines[call] = nil
      calls.count = calls.count - 1
    end
  end
end
--- Takes a place among the calls in flight at a server.
--
-- @param deadline seconds since the epoch; past it the place is free again, whatever became of the call.
-- @returns the place, to be given back; undefined when there is none.
function ____exports.takePlace(server, deadline)
  local calls = servers[server]
  if calls == nil then
    calls = { deadlines = {}, count = 0 }
    servers[server] = calls
  end
  if calls.count >= MOST then
    forgetLost(calls)
    if calls.count >= MOST then
      return nil
    end
  end
  last = last + 1
  calls.deadlines[last] = deadline
  calls.count = calls.count + 1
  return last
end
--- Keeps a place longer: the call goes on although nobody waits for it.
--
-- @param deadline seconds since the epoch.
function ____exports.keepPlace(server, place, deadline)
  local calls = servers[server]
  if (calls and calls.deadlines[place] ~= nil) == true then
    calls.deadlines[place] = deadline
  end
end
--- Gives a place back; once only, however often it is called.
function ____exports.givePlaceBack(server, place)
  local calls = servers[server]
  if calls == nil or not (calls.deadlines[place] ~= nil) then
    return
  end
  calls.deadlines[place] = nil
  calls.count = calls.count - 1
  if calls.count == 0 then
    servers[server] = nil
  end
end
return ____exports
