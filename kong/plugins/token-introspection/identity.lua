-- Transpiled from src/kong/plugins/token-introspection/identity.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local setOrClear, credentialFor, setAuthenticatedGroups, setGroups, HEADERS
local constants = require("kong.constants")
local ____consumers = require("kong.plugins.token-introspection.consumers")
local findConsumer = ____consumers.findConsumer
local findNamedConsumer = ____consumers.findNamedConsumer
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local ____upstream = require("kong.plugins.token-introspection.upstream")
local TOO_MANY_HEADERS = ____upstream.TOO_MANY_HEADERS
local clearSpoofable = ____upstream.clearSpoofable
function setOrClear(header, value)
  if value == nil or value == ngx.null then
    kong.service.request.clear_header(header)
  else
    kong.service.request.set_header(header, value)
  end
end
function credentialFor(standing, consumer)
  return { id = standing.credentialId, consumer_id = consumer.id, consumer = { id = consumer.id } }
end
function setAuthenticatedGroups(groups)
  kong.ctx.shared.authenticated_groups = groups
  ngx.ctx.authenticated_groups = groups
end
function setGroups(standing)
  if standing.groups == nil then
    return
  end
  local groups = {}
  for ____, group in ipairs(standing.groups) do
    groups[#groups + 1] = group
  end
  setAuthenticatedGroups(groups)
  setOrClear(HEADERS.AUTHENTICATED_GROUPS, standing.groupsHeader)
end
HEADERS = constants.HEADERS
local function setConsumerHeaders(consumer, credentialId)
  setOrClear(HEADERS.CONSUMER_ID, consumer.id)
  setOrClear(HEADERS.CONSUMER_CUSTOM_ID, consumer.custom_id)
  setOrClear(HEADERS.CONSUMER_USERNAME, consumer.username)
  setOrClear(HEADERS.CREDENTIAL_IDENTIFIER, credentialId)
end
local function mapConsumer(config, standing)
  local name = standing.consumerName
  if name ~= nil and name ~= "" then
    for ____, by in ipairs(config.consumer_by) do
      local consumer, message = findConsumer(by, name)
      if message ~= nil then
        return nil, refusal("unexpected", "the consumer could not be looked up: " .. message)
      end
      if consumer ~= nil then
        return consumer
      end
    end
  end
  if config.consumer_optional then
    return nil
  end
  return nil, refusal("consumer_not_found", "consumer_claim: there is no consumer for the token")
end
--- Tells Kong who the caller is: consumer, credential, groups. A consumer that another plugin authenticated stays when we map none.
--
-- @param headers all headers of the request, names in lower case.
-- @param authenticated another plugin has authenticated the request.
-- @returns undefined, or why the request may not pass.
function ____exports.identify(config, plan, standing, headers, authenticated)
  if plan.consumerClaim ~= nil then
    local consumer, refused = mapConsumer(config, standing)
    if refused ~= nil then
      return refused
    end
    if consumer ~= nil then
      if authenticated then
        if clearSpoofable(headers, plan.upstream, false) then
          return TOO_MANY_HEADERS
        end
        setAuthenticatedGroups(nil)
      end
      kong.client.authenticate(consumer, credentialFor(standing, consumer))
      setConsumerHeaders(consumer, standing.credentialHeader)
      kong.service.request.clear_header(HEADERS.ANONYMOUS)
      setGroups(standing)
      return nil
    end
  end
  if not authenticated then
    kong.client.authenticate(nil, { id = standing.credentialId })
  end
  setGroups(standing)
  return nil
end
--- Uses the consumer of the setting `anonymous` (id or username) in place of a refusal.
--
-- @returns undefined, or why there is no such consumer: the administrator's mistake, not the caller's.
function ____exports.becomeAnonymous(anonymous)
  local consumer, message = findNamedConsumer(anonymous)
  if message ~= nil then
    return refusal("unexpected", "the anonymous consumer could not be looked up: " .. message)
  end
  if consumer == nil then
    return refusal("unexpected", "anonymous: there is no such consumer")
  end
  kong.client.authenticate(consumer)
  setConsumerHeaders(consumer, nil)
  kong.service.request.set_header(HEADERS.ANONYMOUS, true)
  return nil
end
return ____exports
