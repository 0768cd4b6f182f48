-- Transpiled from src/kong/plugins/token-introspection/http-exchange.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local mayAsk, leave, connectOptions, attempt, connect, send, connectMiss, headMiss, finish, bodyFailure, keep, concat, find, gsub, floor, max, min, now, BODY_LIMIT, SHORT_BODY, SHORT_BODY_TIME, MOST_INTERIM, PROXY_REFUSAL
local http = require("resty.http")
local ____ngx_2Ebase64 = require("ngx.base64")
local encode_base64url = ____ngx_2Ebase64.encode_base64url
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____breaker = require("kong.plugins.token-introspection.breaker")
local breakerGiveBack = ____breaker.breakerGiveBack
local breakerRefuses = ____breaker.breakerRefuses
local ____call = require("kong.plugins.token-introspection.call")
local overdue = ____call.overdue
local remaining = ____call.remaining
local ____client_certificate = require("kong.plugins.token-introspection.client-certificate")
local clientCertificateOf = ____client_certificate.clientCertificateOf
local ____http_body = require("kong.plugins.token-introspection.http-body")
local endsBeforeConnection = ____http_body.endsBeforeConnection
local knownLength = ____http_body.knownLength
local readBody = ____http_body.readBody
local readUntil = ____http_body.readUntil
local ____http_line = require("kong.plugins.token-introspection.http-line")
local NOT_HTTP = ____http_line.NOT_HTTP
local endHead = ____http_line.endHead
local isNotHttp = ____http_line.isNotHttp
local limitHead = ____http_line.limitHead
local ____in_flight = require("kong.plugins.token-introspection.in-flight")
local givePlaceBack = ____in_flight.givePlaceBack
local takePlace = ____in_flight.takePlace
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
local ____proxy = require("kong.plugins.token-introspection.proxy")
local proxyFor = ____proxy.proxyFor
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
local ____tunnel = require("kong.plugins.token-introspection.tunnel")
local guardTunnel = ____tunnel.guardTunnel
local leaveTunnel = ____tunnel.leaveTunnel
local ____url = require("kong.plugins.token-introspection.url")
local isAddress = ____url.isAddress
local serverName = ____url.serverName
function mayAsk(call, server)
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
function leave(call, server, place)
  call.places[server] = nil
  givePlaceBack(server, place)
end
function connectOptions(call, url)
  local ____call_4 = call
  local question = ____call_4.question
  local pair, wrong = clientCertificateOf(question)
  if wrong ~= nil then
    return nil, wrong
  end
  local verify = question.introspection_ssl_verify
  local proxy = proxyFor(question, url)
  local options = {
    scheme = url.scheme,
    host = url.host,
    port = url.port,
    ssl_verify = verify,
    ssl_server_name = (verify or not isAddress(url)) and serverName(url) or nil,
    ssl_client_cert = pair and pair.certificate,
    ssl_client_priv_key = pair and pair.key,
    proxy_opts = proxy,
  }
  local hash, hashError = sha256(concat({
    url.server,
    tostring(verify),
    proxy and proxy.http_proxy or proxy and proxy.https_proxy or "",
    proxy and proxy.http_proxy_authorization or proxy and proxy.https_proxy_authorization or "",
    question.client_certificate or "",
    question.client_key or "",
  }, "\n"))
  if hash == nil then
    return nil, hashError or "no SHA-256"
  end
  options.pool = "token-introspection:" .. encode_base64url(hash)
  return options
end
function attempt(call, url, options, request, retries)
  local ____url_17 = url
  local server = ____url_17.server
  local client, clientError = http.new()
  if client == nil then
    return nil, {
      failure = unavailable("no socket: " .. printable(clientError or "")),
      ["repeat"] = "never",
    }
  end
  local patience = max(1, floor(remaining(call) / (retries + 1)))
  client:set_timeout(patience)
  call.stage = "connecting"
  local connected, connectError = connect(client, options, patience)
  if connected == nil then
    client:close()
    if (find(connectError or "", PROXY_REFUSAL)) ~= nil then
      call.asked[server] = true
      call.status = 407
      local failure = unexpected("the proxy answered 407: it wants other credentials, see https_proxy")
      return nil, { failure = failure, ["repeat"] = "never" }
    end
    return nil, connectMiss(call, server, connectError)
  end
  local reused = client:get_reused_times()
  client:set_timeout(remaining(call))
  call.stage = "waiting for the answer"
  local response, message = send(client, url, request)
  if response == nil then
    client:close()
    return nil, headMiss(call, server, message, reused ~= nil and reused > 0)
  end
  call.asked[server] = true
  call.status = response.status
  call.stage = "reading the answer of status " .. tostring(response.status)
  return finish(call, server, client, response)
end
function connect(client, options, timeout)
  local connected
  local message
  local proxied = options.proxy_opts ~= nil
  if proxied then
    guardTunnel(client.sock, timeout)
  end
  local good, raised = pcall(function()
    connected, message = client:connect(options)
  end)
  if proxied then
    leaveTunnel(client.sock)
  end
  if not good then
    local said = gsub(tostring(raised), "^.-:%d+: ", "")
    return nil, ("the TLS handshake failed (" .. said) .. "), as it does where the certificate is not accepted"
  end
  if connected == nil then
    return nil, message or "no connection"
  end
  return true
