-- Transpiled from src/kong/plugins/token-introspection/cache.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local look, lifetime, remove, reportStoring, write, storeActive, storeInactive, keep, ask, secondLook, askHolding, landingOf, withoutServer, broughtSince, decidedSince, wasForgotten, isStored, isBelieved, flightOf, max, min, now, INACTIVE, NODE_LEVEL, SHORTEST, OVERDUE
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____expiry = require("kong.plugins.token-introspection.expiry")
local noteExpiry = ____expiry.noteExpiry
local ____failing = require("kong.plugins.token-introspection.failing")
local isFailing = ____failing.isFailing
local mayTryAgain = ____failing.mayTryAgain
local noteOutcome = ____failing.noteOutcome
local flights = require("kong.plugins.token-introspection.flight")
local ____forgetting = require("kong.plugins.token-introspection.forgetting")
local isForgotten = ____forgetting.isForgotten
local tokenName = ____forgetting.tokenName
local wasForgottenWithin = ____forgetting.wasForgottenWithin
local ____introspection = require("kong.plugins.token-introspection.introspection")
local introspectWithin = ____introspection.introspectWithin
local ____landing = require("kong.plugins.token-introspection.landing")
local landedSince = ____landing.landedSince
local noteLanding = ____landing.noteLanding
local ____node_lock = require("kong.plugins.token-introspection.node-lock")
local giveBack = ____node_lock.giveBack
local takeLock = ____node_lock.takeLock
local ____token = require("kong.plugins.token-introspection.token")
local isWellFormed = ____token.isWellFormed
local ____span = require("kong.plugins.token-introspection.span")
local beginSpan = ____span.beginSpan
local endSpan = ____span.endSpan
function look(question, key)
  local entry, message, level = kong.cache:get(key)
  if level == NODE_LEVEL then
    noteExpiry(key, entry == nil and now() + question.negative_ttl or entry.freshUntil + question.stale_ttl)
  end
  return entry, message, level
end
function lifetime(seconds, exp, time)
  local kept = exp == nil and seconds or min(seconds, exp - time)
  return kept > 0 and max(kept, SHORTEST) or 0
end
function remove(key)
  local ttl = kong.cache:probe(key)
  if ttl ~= nil then
    kong.cache:invalidate_local(key)
  end
end
function reportStoring(message)
  if message == nil then
    return true
  end
  kong.log.warn("the answer could not be cached: ", message)
  return false
end
function write(errand, entry, seconds)
  local options = { ttl = seconds }
  local ____, message = unpack(errand.replaces and {
    kong.cache:renew(errand.key, options, function()
      return entry
    end),
  } or { kong.cache:get(errand.key, options, function()
    return entry
  end) }, 1, 2)
  noteExpiry(errand.key, now() + seconds)
  return reportStoring(message)
end
function storeActive(errand, answer, asked)
  local ____errand_0 = errand
  local key = ____errand_0.key
  local question = ____errand_0.question
  local time = now()
  local fresh = lifetime(question.ttl, answer.exp, time)
  local kept = lifetime(question.ttl + question.stale_ttl, answer.exp, time)
  local entry = { claims = answer.claims, obtained = asked, freshUntil = time + fresh }
  if question.ttl == 0 or kept == 0 or answer.noStore and question.respect_cache_control then
    remove(key)
    return entry, false
  end
  return entry, write(errand, entry, kept)
end
function storeInactive(key, question, noStore)
  if question.negative_ttl == 0 or noStore and question.respect_cache_control then
    remove(key)
    return false
  end
  local seconds = max(question.negative_ttl, SHORTEST)
  local ____, message = kong.cache:renew(key, { neg_ttl = seconds }, function()
    return nil, nil, seconds
  end)
  noteExpiry(key, now() + seconds)
  return reportStoring(message)
end
function keep(errand, answer, asked)
  if answer.kind == "active" then
    local entry, cached = storeActive(errand, answer, asked)
    return { entry = entry, latency = answer.latency, asked = answer.asked }, cached
  end
  if answer.kind == "inactive" then
    local cached = storeInactive(errand.key, errand.question, answer.noStore)
    return { kind = "inactive", obtained = asked, asked = answer.asked }, cached
  end
  return answer, false
