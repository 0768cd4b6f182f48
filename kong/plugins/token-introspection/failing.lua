-- Transpiled from src/kong/plugins/token-introspection/failing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____node_memory = require("kong.plugins.token-introspection.node-memory")
local nodeMemory = ____node_memory.nodeMemory
--- Seconds between two tries while a server fails.
local INTERVAL = 1
--- Seconds, beside those that a try may take, after which nobody knows any more whether a server fails.
local KNOWN_FOR = 10
--- Is there while asking is known to bring no answer.
local FAILING = "token_introspection:failing:"
--- Is there while it is too early for the next try.
local TRIED = "token_introspection:tried:"
local function keyOf(question)
  return question.id .. question.patience
end
--- Whether asking is known to bring no answer.
function ____exports.isFailing(question)
  local memory = nodeMemory()
  if memory == nil then
    return false
  end
  local failing = memory:get(FAILING .. keyOf(question))
  return failing ~= nil
end
--- Takes note of how asking ended.
--
-- @param answered whether any answer came.
function ____exports.noteOutcome(question, answered)
  local memory = nodeMemory()
  if question.stale_ttl == 0 or memory == nil then
    return
  end
  local key = keyOf(question)
  if not answered then
    memory:set(FAILING .. key, true, KNOWN_FOR + question.timeout / 1000)
    memory:set(TRIED .. key, true, INTERVAL)
  elseif ____exports.isFailing(question) then
    memory:delete(FAILING .. key)
  end
end
--- Whether it is time to ask a failing server again, for one token of all: once a second, by one of the workers.
function ____exports.mayTryAgain(question)
  local memory = nodeMemory()
  if memory == nil then
    return false
  end
  local first = memory:add(TRIED .. keyOf(question), true, INTERVAL)
  return first == true
end
return ____exports