end
function send(client, url, request)
  local parameters = { method = request.method, path = url.path, headers = request.headers, body = request.body }
  local sent, sendError = client:send_request(parameters)
  if sent == nil then
    return nil, sendError or "closed"
  end
  limitHead(client.sock)
  for _ = 0, MOST_INTERIM do
    local response, message = client:read_response(parameters)
    if response == nil then
      return nil, message or "closed"
    end
    if response.status < 100 or response.status > 199 or response.status == 101 then
      endHead(client.sock)
      return response
    end
  end
  return nil, NOT_HTTP .. ": interim answers without an end"
end
function connectMiss(call, server, message)
  if message == "timeout" then
    return {
      failure = overdue(call),
      ["repeat"] = "counted",
    }
  end
  local text = printable(message or "")
  if isNotHttp(text) then
    return {
      failure = unavailable((("what the proxy before " .. server) .. " sent is not HTTP: ") .. text),
      ["repeat"] = "never",
    }
  end
  local advice = (find(text, "certificate", 1, true)) ~= nil
      and "; see whether its certificate is for this host name and from a CA in lua_ssl_trusted_certificate (lua_ssl_verify_depth counts the ones between)"
    or "; see whether it runs and can be reached from here"
  return {
    failure = unavailable(((("no connection to " .. server) .. ": ") .. text) .. advice),
    ["repeat"] = "counted",
  }
end
function headMiss(call, server, message, reused)
  if message == "timeout" then
    return {
      failure = overdue(call),
      ["repeat"] = "never",
    }
  end
  if isNotHttp(message or "") then
    return {
      failure = unavailable(("what " .. server) .. " sent is not HTTP: see whether the URL and its port are right"),
      ["repeat"] = "never",
    }
  end
  return {
    failure = unavailable((server .. " closed the connection without an answer: ") .. printable(message or "")),
    ["repeat"] = reused and "freely" or "counted",
  }
end
function finish(call, server, client, response)
  local ____response_18 = response
  local status = ____response_18.status
  local headers = ____response_18.headers
  local needed = status == 200 or status == 400
  if not response.has_body then
    keep(call, client)
    return { status = status, headers = headers, body = needed and "" or nil }
  end
  if not needed then
    local length = knownLength(headers)
    if length == nil or length > SHORT_BODY then
      client:close()
      return { status = status, headers = headers, body = nil }
    end
    local text = readUntil(client.sock, length, min(call.deadline, now() + SHORT_BODY_TIME))
    if text == nil then
      client:close()
    else
      keep(call, client)
    end
    return { status = status, headers = headers, body = text }
  end
  client:set_timeout(remaining(call))
  local text, trouble = readBody(client.sock, headers, BODY_LIMIT)
  if text == nil then
    client:close()
    return nil, {
      failure = bodyFailure(call, server, trouble),
      ["repeat"] = "never",
    }
  end
  if endsBeforeConnection(headers) then
    keep(call, client)
  else
    client:close()
  end
  return { status = status, headers = headers, body = text }
end
function bodyFailure(call, server, trouble)
  local detail = trouble and trouble.detail or ""
  if (trouble and trouble.kind) == "too large" then
    return unexpected(
      ((("the answer of " .. server) .. " is longer than ") .. tostring(BODY_LIMIT)) .. " bytes: see whether the URL is right"
    )
  end
  if (trouble and trouble.kind) == "malformed" then
    return unavailable((("the answer of " .. server) .. " is not HTTP: ") .. printable(detail))
  end
  if detail == "timeout" then
    return overdue(call)
  end
  return unavailable((("the answer of " .. server) .. " broke off: ") .. printable(detail))
end
function keep(call, client)
  local ____call_question_25 = call.question
  local time = ____call_question_25.keepalive_timeout
  if time == 0 or call.fresh then
    client:close()
    return
  end
  local kept = client:set_keepalive(time)
  if kept == nil then
    client:close()
  end
end
concat = table.concat
find = string.find
gsub = string.gsub
floor = math.floor
max = math.max
min = math.min
now = ngx.now
BODY_LIMIT = 1024 * 1024
SHORT_BODY = 16 * 1024
SHORT_BODY_TIME = 0.25
MOST_INTERIM = 16
PROXY_REFUSAL = "tunnel through a proxy: 407$"
--- Asks a server, once or again. Never raises for what the server or the network do.
function ____exports.exchange(call, url, makeRequest)
  local ____call_0 = call
  local question = ____call_0.question
  local ____url_1 = url
  local server = ____url_1.server
  local options, wrong = connectOptions(call, url)
  if options == nil then
    return nil, unexpected(wrong or "")
  end
  call.url = nil
  local place = takePlace(server, call.deadline)
  if place == nil then
    return nil, unavailable(("too many calls to " .. server) .. " are under way in this worker: it is too slow for what is asked of it", 1)
  end
  call.places[server] = place
  local wait, probing = mayAsk(call, server)
  if wait ~= nil then
    leave(call, server, place)
    return nil, unavailable(server .. " gave no answers lately and is not asked for a moment (circuit breaker)", wait)
  end
  local retries = 0
  call.fresh = false
  while true do
    local request, failure = makeRequest()
    if request == nil then
      if probing and not (call.asked[server] ~= nil) then
        breakerGiveBack(question, server)
      end
      leave(call, server, place)
      return nil, failure or unexpected("the request could not be made")
    end
    call.url = url
    call.status = nil
    call.asked[server] = false
    local answer, miss = attempt(call, url, options, request, question.retries - retries)
    if answer ~= nil then
      leave(call, server, place)
      return answer
    end
    local again = miss ~= nil and now() < call.deadline and miss["repeat"] ~= "never"
    if not again or miss["repeat"] == "counted" and retries >= question.retries then
      leave(call, server, place)
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
return ____exports
