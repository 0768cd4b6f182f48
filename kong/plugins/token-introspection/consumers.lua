-- Transpiled from src/kong/plugins/token-introspection/consumers.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Longest text that is looked up, in bytes: a key of Kong's cache has its limits, and a consumer a shorter name.
local LONGEST_NAME = 4096
--- Seconds that "there is no such consumer" is remembered under a key of our own. A consumer is remembered for as long as Kong remembers its own, which
-- outlasts a database that is away.
local OWN_KEY_MISS_TTL = 60
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
--- A key of which Kong knows nothing.
local function ownKey(by, name)
  return (("token_introspection:" .. by) .. ":") .. kong.db.consumers:cache_key(name)
end
local function lookUnderOwnKey(by, name, load)
  local key = ownKey(by, name)
  local found, message = kong.cache:get(key, { neg_ttl = OWN_KEY_MISS_TTL }, load, name)
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
--- The consumer with this id, user name or custom_id, from Kong's cache or its database.
--
-- @returns undefined where there is none; the second value is there when it could not be looked up.
function ____exports.findConsumer(by, name)
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
--- The consumer that a setting names by its id or its user name.
--
-- @returns as `findConsumer`.
function ____exports.findNamedConsumer(name)
  return look(name, loadByIdOrUsername)
end
--- Forgets, on all nodes, what is remembered by the names of a consumer.
local function forgetNames(consumer)
  if consumer == nil then
    return
  end
  local ____consumer_3 = consumer
  local username = ____consumer_3.username
  local customId = ____consumer_3.custom_id
  if type(customId) == "string" then
    kong.cache:invalidate(ownKey("custom_id", customId))
  end
  if type(username) == "string" and isUuid(username) then
    kong.cache:invalidate(ownKey("username", username))
  end
end
--- Listens for changes of consumers, which Kong tells to the worker that made them. Phase: init_worker.
function ____exports.listenForConsumers()
  kong.worker_events.register(function(data)
    local ____data_4 = data
    local entity = ____data_4.entity
    local former = ____data_4.old_entity
    forgetNames(entity)
    forgetNames(former)
  end, "crud", "consumers")
end
return ____exports
