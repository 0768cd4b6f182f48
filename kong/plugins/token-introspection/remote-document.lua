-- Transpiled from src/kong/plugins/token-introspection/remote-document.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local underWay, lead, follow, getNow, keptWhile, refreshSoon, max, min, now, SHORTEST_INTERVAL, FETCHED, generation
local ____background = require("kong.plugins.token-introspection.background")
local runInBackground = ____background.runInBackground
local semaphores = require("ngx.semaphore")
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____call = require("kong.plugins.token-introspection.call")
local newCall = ____call.newCall
local overdue = ____call.overdue
local ____in_flight = require("kong.plugins.token-introspection.in-flight")
local givePlaceBack = ____in_flight.givePlaceBack
local takePlace = ____in_flight.takePlace
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
local ____within = require("kong.plugins.token-introspection.within")
local runWithin = ____within.runWithin
function underWay(document)
  local ____document_1 = document
  local flight = ____document_1.flight
  return flight ~= nil and now() < flight.deadline and flight or nil
end
function lead(documents, document, call)
  local landed, message = semaphores.new()
  if landed == nil then
    return nil, unexpected("no semaphore: " .. printable(message or ""))
  end
  local current = generation
  local flight = {
    landed = landed,
    deadline = call.deadline,
    renews = document.triedGeneration ~= current,
    timeout = call.question.timeout,
    waiting = 0,
    over = false,
    failure = nil,
  }
  document.flight = flight
  document.tried = now()
  document.triedGeneration = current
  local attempt = pcall
  local good, value, failure = attempt(documents.fetch, call)
  if good and value ~= nil then
    document.value = value
    document.obtained = now()
    document.generation = current
  else
    flight.failure = good and (failure or unexpected("nothing came")) or unexpected("error in the plugin: " .. printable(tostring(value)))
  end
  flight.over = true
  if document.flight == flight then
    document.flight = nil
  end
  if flight.waiting > 0 then
    landed:post(flight.waiting)
  end
  if flight.failure ~= nil then
    return nil, flight.failure
  end
  return document.value
end
function follow(document, flight, call)
  local ____document_2 = document
  local queue = ____document_2.queue
  local place = takePlace(queue, call.deadline)
  if place == nil then
    return nil, unavailable("too many calls wait for it in this worker", 1)
  end
  call.places[queue] = place
  flight.waiting = flight.waiting + 1
  flight.landed:wait(max(0.002, min(flight.deadline, call.deadline) - now()))
  flight.waiting = flight.waiting - 1
  call.places[queue] = nil
  givePlaceBack(queue, place)
  if not flight.over then
    local ____temp_3
    if now() < call.deadline then
      ____temp_3 = nil
    else
      ____temp_3 = overdue(call)
    end
    return nil, ____temp_3
  end
  local ____flight_4 = flight
  local failure = ____flight_4.failure
  if failure ~= nil then
    if failure.kind == "unavailable" and flight.timeout < call.question.timeout then
      return nil, nil
    end
    return nil, failure.kind == "unavailable" and unavailable(failure.cause, failure.retryAfter) or unexpected(failure.cause)
  end
  return document.value
end
function getNow(documents, document, call)
  call.stage = "waiting for " .. documents.name
  while true do
    local flight = underWay(document)
    if flight == nil then
      return lead(documents, document, call)
    end
    local value, failure = follow(document, flight, call)
    if value ~= nil then
      return value
    end
    if failure ~= nil then
      return nil, failure
    end
  end
end
function keptWhile(documents, failure)
  return (documents.name .. " could not be fetched again, the known one stays: ") .. (failure and failure.cause or "nothing came")
end
function refreshSoon(documents, document, question)
  if underWay(document) ~= nil or now() - document.tried < SHORTEST_INTERVAL then
    return
  end
  document.tried = now()
  runInBackground(function()
    if underWay(document) ~= nil then
      return
    end
    local call = newCall(question, now() + question.timeout / 1000, true)
    local outcome = runWithin(call, function()
      local value, failure = getNow(documents, document, call)
      return value == nil and (failure or unexpected("nothing came")) or FETCHED
    end)
    if outcome.kind ~= "fetched" then
      kong.log.warn(keptWhile(documents, outcome))
    end
  end)
