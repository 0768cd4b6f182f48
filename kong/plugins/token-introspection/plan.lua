-- Transpiled from src/kong/plugins/token-introspection/plan.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____authorization = require("kong.plugins.token-introspection.authorization")
local rulesOf = ____authorization.rulesOf
local ____claims = require("kong.plugins.token-introspection.claims")
local claimPath = ____claims.claimPath
local ____dpop_replay = require("kong.plugins.token-introspection.dpop-replay")
local beginRemembering = ____dpop_replay.beginRemembering
local ____header_names = require("kong.plugins.token-introspection.header-names")
local normalizedName = ____header_names.normalizedName
local ____question = require("kong.plugins.token-introspection.question")
local REFERENCEABLE = ____question.REFERENCEABLE
local questionOf = ____question.questionOf
local unresolvedReference = ____question.unresolvedReference
local ____resource_metadata = require("kong.plugins.token-introspection.resource-metadata")
local resourceMetadataOf = ____resource_metadata.resourceMetadataOf
local ____upstream = require("kong.plugins.token-introspection.upstream")
local upstreamPlanOf = ____upstream.upstreamPlanOf
local lower = string.lower
local plans = setmetatable({}, { __mode = "k" })
local function optionalPath(path)
  local ____temp_0
  if path == nil then
    ____temp_0 = nil
  else
    ____temp_0 = claimPath(path)
  end
  return ____temp_0
end
local function namesHeader(headers, wanted)
  for name in pairs(headers) do
    if normalizedName(name) == normalizedName(wanted) then
      return true
    end
  end
  return false
end
local function makePlan(config)
  local references = {}
  for ____, name in ipairs(REFERENCEABLE) do
    references[name] = config[name]
  end
  local ____questionOf_result_2 = questionOf(config)
  local ____unresolvedReference_result_3 = unresolvedReference(config)
  local ____rulesOf_result_4 = rulesOf(config)
  local ____upstreamPlanOf_result_5 = upstreamPlanOf(config)
  local ____config_certificate_binding_6 = config.certificate_binding
  local ____config_dpop_7 = config.dpop
  local ____lower_result_8 = lower(config.token_header)
  local ____temp_9 = config.upstream_headers ~= nil and namesHeader(config.upstream_headers, config.token_header)
  local ____temp_10 = lower(config.token_header) ~= "authorization"
  local ____temp_1
  if config.certificate_header == nil then
    ____temp_1 = nil
  else
    ____temp_1 = normalizedName(config.certificate_header)
  end
  return {
    question = ____questionOf_result_2,
    unresolved = ____unresolvedReference_result_3,
    rules = ____rulesOf_result_4,
    upstream = ____upstreamPlanOf_result_5,
    certificate_binding = ____config_certificate_binding_6,
    dpop = ____config_dpop_7,
    tokenHeader = ____lower_result_8,
    forwardsTokenHeader = ____temp_9,
    bareToken = ____temp_10,
    certificateHeader = ____temp_1,
    consumerClaim = optionalPath(config.consumer_claim),
    credentialClaim = optionalPath(config.credential_claim),
    groupsClaim = optionalPath(config.groups_claim),
    metadata = resourceMetadataOf(config),
    standings = setmetatable({}, { __mode = "k" }),
    references = references,
  }
end
local function isCurrent(plan, config)
  local ____plan_11 = plan
  local references = ____plan_11.references
  for ____, name in ipairs(REFERENCEABLE) do
    if references[name] ~= config[name] then
      return false
    end
  end
  return true
end
--- The plan of a configuration.
function ____exports.planOf(config)
  local known = plans[config]
  if known ~= nil and isCurrent(known, config) then
    return known
  end
  local plan = makePlan(config)
  plans[config] = plan
  return plan
end
--- The configurations of this plugin that are in force.
local current = {}
--- Takes note of the configurations in force. Phase: configure.
function ____exports.configurePlans(configs)
  current = configs or {}
  for ____, config in ipairs(current) do
    if config.dpop ~= "off" then
      beginRemembering(config.dpop_dictionary)
    end
  end
end
--- What the configurations in force ask.
function ____exports.questions()
  local asked = {}
  for ____, config in ipairs(current) do
    asked[#asked + 1] = ____exports.planOf(config).question
  end
  return asked
end
return ____exports