end
function ask(errand, deadline)
  local ____errand_1 = errand
  local question = ____errand_1.question
  local asked = now()
  local answer = introspectWithin(question, errand.token, deadline)
  local answered = answer.kind ~= "unavailable"
  if answered or answer.asked ~= nil and errand.vouched then
    noteOutcome(question, answered)
  end
  return keep(errand, answer, asked)
end
function secondLook(errand)
  local entry, ____, level = look(errand.question, errand.key)
  errand.replaces = errand.replaces or isStored(level)
  if entry == nil then
    return isBelieved(level, errand.question, errand.name) and INACTIVE or nil
  end
  local usable = now() < entry.freshUntil and not isForgotten(entry.obtained, errand.name, entry.claims)
  return usable and { entry = entry, latency = 0 } or nil
end
function askHolding(errand, deadline, began)
  local decided = decidedSince(errand, began, deadline)
  if decided ~= nil then
    return decided
  end
  local outcome, cached = ask(errand, deadline)
  if not cached and outcome.asked ~= nil then
    noteLanding(landingOf(errand, outcome), withoutServer(outcome))
  end
  return outcome
end
function landingOf(errand, outcome)
  return (outcome.entry ~= nil or outcome.kind == "inactive") and errand.key or flightOf(errand)
end
function withoutServer(outcome)
  if outcome.entry ~= nil then
    return { entry = outcome.entry, latency = 0 }
  end
  if outcome.kind == "inactive" then
    return { kind = "inactive", obtained = outcome.obtained }
  end
  return outcome.kind == "unavailable" and unavailable(outcome.cause, outcome.retryAfter) or unexpected(outcome.cause)
end
function broughtSince(errand, began)
  local stored = secondLook(errand)
  if stored ~= nil then
    return stored
  end
  local landed = landedSince(errand.key, began) or landedSince(flightOf(errand), began)
  local ____temp_2
  if landed == nil or wasForgotten(errand, landed) then
    ____temp_2 = nil
  else
    ____temp_2 = landed
  end
  return ____temp_2
end
function decidedSince(errand, began, deadline)
  return broughtSince(errand, began) or (now() >= deadline and OVERDUE or nil)
end
function wasForgotten(errand, outcome)
  if outcome.entry ~= nil then
    return isForgotten(outcome.entry.obtained, errand.name, outcome.entry.claims)
  end
  return outcome.kind == "inactive" and outcome.obtained ~= nil and isForgotten(outcome.obtained, errand.name, "{}")
end
function isStored(level)
  return level ~= nil and level > 0
end
function isBelieved(level, question, name)
  return isStored(level) and not wasForgottenWithin(name, question.negative_ttl)
end
function flightOf(errand)
  return errand.key .. errand.question.patience
end
max = math.max
min = math.min
now = ngx.now
INACTIVE = { kind = "inactive" }
local MALFORMED = { kind = "malformed" }
local underWay = flights.createFlights()
NODE_LEVEL = 2
SHORTEST = 0.001
--- The key of a token's entry: no token in clear, no sharing between different questions (S6).
--
-- @param name of the token.
local function keyOf(question, name)
  return (("token_introspection:" .. question.id) .. ":") .. name
end
local function failed(cause)
  kong.log.err("introspection: ", cause)
  return unexpected(cause)
end
OVERDUE = unavailable("the authorization server did not answer within the timeout")
--- Longest time, in seconds, for which the lock is waited for without looking whether the answer has come: who has brought one that may not be cached can have
-- the lock again, for the next request, before those who wait for it see that it was free.
local LOOK_INTERVAL = 0.05
--- Asks under the node's lock for this key, so that its workers ask once. Whoever holds it looks again first whether the answer is there: another
-- may have brought it between the first look and the lock.
local function askOnce(errand, deadline)
  local began = now()
  do
    while true do
      local lock, message = takeLock(errand.key, min(deadline, now() + LOOK_INTERVAL), deadline)
      if lock ~= nil then
        local good, outcome = pcall(askHolding, errand, deadline, began)
        giveBack(lock)
        return good and outcome or failed(tostring(outcome))
      end
      if message ~= "timeout" then
        kong.log.warn("each worker asks for itself, for want of a lock: ", message)
        return (ask(errand, deadline))
      end
      local outcome = decidedSince(errand, began, deadline)
      if outcome ~= nil then
        return outcome
      end
    end
  end
