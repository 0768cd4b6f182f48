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
local function consumerNameOf(claims, plan)
  if plan.consumerClaim == nil then
    return nil
  end
  return nameText(claimAt(claims, plan.consumerClaim))
end
local function groupsOf(claims, plan)
  if plan.groupsClaim == nil then
    return nil
  end
  return textsOf(claimAt(claims, plan.groupsClaim))
end
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
local function groupsHeaderOf(groups)
  if groups == nil then
    return nil
  end
  return headerText(concat(groups, ", "))
end
local function unreadable()
  return {
    exp = nil,
    nbf = nil,
    malformed = false,
    authenticated = nil,
    bound = NOT_BOUND,
    bindingRefusal = refusal("unexpected", "the cached answer could not be read"),
    claimsRefusal = nil,
    headerNames = {},
    headerValues = {},
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
  local confirmation, unconfirmable = confirmationOf(claims)
  local bound = confirmation or NOT_BOUND
  local ____validityOf_result_1 = validityOf(claims)
  local exp = ____validityOf_result_1.exp
  local nbf = ____validityOf_result_1.nbf
  local malformed = ____validityOf_result_1.malformed
  local ____upstreamHeadersOf_result_2 = upstreamHeadersOf(claims, plan.upstream)
  local headerNames = ____upstreamHeadersOf_result_2.headerNames
  local headerValues = ____upstreamHeadersOf_result_2.headerValues
  local groups = groupsOf(claims, plan)
  local credentialId = credentialIdOf(claims, plan)
  return {
    exp = exp,
    nbf = nbf,
    malformed = malformed,
    authenticated = authenticationTimeOf(claims),
    bound = bound,
    bindingRefusal = unconfirmable or refuseBinding(claims, bound, plan),
    claimsRefusal = refuseByClaims(claims, plan.rules),
    headerNames = headerNames,
    headerValues = headerValues,
    subject = nameText(claims.sub),
    clientId = clientIdOf(claims),
    consumerName = consumerNameOf(claims, plan),
    groups = groups,
    credentialId = credentialId,
    credentialHeader = headerText(credentialId),
    groupsHeader = groupsHeaderOf(groups),
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
