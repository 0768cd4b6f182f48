-- Transpiled from src/kong/plugins/token-introspection/introspection.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local introspect, read, mayHaveMoved, configuredEndpoint, introspectionRequest
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____call = require("kong.plugins.token-introspection.call")
local elapsed = ____call.elapsed
local newCall = ____call.newCall
local ____client_authentication = require("kong.plugins.token-introspection.client-authentication")
local authenticate = ____client_authentication.authenticate
local ____discovery = require("kong.plugins.token-introspection.discovery")
local discoverEndpoint = ____discovery.discoverEndpoint
local rediscover = ____discovery.rediscover
local ____form_encoding = require("kong.plugins.token-introspection.form-encoding")
local encodeForm = ____form_encoding.encodeForm
local ____http_exchange = require("kong.plugins.token-introspection.http-exchange")
local exchange = ____http_exchange.exchange
local ____introspection_answer = require("kong.plugins.token-introspection.introspection-answer")
local readJsonAnswer = ____introspection_answer.readJsonAnswer
local readRefusal = ____introspection_answer.readRefusal
local ____jwt_answer = require("kong.plugins.token-introspection.jwt-answer")
local readJwtAnswer = ____jwt_answer.readJwtAnswer
local ____question = require("kong.plugins.token-introspection.question")
local REFERENCEABLE = ____question.REFERENCEABLE
local ____url = require("kong.plugins.token-introspection.url")
local parseUrl = ____url.parseUrl
local serverName = ____url.serverName
local ____within = require("kong.plugins.token-introspection.within")
local runWithin = ____within.runWithin
function introspect(call, token)
  local ____call_0 = call
  local question = ____call_0.question
  for ____, name in ipairs(REFERENCEABLE) do
    if question[name] == "" then
      return unexpected(name .. " is empty: its reference to a vault could not be resolved")
    end
  end
  local discovered = question.introspection_endpoint == nil
  local url, failure = unpack(discovered and { discoverEndpoint(call) } or { configuredEndpoint(question) }, 1, 2)
  if url == nil then
    return failure or unexpected("no endpoint")
  end
  local httpAnswer, trouble = exchange(call, url, function()
    return introspectionRequest(question, url, token)
  end)
  local answer = httpAnswer == nil and (trouble or unavailable("no answer")) or read(call, url, httpAnswer)
  if discovered and call.url ~= nil and mayHaveMoved(answer, httpAnswer and httpAnswer.status) then
    rediscover(question)
  end
  return answer
end
function read(call, url, answer)
  if answer.status ~= 200 then
    return readRefusal(url.server, answer, elapsed(call))
  end
  if call.question.introspection_accept == "application/json" then
    return readJsonAnswer(url.server, answer, elapsed(call))
  end
  return readJwtAnswer(call, url.server, answer)
end
function mayHaveMoved(answer, status)
  local isAnswer = answer.kind == "active" or answer.kind == "inactive"
  return not isAnswer and status ~= 400 and status ~= 401
end
function configuredEndpoint(question)
  local url, wrong = parseUrl(question.introspection_endpoint or "")
  if url == nil then
    return nil, unexpected("introspection_endpoint " .. (wrong or ""))
  end
  return url
end
function introspectionRequest(question, url, token)
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
  local authenticated, wrong = authenticate(question, headers, form, url)
  if authenticated == nil then
    return nil, unexpected(wrong or "")
  end
  return {
    method = "POST",
    headers = headers,
    body = encodeForm(form),
  }
end
--- Asks the authorization server whether a token is active (RFC 7662), with everything that takes: discovery, keys, retries.
--
-- The call runs in a light thread that is ended at the deadline, for the network's time-outs start anew with each byte. Phases: those that may
-- wait. Never raises.
--
-- @param token as it was presented.
-- @param deadline seconds since the epoch.
function ____exports.introspectWithin(question, token, deadline)
  local call = newCall(question, deadline, false)
  local answer = runWithin(call, function()
    return introspect(call, token)
  end)
  local url = call.url
  if url ~= nil then
    answer.asked = {
      address = serverName(url),
      port = url.port,
      status = call.status,
    }
  end
  return answer
end
return ____exports