end
max = math.max
min = math.min
now = ngx.now
--- Seconds after which a document is fetched again, beside its use.
local REFRESH_AFTER = 3600
--- Seconds after which it is not used any more.
local WORTHLESS_AFTER = 86400
SHORTEST_INTERVAL = 1
FETCHED = { kind = "fetched" }
generation = 0
--- After a change of configuration each document is fetched again at its next use: an operator who has mended something expects to see it.
function ____exports.renewDocuments()
  generation = generation + 1
end
function ____exports.createRemoteDocuments(name, fetch)
  return {
    name = name,
    fetch = fetch,
    known = createMemo(200, 4 * 1024 * 1024),
  }
end
--- What makes two fetches of one URL the same: all that decides whom it reaches and whom it trusts.
local function keyOf(question, place)
  local ____question_0 = question
  local http_proxy = ____question_0.http_proxy
  local https_proxy = ____question_0.https_proxy
  local no_proxy = ____question_0.no_proxy
  local client_certificate = ____question_0.client_certificate
  return table.concat({
    place,
    tostring(question.introspection_ssl_verify),
    http_proxy or "",
    https_proxy or "",
    no_proxy or "",
    client_certificate or "",
  }, "\n")
end
local function documentOf(documents, question, place)
  local key = keyOf(question, place)
  local known = recall(documents.known, key)
  if known ~= nil then
    return known
  end
  local created = {
    value = nil,
    obtained = 0,
    tried = 0,
    demanded = 0,
    demandFailure = nil,
    wanted = "",
    generation = -1,
    triedGeneration = -1,
    flight = nil,
    queue = (documents.name .. " ") .. key,
  }
  remember(documents.known, key, created)
  return created
end
--- A document that was obtained under an older configuration, fetched anew where this has not been tried. The known one stays where the server cannot be
-- reached; where it says something else now, that counts.
local function renew(documents, document, call, known)
  local ____temp_7 = document.triedGeneration == generation
  if ____temp_7 then
    local ____opt_5 = underWay(document)
    ____temp_7 = (____opt_5 and ____opt_5.renews) ~= true
  end
  if ____temp_7 then
    refreshSoon(documents, document, call.question)
    return known
  end
  local value, failed = getNow(documents, document, call)
  if value ~= nil then
    return value
  end
  local failure = failed
  if failure.kind ~= "unavailable" then
    document.value = nil
    return nil, failure
  end
  kong.log.warn(keptWhile(documents, failure))
  return known
end
--- A document, from memory or fetched. One fetch at a time per worker. What is older than an hour is fetched again in the background, what is older
-- than the configuration before it is used; a failure is told to those who wait for it, and not remembered.
--
-- @param place its URL, or the issuer's.
-- @param serves whether a document holds what is sought. One that does not is fetched again: it is a failure too, and not remembered as one.
function ____exports.obtain(documents, call, place, serves)
  local document = documentOf(documents, call.question, place)
  local value = document.value
  local age = now() - document.obtained
  if value == nil or age > WORTHLESS_AFTER then
    return getNow(documents, document, call)
  end
  if serves ~= nil and not serves(value) then
    return getNow(documents, document, call)
  end
  if document.generation ~= generation then
    return renew(documents, document, call, value)
  end
  if age > REFRESH_AFTER then
    refreshSoon(documents, document, call.question)
  end
  return value
end
--- A document that is newer than the one that did not help: at once where something else is wanted than last time, and at most once a second where
-- it is the same.
--
-- @param wanted what was sought in vain, such as a key's id.
-- @returns undefined when it is too early to ask again, with why the last fetch failed, if it did.
function ____exports.obtainNewer(documents, call, place, old, wanted)
  local document = documentOf(documents, call.question, place)
  if document.value ~= nil and document.value ~= old then
    return document.value
  end
  if underWay(document) == nil then
    local repeated = wanted == document.wanted and now() - document.demanded < SHORTEST_INTERVAL
    if repeated then
      return nil, document.demandFailure
    end
    document.demanded = now()
    document.wanted = wanted
  end
  local value, failure = getNow(documents, document, call)
  document.demandFailure = failure
  if value == nil then
    return nil, failure
  end
  return value
end
--- A document did not hold: it is fetched again in the background.
function ____exports.distrust(documents, question, place)
  refreshSoon(documents, documentOf(documents, question, place), question)
end
return ____exports
