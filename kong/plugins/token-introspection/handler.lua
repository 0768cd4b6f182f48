-- Transpiled from src/kong/plugins/token-introspection/handler.ts by `npm run build`: edit that file, not this one.
local ____authorization = require("kong.plugins.token-introspection.authorization")
local refuseByAge = ____authorization.refuseByAge
local refuseByTime = ____authorization.refuseByTime
local ____cache = require("kong.plugins.token-introspection.cache")
local consult = ____cache.consult
local ____challenge = require("kong.plugins.token-introspection.challenge")
local answerOf = ____challenge.answerOf
local ____consumers = require("kong.plugins.token-introspection.consumers")
local listenForConsumers = ____consumers.listenForConsumers
local ____identity = require("kong.plugins.token-introspection.identity")
local becomeAnonymous = ____identity.becomeAnonymous
local identify = ____identity.identify
local ____forgetting = require("kong.plugins.token-introspection.forgetting")
local listen = ____forgetting.listen
local tokenName = ____forgetting.tokenName
local ____plan = require("kong.plugins.token-introspection.plan")
local configurePlans = ____plan.configurePlans
local planOf = ____plan.planOf
local ____possession = require("kong.plugins.token-introspection.possession")
local refuseCertificate = ____possession.refuseCertificate
local refuseKey = ____possession.refuseKey
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local speakDpop = ____refusal.speakDpop
local ____redaction = require("kong.plugins.token-introspection.redaction")
local redactHeaders = ____redaction.redactHeaders
local redactQuery = ____redaction.redactQuery
local redactUpstreamQuery = ____redaction.redactUpstreamQuery
local ____report = require("kong.plugins.token-introspection.report")
local reportAllowed = ____report.reportAllowed
local reportAnonymous = ____report.reportAnonymous
local reportRefused = ____report.reportRefused
local ____resource_metadata = require("kong.plugins.token-introspection.resource-metadata")
local asksForMetadata = ____resource_metadata.asksForMetadata
local ____response = require("kong.plugins.token-introspection.response")
local completesResponses = ____response.completesResponses
local finishResponse = ____response.finishResponse
local keepPrivate = ____response.keepPrivate
local ____standing = require("kong.plugins.token-introspection.standing")
local standingOf = ____standing.standingOf
local ____token_request = require("kong.plugins.token-introspection.token-request")
local findToken = ____token_request.findToken
local hideToken = ____token_request.hideToken
local settleQuery = ____token_request.settleQuery
local ____upstream = require("kong.plugins.token-introspection.upstream")
local ANONYMOUS_HEADER = ____upstream.ANONYMOUS_HEADER
local TOO_MANY_HEADERS = ____upstream.TOO_MANY_HEADERS
local clearSpoofable = ____upstream.clearSpoofable
local connectionNamesProtected = ____upstream.connectionNamesProtected
local forward = ____upstream.forward
local redactForged = ____upstream.redactForged
local getHeaders = ngx.req.get_headers
local now = ngx.now
local NO_TOKEN = refusal("no_credentials", "there is no access token")
local INACTIVE = refusal("invalid_token", "the authorization server says that the token is not active")
local MALFORMED = refusal("invalid_token", "the access token is malformed")
local PROTECTED_HEADER = {
  code = "invalid_request",
  cause = "Connection names a header that the gateway sets",
  message = "The request names a header in Connection that the gateway sets.",
}
--- Keeps a token in the query out of what the logs say of the request to the upstream service, where it is not taken off.
local function redactWhereItStays(config)
  if config.token_query_arg ~= nil then
    redactUpstreamQuery(config.token_query_arg)
  end
end
local function answer(refused, config, headers)
  redactWhereItStays(config)
  reportRefused(refused)
  local contentType = headers["content-type"]
  local grpc = type(contentType) == "string"
    and (string.find(contentType, "application/grpc", 1, true)) == 1
    and ngx.req.http_version() == 2
  local ____answerOf_result_0 = answerOf(refused, config, grpc)
  local status = ____answerOf_result_0.status
  local body = ____answerOf_result_0.body
  local answered = ____answerOf_result_0.headers
  kong.response.exit(status, body, answered)
end
local function refusalOf(noEntry)
  if noEntry.kind == "inactive" then
    return INACTIVE
  end
  if noEntry.kind == "malformed" then
    return MALFORMED
  end
  if noEntry.retryAfter == nil then
    return refusal(noEntry.kind, noEntry.cause)
  end
  return { code = noEntry.kind, cause = noEntry.cause, retryAfter = noEntry.retryAfter }
end
--- Whether the token may be used here and now, whoever has it.
local function refuseToken(config, standing)
  local time = now()
  local ____temp_2 = refuseByTime(standing, time, config.leeway) or standing.claimsRefusal
  if ____temp_2 == nil then
    local ____temp_1
    if config.max_age == nil then
      ____temp_1 = nil
    else
      ____temp_1 = refuseByAge(standing.authenticated, config.max_age, time, config.leeway)
    end
    ____temp_2 = ____temp_1
  end
  return ____temp_2
end
--- A server's trouble is no property of the caller: nobody becomes anonymous by it.
local function isServersTrouble(refused)
  return refused.code == "unavailable" or refused.code == "unexpected"
end
--- What happens in place of a refusal where the settings allow it.
--
-- @returns why the request may not pass.
local function passAnonymously(config, refused)
  local withoutToken = refused.code == "no_credentials" and config.allow_anonymous
  if not withoutToken and (config.anonymous == nil or isServersTrouble(refused)) then
    return refused
  end
  if config.anonymous ~= nil then
    local failed = becomeAnonymous(config.anonymous)
    if failed ~= nil then
      return failed
    end
  end
  if withoutToken then
    kong.service.request.set_header(ANONYMOUS_HEADER, "true")
  end
  reportAnonymous(refused)
  return nil
