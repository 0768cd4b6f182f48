-- Transpiled from src/kong/plugins/token-introspection/call.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local now = ngx.now
local floor = math.floor
local max = math.max
--- What a call is doing while it looks a name up and connects.
____exports.CONNECTING = "connecting"
--- A call that begins now.
--
-- @param deadline seconds since the epoch.
-- @param background nobody waits for it.
function ____exports.newCall(question, deadline, background)
  return {
    question = question,
    background = background,
    started = now(),
    deadline = deadline,
    ended = false,
    stage = "starting",
    asked = {},
    places = {},
    fresh = false,
    url = nil,
    status = nil,
  }
end
--- Whether its time is over. Not by the clock alone: nginx's timers go by another, and may be a millisecond ahead.
function ____exports.isOver(call)
  return call.ended or now() >= call.deadline
end
--- Milliseconds that are left of a call, at least 1: as a time-out of 0 would mean none.
function ____exports.remaining(call)
  return max(1, floor((call.deadline - now()) * 1000))
end
--- Milliseconds since the call began.
function ____exports.elapsed(call)
  return max(0, (now() - call.started) * 1000)
end
--- The time is over.
function ____exports.overdue(call)
  local ____opt_0 = call.url
  local server = ____opt_0 and ____opt_0.server or "the authorization server"
  local allowed = max(0, floor((call.deadline - call.started) * 1000 + 0.5))
  return unavailable(
    (((("no answer from " .. server) .. " within ") .. tostring(allowed)) .. " ms: the time was over while ") .. call.stage
  )
end
return ____exports
