-- Transpiled from src/kong/plugins/token-introspection/failing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Seconds between two tries while a server fails.
local INTERVAL = 1
--- Seconds, beside those that a try may take, after which nobody knows any more whether a server fails.
local KNOWN_FOR = 10
--- When asking last brought no answer; this and the next in seconds since the epoch.
local SEEN = "token_introspection:failing:"
--- When it was last tried again, or that try ended.
local TRIED = "token_introspection:tried:"
--- Who tries again after that.
local NEXT = "token_introspection:trying:"
local function dictionary()
  return ngx.shared.kong_db_cache
end
local function timeAt(state, key)
  local time = state:get(key)
  return type(time) == "number" and time or nil
end
local function keyOf(question)
  return question.id .. question.patience
end
--- Seconds for which a failure is known.
local function knownFor(question)
  return KNOWN_FOR + question.timeout / 1000
end
--- Takes note of how asking ended.
--
-- @param answered whether any answer came.
function ____exports.noteOutcome(question, answered, time)
  local state = dictionary()
  if question.stale_ttl == 0 or state == nil then
    return
  end
  local key = keyOf(question)
  if not answered then
    state:set(SEEN .. key, time, knownFor(question))
    state:set(TRIED .. key, time, knownFor(question))
  elseif timeAt(state, SEEN .. key) ~= nil then
    state:delete(SEEN .. key)
  end
end
--- Whether asking is known to bring no answer.
function ____exports.isFailing(question, time)
  local state = dictionary()
  if state == nil then
    return false
  end
  local seen = timeAt(state, SEEN .. keyOf(question))
  return seen ~= nil and time - seen < knownFor(question)
end
--- Whether it is time to ask a failing server again, for one token of all: once a second, by one of the workers.
function ____exports.mayTryAgain(question, time)
  local state = dictionary()
  if state == nil then
    return false
  end
  local key = keyOf(question)
  local tried = timeAt(state, TRIED .. key)
  if tried == nil or time - tried < INTERVAL then
    return false
  end
  local first = state:add(((NEXT .. key) .. ":") .. tostring(tried), true, INTERVAL)
  if not first then
    return false
  end
  state:set(TRIED .. key, time, knownFor(question))
  return true
end
return ____exports
