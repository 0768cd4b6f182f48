-- Transpiled from src/kong/plugins/token-introspection/introspection.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local settle, introspect, endpointOf, introspectionRequest, max, now
local semaphores = require("ngx.semaphore")
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____breaker = require("kong.plugins.token-introspection.breaker")
local breakerClose = ____breaker.breakerClose
local breakerFail = ____breaker.breakerFail
local ____call = require("kong.plugins.token-introspection.call")
local elapsed = ____call.elapsed
local newCall = ____call.newCall
local ____client_authentication = require("kong.plugins.token-introspection.client-authentication")
local authenticate = ____client_authentication.authenticate
local ____form_encoding = require("kong.plugins.token-introspection.form-encoding")
local encodeForm = ____form_encoding.encodeForm
local ____http_exchange = require("kong.plugins.token-introspection.http-exchange")
local exchange = ____http_exchange.exchange
local late = ____http_exchange.late
local ____in_flight = require("kong.plugins.token-introspection.in-flight")
local givePlaceBack = ____in_flight.givePlaceBack
local ____introspection_answer = require("kong.plugins.token-introspection.introspection-answer")
local readJsonAnswer = ____introspection_answer.readJsonAnswer
local readRefusal = ____introspection_answer.readRefusal
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
local ____question = require("kong.plugins.token-introspection.question")
local REFERENCEABLE = ____question.REFERENCEABLE
local ____url = require("kong.plugins.token-introspection.url")
local parseUrl = ____url.parseUrl
--- Runs a call in a light thread of its own, until its deadline, and draws up the accounts afterwards, however it ended.
function ____exports.runWithin(call, run)
  local done = semaphores.new()
  if done == nil then
    return unexpected("no semaphore")
  end
  local answer
  local thread = ngx.thread.spawn(function()
    local good, outcome = pcall(run)
    answer = good and outcome or unexpected("error in the plugin: " .. printable(tostring(outcome)))
    done:post()
  end)
  if answer == nil then
    done:wait(max(0, call.deadline - now()))
  end
  local ended = answer
  if ended == nil then
    ngx.thread.kill(thread)
  else
    ngx.thread.wait(thread)
  end
  settle(call)
  return ended or late(call, call.server).failure
end
function settle(call)
  for server, place in pairs(call.places) do
    givePlaceBack(server, place)
  end
  for server, answered in pairs(call.asked) do
    if answered then
      breakerClose(call.question, server)
    else
      breakerFail(call.question, server)
    end
  end
end
function introspect(call, token)
  local ____call_0 = call
  local question = ____call_0.question
  for ____, name in ipairs(REFERENCEABLE) do
    if question[name] == "" then
      return unexpected(name .. " is empty: its reference to a vault could not be resolved")
    end
  end
  local url, failure = endpointOf(call)
  if url == nil then
    return failure or unexpected("no endpoint")
  end
  local answer, trouble = exchange(call, url, function()
    return introspectionRequest(question, token)
  end)
  if answer == nil then
    return trouble or unavailable("no answer")
  end
  if answer.status ~= 200 then
    return readRefusal(url.server, answer, elapsed(call))
  end
  return readJsonAnswer(url.server, answer, elapsed(call))
end
function endpointOf(call)
  local endpoint = call.question.introspection_endpoint
  if endpoint == nil then
    return nil, unexpected("introspection_endpoint is not set")
  end
  local url, wrong = parseUrl(endpoint)
  if url == nil then
    return nil, unexpected("introspection_endpoint " .. (wrong or ""))
  end
  return url
end
function introspectionRequest(question, token)
  local headers = {}
  local form = {}
  for name, value in pairs(question.introspection_headers or {}) do
    headers[name] = value
  end
  for name, value in pairs(question.introspection_args or {}) do
    form[name] = value
  end
  headers.Accept = question.introspection_accept
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  form.token = token
  local authenticated, wrong = authenticate(question, headers, form)
  if authenticated == nil then
    return nil, unexpected(wrong or "")
  end
  return {
    method = "POST",
    headers = headers,
    body = encodeForm(form),
  }
end
max = math.max
now = ngx.now
--- Asks the authorization server whether a token is active (RFC 7662), with everything that takes: discovery, keys, retries.
--
-- The call runs in a light thread that is ended at the deadline, for the network's time-outs start anew with each byte. Phases: those that may
-- wait. Never raises.
--
-- @param token as it was presented.
-- @param deadline seconds since the epoch.
function ____exports.introspectWithin(question, token, deadline)
  local call = newCall(question, deadline)
  return ____exports.runWithin(call, function()
    return introspect(call, token)
  end)
end
return ____exports