end
local function journeyOf(errand)
  return function(deadline)
    return askOnce(errand, deadline)
  end
end
--- A journey whose failure no request tells the log.
local function unattended(journey)
  return function(deadline)
    local outcome = journey(deadline)
    if outcome.cause ~= nil then
      if outcome.kind == "unexpected" then
        kong.log.err(outcome.cause)
      else
        kong.log.warn(outcome.cause)
      end
    end
    return outcome
  end
end
local function askTogether(errand, deadline)
  local flight = flightOf(errand)
  local outcome = flights.join(underWay, flight, deadline, journeyOf(errand), failed) or OVERDUE
  if not wasForgotten(errand, outcome) then
    return outcome
  end
  errand.replaces = true
  return flights.join(underWay, flight, deadline, journeyOf(errand), failed) or OVERDUE
end
--- How many calls were made for one request alone.
local alone = 0
--- Asks for one request alone. In a flight too, so that a client that goes away takes no call with it, with its place and the breaker's probe.
local function askAlone(errand, deadline)
  alone = alone + 1
  local flight = (flightOf(errand) .. ":") .. tostring(alone)
  return flights.join(underWay, flight, deadline, function(till)
    return (ask(errand, till))
  end, failed) or OVERDUE
end
--- Asks, together with whoever else asks the same now. Where answers are never cached, each request asks for itself.
local function fly(errand, deadline)
  local span = beginSpan()
  local outcome = errand.question.ttl == 0 and askAlone(errand, deadline) or askTogether(errand, deadline)
  local ____endSpan_5 = endSpan
  local ____outcome_asked_4 = outcome.asked
  local ____temp_3
  if outcome.entry ~= nil or outcome.kind == "inactive" then
    ____temp_3 = nil
  else
    ____temp_3 = outcome.kind
  end
  ____endSpan_5(span, ____outcome_asked_4, ____temp_3)
  return outcome
end
--- Serves an entry past its freshness, but only while the server brings no answers. While that is known, for any token, nobody waits for it, and one
-- token a second is asked for in the background; whatever answer comes of that, the next request asks for itself.
local function consultStale(errand, entry)
  local ____errand_6 = errand
  local question = ____errand_6.question
  local deadline = now() + question.timeout / 1000
  if isFailing(question) then
    if mayTryAgain(question) then
      flights.launch(underWay, flightOf(errand), deadline, unattended(journeyOf(errand)), failed)
    end
    return entry, "stale"
  end
  local outcome = fly(errand, deadline)
  if outcome.entry ~= nil then
    return outcome.entry, "server", outcome.latency
  end
  if outcome.kind ~= "unavailable" then
    return nil, outcome
  end
  kong.log.warn("a stale answer is served: ", outcome.cause)
  return entry, "stale"
end
--- What the authorization server says of a token: from the cache, or by asking.
--
-- @param name of the token (`tokenName`).
function ____exports.consult(question, token, name)
  local key = keyOf(question, name)
  local entry, message, level = look(question, key)
  local usable = entry ~= nil and not isForgotten(entry.obtained, name, entry.claims)
  if usable and (question.stale_ttl == 0 or now() < entry.freshUntil) then
    return entry, level == NODE_LEVEL and "node" or "worker"
  end
  local errand = {
    key = key,
    name = name,
    question = question,
    token = token,
    vouched = usable,
    replaces = isStored(level),
  }
  if usable then
    return consultStale(errand, entry)
  end
  if message ~= nil then
    kong.log.err("the cache could not be read: ", message)
  elseif entry == nil and isBelieved(level, question, name) then
    return nil, INACTIVE
  end
  if not isWellFormed(token) then
    return nil, MALFORMED
  end
  local outcome = fly(errand, now() + question.timeout / 1000)
  if outcome.entry ~= nil then
    return outcome.entry, "server", outcome.latency
  end
  return nil, outcome
end
--- Removes what is cached of a token, under every question that this node's configurations ask. Phase: Admin API.
function ____exports.forgetToken(token, questions)
  local name = tokenName(token)
  if name == nil then
    return
  end
  for ____, question in ipairs(questions) do
    kong.cache:invalidate(keyOf(question, name))
  end
end
return ____exports