end
--- The end of a request that may not pass as the token's.
--
-- @param presentation how the token came; undefined: there is none.
local function refuse(config, plan, headers, presentation, refused)
  local reason = passAnonymously(config, refused)
  if reason ~= nil then
    return answer((presentation and presentation.dpop) == true and speakDpop(reason) or reason, config, headers)
  end
  if config.hide_credentials then
    hideToken(config, plan, headers, nil)
  end
end
--- Identity, upstream.
--
-- @param authenticated another plugin has authenticated the request.
-- @param source where the authorization server's answer came from.
-- @param latency milliseconds that the server took, when it was asked.
local function passOn(config, plan, headers, authenticated, presentation, standing, source, latency)
  local refused = identify(config, plan, standing, headers, authenticated)
  if refused ~= nil then
    return refuse(config, plan, headers, presentation, refused)
  end
  if config.hide_credentials then
    hideToken(config, plan, headers, presentation.place)
  end
  forward(standing)
  return reportAllowed(standing, source, latency)
end
--- Confirmation, authorization.
--
-- @param name of the token (`tokenName`).
local function authorize(config, plan, headers, authenticated, presentation, standing, source, latency, name)
  local refused = standing.bindingRefusal
    or refuseCertificate(config, headers, standing.bound.thumbprint)
    or refuseKey(config, headers, presentation.dpop, name, standing.bound)
    or refuseToken(config, standing)
  if refused ~= nil then
    return refuse(config, plan, headers, presentation, refused)
  end
  return passOn(config, plan, headers, authenticated, presentation, standing, source, latency)
end
--- Introspection, or what is remembered of it.
local function introspect(config, plan, headers, authenticated, presentation, token)
  if plan.unresolved ~= nil then
    local unresolved = refusal("unexpected", plan.unresolved .. ": its reference could not be resolved")
    return refuse(config, plan, headers, presentation, unresolved)
  end
  local name = tokenName(token)
  if name == nil then
    return refuse(config, plan, headers, presentation, refusal("unexpected", "the token could not be hashed"))
  end
  local entry, source, latency = consult(plan.question, token, name)
  if entry == nil then
    return refuse(config, plan, headers, presentation, refusalOf(source))
  end
  local standing = standingOf(entry, plan)
  return authorize(config, plan, headers, authenticated, presentation, standing, source, latency, name)
end
--- A request's way from its token to the upstream service, or to a refusal.
local function proceed(config, plan, headers, authenticated)
  local token, presentation, unreadable = findToken(config, plan, headers)
  if token == nil then
    return refuse(config, plan, headers, presentation, unreadable or NO_TOKEN)
  end
  return introspect(config, plan, headers, authenticated, presentation, token)
end
--- What becomes of a request on which nothing is left that a client may not set.
--
-- @param authenticated another plugin has authenticated it.
local function handle(config, plan, headers, authenticated)
  redactHeaders(config, plan, headers)
  if config.token_query_arg ~= nil and redactQuery(config.token_query_arg) then
    keepPrivate()
  end
  if not config.hide_credentials then
    redactWhereItStays(config)
  end
  if connectionNamesProtected(headers, plan.upstream) then
    return answer(PROTECTED_HEADER, config, headers)
  end
  if plan.metadata ~= nil and asksForMetadata(plan.metadata) then
    redactWhereItStays(config)
    return kong.response.exit(200, plan.metadata.body, { ["Content-Type"] = "application/json" })
  end
  if not config.run_on_preflight and kong.request.get_method() == "OPTIONS" then
    if config.hide_credentials then
      hideToken(config, plan, headers, nil)
    end
    return
  end
  if authenticated and config.anonymous ~= nil then
    return redactWhereItStays(config)
  end
  return proceed(config, plan, headers, authenticated)
end
--- What becomes of a request with more headers of ours than are cleared.
local function refuseTooMany(config, plan, headers)
  redactHeaders(config, plan, headers)
  redactForged(headers, plan.upstream)
  if config.token_query_arg ~= nil then
    redactQuery(config.token_query_arg)
  end
  return answer(TOO_MANY_HEADERS, config, headers)
end
--- Runs on every request, before it goes to the upstream service.
local function access(self, config)
  local plan = planOf(config)
  local headers = getHeaders(0)
  local authenticated = kong.client.get_credential() ~= nil
  if clearSpoofable(headers, plan.upstream, authenticated) then
    return refuseTooMany(config, plan, headers)
  end
  return handle(config, plan, headers, authenticated)
end
--- Runs on every answer, the upstream service's or ours.
local function completeResponse(self, config)
  finishResponse(config.dpop_nonce)
end
--- The first Kong that tells its plugins of their configurations before it serves a request.
local KONG_WITH_CONFIGURE = 3005000
--- Whether this Kong is one of those.
local function tellsConfigurations()
  local known = rawget(_G, "kong")
  return known ~= nil and known.version_num >= KONG_WITH_CONFIGURE
end
local handler = { PRIORITY = 1040, VERSION = "1.0.0", access = access }
handler.init_worker = function(self)
  listen()
  listenForConsumers()
  settleQuery()
end
if not tellsConfigurations() then
  handler.header_filter = completeResponse
end
handler.configure = function(self, configs)
  configurePlans(configs)
  if completesResponses(configs) then
    handler.header_filter = completeResponse
  end
end
local ____exports = handler
return ____exports
