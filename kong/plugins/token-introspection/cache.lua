-- Transpiled from src/kong/plugins/token-introspection/cache.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local isStoredMiss
local locks = require("resty.lock")
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local flights = require("kong.plugins.token-introspection.flight")
local ____introspection = require("kong.plugins.token-introspection.introspection")
local introspectWithin = ____introspection.introspectWithin
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
function isStoredMiss(level)
  return level ~= nil and level > 0
end
local max = math.max
local min = math.min
local now = ngx.now
local encodeBase64 = ngx.encode_base64
local INACTIVE = { kind = "inactive" }
local underWay = flights.createFlights()
--- When a refresh of an entry last failed.
local failedAt = setmetatable({}, { __mode = "k" })
--- Shortest lifetime in seconds: kong.cache takes less than a millisecond for "for ever".
local SHORTEST = 0.001
--- Seconds between refreshes of a stale entry while the server fails.
local REFRESH_INTERVAL = 1
--- The key of a token's entry: no token in clear, no sharing between different questions (S6).
local function keyOf(question, token)
  local hash = sha256(token)
  local ____temp_0
  if hash == nil then
    ____temp_0 = nil
  else
    ____temp_0 = (("token_introspection:" .. question.id) .. ":") .. encodeBase64(hash)
  end
  return ____temp_0
end
--- Seconds that an entry is kept, at most until `exp`. 0: not at all.
local function lifetime(seconds, exp, time)
  local kept = exp == nil and seconds or min(seconds, exp - time)
  return kept > 0 and max(kept, SHORTEST) or 0
end
local function remove(key)
  local ttl = kong.cache:probe(key)
  if ttl ~= nil then
    kong.cache:invalidate_local(key)
  end
end
local function reportStoring(message)
  if message ~= nil then
    kong.log.warn("the answer could not be cached: ", message)
  end
end
local function storeActive(key, question, answer)
  local time = now()
  local fresh = lifetime(question.ttl, answer.exp, time)
  local kept = lifetime(question.ttl + question.stale_ttl, answer.exp, time)
  local entry = { claims = answer.claims, obtained = time, freshUntil = time + fresh }
  if question.ttl == 0 or kept == 0 or answer.noStore and question.respect_cache_control then
    remove(key)
  else
    local ____, message = kong.cache:renew(key, { ttl = kept }, function()
      return entry
    end)
    reportStoring(message)
  end
  return entry
end
local function storeInactive(key, question, noStore)
  if question.negative_ttl == 0 or noStore and question.respect_cache_control then
    return remove(key)
  end
  local seconds = max(question.negative_ttl, SHORTEST)
  local ____, message = kong.cache:renew(key, { neg_ttl = seconds }, function()
    return nil, nil, seconds
  end)
  reportStoring(message)
end
--- Caches what may be cached of an answer; no error ever is.
local function keep(key, question, answer)
  if answer.kind == "active" then
    return {
      entry = storeActive(key, question, answer),
      latency = answer.latency,
    }
  end
  if answer.kind == "inactive" then
    storeInactive(key, question, answer.noStore)
    return INACTIVE
  end
  if answer.kind == "unexpected" then
    kong.log.err(answer.cause)
  else
    kong.log.warn(answer.cause)
  end
  return answer
end
local function failed(cause)
  kong.log.err("introspection: ", cause)
  return unexpected(cause)
end
local OVERDUE = unavailable("the authorization server did not answer within the timeout")
--- Asks under the node's lock for this key, so that its workers ask once; whoever waited for it looks first whether the answer is there.
local function askOnce(key, question, token, deadline)
  local remaining = deadline - now()
  local lock, message = locks:new("kong_locks", {
    timeout = max(remaining, 0),
    exptime = max(remaining, 0) + 1,
  })
  if lock == nil then
    return failed(message or "no lock")
  end
  local waited, reason = lock:lock("token_introspection:" .. key)
  if waited == nil then
    return reason == "timeout" and OVERDUE or failed(reason or "no lock")
  end
  local outcome
  if waited > 0 then
    local entry, ____, level = kong.cache:get(key)
    if entry ~= nil and now() < entry.freshUntil then
      outcome = { entry = entry, latency = 0 }
    elseif entry == nil and isStoredMiss(level) then
      outcome = INACTIVE
    end
  end
  outcome = outcome or keep(key, question, introspectWithin(question, token, deadline))
  lock:unlock()
  return outcome
end
local function fly(key, question, token, deadline)
  if question.ttl == 0 then
    return keep(key, question, introspectWithin(question, token, deadline))
  end
  local function journey(____until)
    return askOnce(key, question, token, ____until)
  end
  return flights.join(underWay, key, deadline, journey, failed) or OVERDUE
end
--- Serves an entry past its freshness, but only while the server is failing.
local function consultStale(key, question, token, entry)
  local time = now()
  local deadline = time + question.timeout / 1000
  local failure = failedAt[entry]
  if failure ~= nil then
    if time - failure >= REFRESH_INTERVAL then
      failedAt[entry] = time
      local function journey(____until)
        return askOnce(key, question, token, ____until)
      end
      flights.launch(underWay, key, deadline, journey, failed)
    end
    return entry, "stale"
  end
  local outcome = fly(key, question, token, deadline)
  if outcome.entry ~= nil then
    return outcome.entry, "server", outcome.latency
  end
  if outcome.kind ~= "unavailable" then
    return nil, outcome
  end
  failedAt[entry] = now()
  kong.log.warn("a stale answer is served while the authorization server fails")
  return entry, "stale"
end
--- What the authorization server says of a token: from the cache, or by asking.
--
-- @returns the entry and where it came from; or undefined and why there is none.
function ____exports.consult(question, token)
  local key = keyOf(question, token)
  if key == nil then
    return nil, unexpected("the token could not be hashed")
  end
  local entry, message, level = kong.cache:get(key)
  if entry ~= nil then
    if question.stale_ttl == 0 or now() < entry.freshUntil then
      return entry, level == 1 and "worker" or "node"
    end
    return consultStale(key, question, token, entry)
  end
  if message ~= nil then
    kong.log.err("the cache could not be read: ", message)
  elseif isStoredMiss(level) then
    return nil, INACTIVE
  end
  local outcome = fly(key, question, token, now() + question.timeout / 1000)
  if outcome.entry ~= nil then
    return outcome.entry, "server", outcome.latency
  end
  return nil, outcome
end
return ____exports
