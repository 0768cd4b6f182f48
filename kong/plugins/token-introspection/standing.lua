-- Transpiled from src/kong/plugins/token-introspection/standing.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____attachment = require("kong.plugins.token-introspection.attachment")
local attach = ____attachment.attach
local attached = ____attachment.attached
local ____authorization = require("kong.plugins.token-introspection.authorization")
local authenticationTimeOf = ____authorization.authenticationTimeOf
local refuseByClaims = ____authorization.refuseByClaims
local validityOf = ____authorization.validityOf
local ____claims = require("kong.plugins.token-introspection.claims")
local clientIdOf = ____claims.clientIdOf
local decodeClaims = ____claims.decodeClaims
local nameText = ____claims.nameText
local claimAt = ____claims.claimAt
local textsOf = ____claims.textsOf
local ____confirmation = require("kong.plugins.token-introspection.confirmation")
local NOT_BOUND = ____confirmation.NOT_BOUND
local confirmationOf = ____confirmation.confirmationOf
local refuseBinding = ____confirmation.refuseBinding
local ____header_value = require("kong.plugins.token-introspection.header-value")
local headerValue = ____header_value.headerValue
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local ____upstream = require("kong.plugins.token-introspection.upstream")
local upstreamHeadersOf = ____upstream.upstreamHeadersOf
local concat = table.concat
local NO_HEADERS = { names = {}, values = {} }
local NO_VALIDITY = { exp = nil, nbf = nil, malformed = false }
local function credentialIdOf(claims, plan)
  if plan.credentialClaim ~= nil then
    return nameText(claimAt(claims, plan.credentialClaim))
  end
  return nameText(claims.sub) or clientIdOf(claims)
end
--- A text that a header can carry; undefined: none, or one with control characters.
local function headerText(text)
  local ____temp_0
  if text == nil or text == "" then
    ____temp_0 = nil
  else
    ____temp_0 = headerValue(text, "none")
  end
  return ____temp_0
end
local function unreadable()
  return {
    validity = NO_VALIDITY,
    authenticated = nil,
    bound = NOT_BOUND,
    bindingRefusal = refusal("unexpected", "the cached answer could not be read"),
    claimsRefusal = nil,
    upstream = NO_HEADERS,
    subject = nil,
    clientId = nil,
    consumerName = nil,
    groups = nil,
    credentialId = nil,
    credentialHeader = nil,
    groupsHeader = nil,
  }
end
local function derive(entry, plan)
  local claims = decodeClaims(entry.claims)
  if claims == nil then
    return unreadable()
  end
  local confirmation, malformed = confirmationOf(claims)
  local bound = confirmation or NOT_BOUND
  local ____temp_1
  if plan.groupsClaim == nil then
    ____temp_1 = nil
  else
    ____temp_1 = textsOf(claimAt(claims, plan.groupsClaim))
  end
  local groups = ____temp_1
  local credentialId = credentialIdOf(claims, plan)
  local ____validityOf_result_4 = validityOf(claims)
  local ____authenticationTimeOf_result_5 = authenticationTimeOf(claims)
  local ____bound_6 = bound
  local ____temp_7 = malformed or refuseBinding(claims, bound, plan)
  local ____refuseByClaims_result_8 = refuseByClaims(claims, plan.rules)
  local ____upstreamHeadersOf_result_9 = upstreamHeadersOf(claims, plan.upstream)
  local ____nameText_result_10 = nameText(claims.sub)
  local ____clientIdOf_result_11 = clientIdOf(claims)
  local ____temp_2
  if plan.consumerClaim == nil then
    ____temp_2 = nil
  else
    ____temp_2 = nameText(claimAt(claims, plan.consumerClaim))
  end
  local ____groups_12 = groups
  local ____credentialId_13 = credentialId
  local ____headerText_result_14 = headerText(credentialId)
  local ____temp_3
  if groups == nil then
    ____temp_3 = nil
  else
    ____temp_3 = headerText(concat(groups, ", "))
  end
  return {
    validity = ____validityOf_result_4,
    authenticated = ____authenticationTimeOf_result_5,
    bound = ____bound_6,
    bindingRefusal = ____temp_7,
    claimsRefusal = ____refuseByClaims_result_8,
    upstream = ____upstreamHeadersOf_result_9,
    subject = ____nameText_result_10,
    clientId = ____clientIdOf_result_11,
    consumerName = ____temp_2,
    groups = ____groups_12,
    credentialId = ____credentialId_13,
    credentialHeader = ____headerText_result_14,
    groupsHeader = ____temp_3,
  }
end
--- The standing of an entry under a configuration.
function ____exports.standingOf(entry, plan)
  local known = attached(plan.standings, entry)
  if known ~= nil then
    return known
  end
  local standing = derive(entry, plan)
  attach(plan.standings, entry, standing)
  return standing
end
return ____exports
