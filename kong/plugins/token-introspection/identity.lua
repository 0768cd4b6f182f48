-- Transpiled from src/kong/plugins/token-introspection/identity.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local setOrClear, credentialFor, setGroups, HEADERS
local constants = require("kong.constants")
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local ____upstream = require("kong.plugins.token-introspection.upstream")
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
function setGroups(standing)
  if standing.groups == nil then
    return
  end
  local groups = {}
  for ____, group in ipairs(standing.groups) do
    groups[#groups + 1] = group
  end
  kong.ctx.shared.authenticated_groups = groups
  setOrClear(HEADERS.AUTHENTICATED_GROUPS, standing.groupsHeader)
end
HEADERS = constants.HEADERS
--- Longest text that is looked up, in bytes: a key of Kong's cache has its limits, and a consumer a shorter name.
local LONGEST_NAME = 4096
--- Seconds that a consumer is remembered under a key of our own: Kong tells of a change by the keys of id and user name only.
local OWN_KEY_TTL = 60
--- Seconds that "there is no such consumer" is.
local OWN_KEY_MISS_TTL = 5
local function errorText(message)
  local ____temp_0
  if message == nil then
    ____temp_0 = nil
  else
    ____temp_0 = tostring(message)
  end
  return ____temp_0
end
local function loadByUsername(name)
  local consumer, message = kong.db.consumers:select_by_username(name)
  return consumer, errorText(message)
end
local function loadByCustomId(name)
  local consumer, message = kong.db.consumers:select_by_custom_id(name)
  return consumer, errorText(message)
end
local function loadById(name)
  local consumer, message = kong.client.load_consumer(name)
  return consumer, errorText(message)
end
local function loadByIdOrUsername(name)
  local consumer, message = kong.client.load_consumer(name, true)
  return consumer, errorText(message)
end
local function isUuid(text)
  return (string.match(text, "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$")) ~= nil
end
--- Kong invalidates what is kept under this key when the consumer with this id or username changes, so it stays as long as Kong's own look-ups.
local function look(name, load)
  local consumer, message = kong.cache:get(kong.db.consumers:cache_key(name), nil, load, name)
  return consumer, message
end
--- Looks under a key of our own, of which Kong knows nothing.
local function lookUnderOwnKey(by, name, load)
  local key = (("token_introspection:" .. by) .. ":") .. kong.db.consumers:cache_key(name)
  local options = { ttl = OWN_KEY_TTL, neg_ttl = OWN_KEY_MISS_TTL, resurrect_ttl = 0.001 }
  local found, message = kong.cache:get(key, options, load, name)
  if found == nil then
    return nil, message
  end
  local current, trouble = look(found.id, loadById)
  if trouble ~= nil or (current and current[by]) == name then
    return current, trouble
  end
  kong.cache:invalidate_local(key)
  return load(name)
end
local function findConsumer(by, name)
  if #name > LONGEST_NAME then
    return nil
  end
  if by == "custom_id" then
    return lookUnderOwnKey(by, name, loadByCustomId)
  end
  if by == "username" and isUuid(name) then
    return lookUnderOwnKey(by, name, loadByUsername)
  end
  if by == "username" then
    return look(name, loadByUsername)
  end
  if not isUuid(name) then
    return nil
  end
  return look(name, loadById)
end
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
        clearSpoofable(headers, plan.upstream, false)
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
  local consumer, message = look(anonymous, loadByIdOrUsername)
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
