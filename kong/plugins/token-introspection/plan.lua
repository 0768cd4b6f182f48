-- Transpiled from src/kong/plugins/token-introspection/plan.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local referencesOf, unresolvedReference, seenSoFar, heed, max, plans, told
local ____attachment = require("kong.plugins.token-introspection.attachment")
local createAttachments = ____attachment.createAttachments
local ____authorization = require("kong.plugins.token-introspection.authorization")
local rulesOf = ____authorization.rulesOf
local ____claims = require("kong.plugins.token-introspection.claims")
local claimPath = ____claims.claimPath
local ____dpop_replay = require("kong.plugins.token-introspection.dpop-replay")
local beginRemembering = ____dpop_replay.beginRemembering
local ____remote_document = require("kong.plugins.token-introspection.remote-document")
local renewDocuments = ____remote_document.renewDocuments
local ____question = require("kong.plugins.token-introspection.question")
local REFERENCEABLE = ____question.REFERENCEABLE
local questionOf = ____question.questionOf
local ____resource_metadata = require("kong.plugins.token-introspection.resource-metadata")
local resourceMetadataOf = ____resource_metadata.resourceMetadataOf
local ____upstream = require("kong.plugins.token-introspection.upstream")
local upstreamPlanOf = ____upstream.upstreamPlanOf
function referencesOf(config)
  local named = config["$refs"]
  if named == nil then
    return nil
  end
  local references
  for ____, name in ipairs(REFERENCEABLE) do
    if named[name] ~= nil then
      references = references or {}
      references[name] = config[name] or ""
    end
  end
  return references
end
function unresolvedReference(references)
  if references == nil then
    return nil
  end
  for name, value in pairs(references) do
    if value == "" then
      return name
    end
  end
  return nil
end
function seenSoFar()
  local seen = {}
  for config in pairs(plans) do
    seen[#seen + 1] = config
  end
  return seen
end
function heed(configs)
  renewDocuments()
  local proofs = {}
  for ____, ____value in ipairs(configs) do
    local dpop = ____value.dpop
    local name = ____value.dpop_dictionary
    local maxAge = ____value.dpop_max_age
    local leeway = ____value.leeway
    if dpop ~= "off" then
      proofs[name] = max(proofs[name] or 0, maxAge + leeway)
    end
  end
  beginRemembering(proofs)
end
local lower = string.lower
max = math.max
--- Entries of one generation whose standing is kept, some 1 KB each.
local MOST_STANDINGS = 131072
plans = setmetatable({}, { __mode = "k" })
local function optionalPath(path)
  local ____temp_0
  if path == nil then
    ____temp_0 = nil
  else
    ____temp_0 = claimPath(path)
  end
  return ____temp_0
end
local function makePlan(config)
  local references = referencesOf(config)
  return {
    question = questionOf(config),
    unresolved = unresolvedReference(references),
    rules = rulesOf(config),
    upstream = upstreamPlanOf(config),
    certificate_binding = config.certificate_binding,
    dpop = config.dpop,
    tokenHeader = lower(config.token_header),
    bareToken = lower(config.token_header) ~= "authorization",
    consumerClaim = optionalPath(config.consumer_claim),
    credentialClaim = optionalPath(config.credential_claim),
    groupsClaim = optionalPath(config.groups_claim),
    metadata = resourceMetadataOf(config),
    standings = createAttachments(MOST_STANDINGS),
    references = references,
  }
end
local function isCurrent(references, config)
  for name, value in pairs(references) do
    if value ~= (config[name] or "") then
      return false
    end
  end
  return true
end
--- The plan of a configuration.
function ____exports.planOf(config)
  local known = plans[config]
  if known ~= nil and (known.references == nil or isCurrent(known.references, config)) then
    return known
  end
  local plan = makePlan(config)
  plans[config] = plan
  if not told and known == nil then
    heed(seenSoFar())
  end
  return plan
end
--- The configurations of this plugin that are in force.
local current = {}
--- Kong tells of configurations from 3.5 on. Before, one that a request brings for the first time is the news of a change.
told = false
--- Takes note of the configurations in force. Phase: configure.
function ____exports.configurePlans(configs)
  told = true
  current = configs or {}
  heed(current)
end
--- What the configurations in force ask.
function ____exports.questions()
  local asked = {}
  for ____, config in ipairs(told and current or seenSoFar()) do
    asked[#asked + 1] = ____exports.planOf(config).question
  end
  return asked
end
return ____exports
