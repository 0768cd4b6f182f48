-- Transpiled from src/kong/plugins/token-introspection/http-attempt.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local bodyFailure, keep, BODY_LIMIT
local http = require("resty.http")
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____call = require("kong.plugins.token-introspection.call")
local isOver = ____call.isOver
local overdue = ____call.overdue
local remaining = ____call.remaining
local ____http_body = require("kong.plugins.token-introspection.http-body")
local endsBeforeConnection = ____http_body.endsBeforeConnection
local knownLength = ____http_body.knownLength
local readBody = ____http_body.readBody
local readUntil = ____http_body.readUntil
local ____http_connection = require("kong.plugins.token-introspection.http-connection")
local connect = ____http_connection.connect
local ____http_line = require("kong.plugins.token-introspection.http-line")
local NOT_HTTP = ____http_line.NOT_HTTP
local endHead = ____http_line.endHead
local isNotHttp = ____http_line.isNotHttp
local limitHead = ____http_line.limitHead
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
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
  local ____call_question_7 = call.question
  local time = ____call_question_7.keepalive_timeout
  if time == 0 or call.fresh then
    client:close()
    return
  end
  local kept = client:set_keepalive(time)
  if kept == nil then
    client:close()
  end
end
local find = string.find
local floor = math.floor
local max = math.max
local min = math.min
local now = ngx.now
BODY_LIMIT = 1024 * 1024
--- Bytes of a body that says nothing we need, but for a log line and for keeping the connection.
local SHORT_BODY = 16 * 1024
--- Seconds to wait for such a body.
local SHORT_BODY_TIME = 0.25
--- Interim answers (RFC 9110 section 15.2) that are skipped before one answer.
local MOST_INTERIM = 16
--- What resty.http says when a proxy refuses to connect for want of credentials (RFC 9110 section 15.5.8).
local PROXY_REFUSAL = "tunnel through a proxy: 407$"
local function send(client, url, request)
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
--- What nginx says where this worker has no socket left.
local NO_SOCKET = {
  "too many open files",
  "no free connections",
  "no buffer space",
  "operation now in progress",
  "resource temporarily unavailable",
  "no child processes",
}
local function isOurOwnWant(message)
  for ____, want in ipairs(NO_SOCKET) do
    if (find(message, want, 1, true)) ~= nil then
      return true
    end
  end
  return false
end
local function connectMiss(call, server, message)
  if message == "timeout" then
    return {
      failure = overdue(call),
      ["repeat"] = "counted",
    }
  end
  if isOurOwnWant(message or "") then
    call.asked[server] = nil
    return {
      failure = unavailable("this worker has no socket left: " .. printable(message or ""), 1),
      ["repeat"] = "counted",
    }
  end
  if (find(message or "", PROXY_REFUSAL)) ~= nil then
    call.asked[server] = true
    call.status = 407
    local failure = unexpected("the proxy answered 407: it wants other credentials, see https_proxy")
    return { failure = failure, ["repeat"] = "never" }
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
local function headMiss(call, server, message, reused)
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
--- Reads what is worth reading of the body, and keeps or closes the connection.
local function finish(call, server, client, response)
  local ____response_0 = response
  local status = ____response_0.status
  local headers = ____response_0.headers
  if status >= 500 then
    client:close()
    return { status = status, headers = headers, body = nil }
  end
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
--- Makes one. Never raises for what the server or the network do.
--
-- @param retries that are left when this one fails.
function ____exports.attempt(call, url, options, request, retries)
  local ____url_8 = url
  local server = ____url_8.server
  local client, clientError = http.new()
  if client == nil then
    return nil, {
      failure = unavailable("no socket: " .. printable(clientError or "")),
      ["repeat"] = "never",
    }
  end
  local patience = max(1, floor(remaining(call) / (retries + 1)))
  client:set_timeout(patience)
  local connected, connectError = connect(call, client, options, patience)
  if connected == nil then
    client:close()
    return nil, connectMiss(call, server, connectError)
  end
  if isOver(call) then
    client:close()
    return nil, {
      failure = overdue(call),
      ["repeat"] = "never",
    }
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
return ____exports
