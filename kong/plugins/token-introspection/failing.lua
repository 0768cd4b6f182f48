-- Transpiled from src/kong/plugins/token-introspection/failing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Seconds between two tries while a server fails.
local INTERVAL = 1
--- Seconds, beside those that a try may take, after which nobody knows any more whether a server fails.
local KNOWN_FOR = 10
local troubles = {}
local function keyOf(question)
  return question.id .. question.patience
end
--- Takes note of how asking ended.
--
-- @param answered whether any answer came.
function ____exports.noteOutcome(question, answered, time)
  local key = keyOf(question)
  if not answered then
    troubles[key] = { seen = time, tried = time }
  elseif troubles[key] ~= nil then
    troubles[key] = nil
  end
end
--- Whether asking is known to bring no answer.
function ____exports.isFailing(question, time)
  local known = troubles[keyOf(question)]
  return known ~= nil and time - known.seen < KNOWN_FOR + question.timeout / 1000
end
--- Whether it is time to ask a failing server again, for one token of all: once a second.
function ____exports.mayTryAgain(question, time)
  local known = troubles[keyOf(question)]
  if known == nil or time - known.tried < INTERVAL then
    return false
  end
  known.tried = time
  return true
end
return ____exports
