-- Transpiled from src/kong/plugins/token-introspection/call.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local now = ngx.now
local floor = math.floor
local max = math.max
function ____exports.newCall(question, deadline)
  return {
    question = question,
    started = now(),
    deadline = deadline,
    stage = "starting",
    asked = {},
    places = {},
    server = nil,
    status = nil,
  }
end
--- Milliseconds that are left of a call, at least 1: as a time-out of 0 would mean none.
function ____exports.remaining(call)
  return max(1, floor((call.deadline - now()) * 1000))
end
--- Milliseconds since the call began.
function ____exports.elapsed(call)
  return max(0, (now() - call.started) * 1000)
end
return ____exports
