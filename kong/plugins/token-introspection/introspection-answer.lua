-- Transpiled from src/kong/plugins/token-introspection/introspection-answer.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local hint, advice, secondsUntil, find, max, min, LONGEST_RETRY_AFTER, MEDIA_TYPES
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____http_body = require("kong.plugins.token-introspection.http-body")
local headerHolds = ____http_body.headerHolds
local ____json_object = require("kong.plugins.token-introspection.json-object")
local parseObject = ____json_object.parseObject
local ____sets = require("kong.plugins.token-introspection.sets")
local setOf = ____sets.setOf
local ____text = require("kong.plugins.token-introspection.text")
local mediaTypeOf = ____text.mediaTypeOf
local trim = ____text.trim
function hint(answer)
  if answer.headers["Content-Encoding"] ~= nil then
    return " (it has a Content-Encoding, which was not asked for)"
  end
  local kind = answer.headers["Content-Type"]
  if type(kind) ~= "string" then
    return ""
  end
  local mediaType = mediaTypeOf(kind)
  return MEDIA_TYPES[mediaType] ~= nil and (" (Content-Type " .. mediaType) .. ")" or " (of a Content-Type that is not known here)"
end
function advice(status)
  if status == 400 or status == 401 then
    return ": see client_auth, client_id and the secret or key"
  end
  if status == 403 then
    return ": this client may not introspect, see its rights at the authorization server"
  end
  if status == 404 or status == 405 or status == 410 then
    return ": see whether introspection_endpoint is right"
  end
  if status == 407 then
    return ": the proxy wants other credentials, see http_proxy"
  end
  if status >= 300 and status < 400 then
    return ": redirects are not followed, set introspection_endpoint to the URL itself"
  end
  return ": see whether introspection_endpoint is right"
end
function secondsUntil(date)
  local time = ngx.parse_http_time(date)
  local ____temp_5
  if time == nil then
    ____temp_5 = nil
  else
    ____temp_5 = time - ngx.time()
  end
  return ____temp_5
end
--- Seconds until asking again makes sense, where the server says so.
function ____exports.retryAfter(answer)
  local field = answer.headers["Retry-After"]
  if type(field) ~= "string" then
    return nil
  end
  local header = trim(field)
  local ____temp_6
  if (find(header, "^%d+$")) ~= nil then
    ____temp_6 = tonumber(header)
  else
    ____temp_6 = secondsUntil(header)
  end
  local seconds = ____temp_6
  local ____temp_7
  if seconds == nil then
    ____temp_7 = nil
  else
    ____temp_7 = max(1, min(LONGEST_RETRY_AFTER, seconds))
  end
  return ____temp_7
end
find = string.find
max = math.max
min = math.min
LONGEST_RETRY_AFTER = 300
--- Errors that are named in the log (RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 7009 section 2.2.1): a server's own words may repeat the token.
local ERRORS = setOf({
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "invalid_scope",
  "invalid_token",
  "insufficient_scope",
  "unauthorized_client",
  "unsupported_grant_type",
  "unsupported_token_type",
  "access_denied",
  "server_error",
  "temporarily_unavailable",
})
MEDIA_TYPES = setOf({
  "application/json",
  "application/jwt",
  "application/octet-stream",
  "application/problem+json",
  "application/token-introspection+jwt",
  "application/x-www-form-urlencoded",
  "application/xml",
  "text/html",
  "text/plain",
  "text/xml",
})
--- Errors of a 400 that blame the token: our own request is well-formed.
local function blamesToken(code)
  return code == "invalid_request" or code == "invalid_token" or code == "unsupported_token_type"
end
--- Whether the server wants the answer not to be stored, or not to be used again without asking.
function ____exports.forbidsStoring(answer)
  local control = answer.headers["Cache-Control"]
  return headerHolds(control, "no-store") or headerHolds(control, "no-cache")
end
--- The answer of RFC 7662 section 2.2: a JSON object with a boolean `active`.
function ____exports.readClaims(server, claims, text, noStore, latency)
  local ____claims_0 = claims
  local active = ____claims_0.active
  if active == false then
    return { kind = "inactive", noStore = noStore, latency = latency }
  end
  if active ~= true then
    return unexpected(("the answer of " .. server) .. ' has no boolean "active": see whether introspection_endpoint is right')
  end
  local ____claims_1 = claims
  local exp = ____claims_1.exp
  return {
    kind = "active",
    claims = text,
    exp = type(exp) == "number" and exp == exp and exp or nil,
    noStore = noStore,
    latency = latency,
  }
end
--- What a plain answer of status 200 means.
--
-- @param latency milliseconds.
function ____exports.readJsonAnswer(server, answer, latency)
  local claims, wrong = parseObject(answer.body or "")
  if claims == nil then
    return unexpected(
      (((("the answer of " .. server) .. " is not JSON as RFC 7662 has it: ") .. wrong) .. hint(answer))
        .. "; see whether introspection_endpoint is right"
    )
  end
  return ____exports.readClaims(server, claims, answer.body or "", ____exports.forbidsStoring(answer), latency)
end
--- The OAuth error code of a body, where it has one.
local function errorCode(body)
  if body == nil then
    return nil
  end
  local members = parseObject(body)
  local code = members and members.error
  return type(code) == "string" and code or nil
end
--- Whether a status says that the server cannot answer now: it may be asked again later. One that is none counts as such (RFC 9110 section 15).
function ____exports.isTrouble(status)
  return status == 429 or status >= 500 or status < 100
end
--- What an answer of another status than 200 means.
function ____exports.readRefusal(server, answer, latency)
  local ____answer_4 = answer
  local status = ____answer_4.status
  if ____exports.isTrouble(status) then
    return unavailable((server .. " answered ") .. tostring(status), ____exports.retryAfter(answer))
  end
  local code = errorCode(answer.body)
  if status == 400 and code ~= nil and blamesToken(code) then
    local inactive = {
      kind = "inactive",
      noStore = ____exports.forbidsStoring(answer),
      latency = latency,
    }
    return inactive
  end
  local said = code == nil and "" or (" (" .. (ERRORS[code] ~= nil and code or "an error of its own")) .. ")"
  return unexpected((((server .. " answered ") .. tostring(status)) .. said) .. advice(status))
end
return ____exports
