-- Transpiled from src/kong/plugins/token-introspection/http-exchange.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local leave
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____breaker = require("kong.plugins.token-introspection.breaker")
local breakerGiveBack = ____breaker.breakerGiveBack
local breakerRefuses = ____breaker.breakerRefuses
local ____call = require("kong.plugins.token-introspection.call")
local isOver = ____call.isOver
local overdue = ____call.overdue
local ____http_attempt = require("kong.plugins.token-introspection.http-attempt")
local attempt = ____http_attempt.attempt
local ____http_connection = require("kong.plugins.token-introspection.http-connection")
local connectOptions = ____http_connection.connectOptions
local ____in_flight = require("kong.plugins.token-introspection.in-flight")
local givePlaceBack = ____in_flight.givePlaceBack
local takePlace = ____in_flight.takePlace
function leave(call, server, place)
  call.places[server] = nil
  givePlaceBack(server, place)
end
local now = ngx.now
--- The breaker's word on a call, which it gives once: who has discovered as the probe may introspect too.
local function mayAsk(call, server)
  if call.asked[server] ~= nil then
    return nil, false
  end
  local wait, probing = breakerRefuses(call.question, server, call.deadline - now())
  if not probing or not call.background then
    return wait, probing
  end
  breakerGiveBack(call.question, server)
  return 1, false
end
--- Lets a call to a server begin, where there is a place for it and the circuit breaker lets it.
--
-- @returns its place, to be given back, and whether it is the breaker's probe; or undefined and why not.
local function enter(call, server)
  local place = takePlace(server, call.deadline)
  if place == nil then
    local cause = ("too many calls to " .. server) .. " are under way in this worker: it is too slow for what is asked of it"
    return nil, nil, unavailable(cause, 1)
  end
  call.places[server] = place
  local wait, probing = mayAsk(call, server)
  if wait ~= nil then
    leave(call, server, place)
    local cause = server .. " gave no answers lately and is not asked for a moment (circuit breaker)"
    return nil, nil, unavailable(cause, wait)
  end
  return place, probing
end
--- Asks until there is an answer, or no attempt is left.
local function ask(call, url, options, makeRequest)
  local ____call_0 = call
  local question = ____call_0.question
  local ____url_1 = url
  local server = ____url_1.server
  local retries = 0
  call.fresh = false
  while true do
    local request, failure = makeRequest()
    if request == nil then
      return nil, failure or unexpected("the request could not be made")
    end
    call.url = url
    call.status = nil
    call.asked[server] = false
    local answer, miss = attempt(call, url, options, request, question.retries - retries)
    if answer ~= nil then
      return answer
    end
    local again = miss ~= nil and not isOver(call) and miss["repeat"] ~= "never"
    if not again or miss["repeat"] == "counted" and retries >= question.retries then
      return nil, miss and miss.failure or unexpected("the attempt came to nothing")
    end
    if miss["repeat"] == "counted" then
      retries = retries + 1
    else
      call.fresh = true
      options.pool = (options.pool or "") .. ":fresh"
    end
  end
end
--- Asks a server, once or again. Never raises for what the server or the network do.
function ____exports.exchange(call, url, makeRequest)
  local ____url_4 = url
  local server = ____url_4.server
  if isOver(call) then
    return nil, overdue(call)
  end
  local options, wrong = connectOptions(call, url)
  if options == nil then
    return nil, unexpected(wrong or "")
  end
  call.url = nil
  local place, probing, refused = enter(call, server)
  if place == nil then
    return nil, refused
  end
  local answer, failure = ask(call, url, options, makeRequest)
  if probing and not (call.asked[server] ~= nil) then
    breakerGiveBack(call.question, server)
  end
  leave(call, server, place)
  if answer == nil then
    return nil, failure
  end
  return answer
end
return ____exports
