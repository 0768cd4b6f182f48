-- Transpiled from src/kong/plugins/token-introspection/authorization.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____claims = require("kong.plugins.token-introspection.claims")
local claimAt = ____claims.claimAt
local claimPath = ____claims.claimPath
local clientIdOf = ____claims.clientIdOf
local numberOf = ____claims.numberOf
local nameText = ____claims.nameText
local textsOf = ____claims.textsOf
local tokenTypeOf = ____claims.tokenTypeOf
local wordsOf = ____claims.wordsOf
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local ____sets = require("kong.plugins.token-introspection.sets")
local setOf = ____sets.setOf
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local concat = table.concat
local floor = math.floor
local lower = string.lower
local function words(text)
  local list = {}
  for word in eachMatch(text, "[^ ]+") do
    list[#list + 1] = word
  end
  return list
end
local function optionalSet(values)
  local ____temp_0
  if values == nil then
    ____temp_0 = nil
  else
    ____temp_0 = setOf(values)
  end
  return ____temp_0
end
--- Makes the rules of a configuration.
function ____exports.rulesOf(settings)
  local scopes = {}
  local seen = {}
  for ____, entry in ipairs(settings.scope or {}) do
    for ____, scope in ipairs(words(entry)) do
      if not (seen[scope] ~= nil) then
        scopes[#scopes + 1] = scope
      end
      seen[scope] = true
    end
  end
  local scopeAny = {}
  for ____, entry in ipairs(settings.scope_any or {}) do
    scopeAny[#scopeAny + 1] = words(entry)
  end
  local claims = {}
  if settings.claims_required ~= nil then
    for name, values in pairs(settings.claims_required) do
      local ____name_2 = name
      local ____claimPath_result_3 = claimPath(name)
      local ____temp_1
      if #values == 0 then
        ____temp_1 = nil
      else
        ____temp_1 = setOf(values)
      end
      claims[#claims + 1] = { name = ____name_2, path = ____claimPath_result_3, accepted = ____temp_1 }
    end
  end
  return {
    scopes = scopes,
    scopeAny = scopeAny,
    issuer = settings.issuer,
    issuers = optionalSet(settings.issuers_allowed),
    audience = optionalSet(settings.audience),
    clientIds = optionalSet(settings.client_ids_allowed),
    claims = claims,
    acrValues = optionalSet(settings.acr_values),
  }
end
local function anyIn(texts, set)
  for ____, text in ipairs(texts) do
    if set[text] ~= nil then
      return true
    end
  end
  return false
end
--- `access_token` is an older Ory Hydra's name for it, the last two are what a server's `typ` may say (RFC 9068 section 2.1).
local ACCESS_TOKEN_TYPES = setOf({
  "bearer",
  "dpop",
  "access_token",
  "at+jwt",
  "application/at+jwt",
})
local ACCESS_TOKEN_USES = setOf({ "access_token", "access" })
local function isOneOf(value, names)
  return type(value) == "string" and names[lower(value)] ~= nil
end
--- Absent, Bearer and DPoP are access tokens; Keycloak says ID and Refresh for the others. Ory Hydra and Amazon Cognito tell them apart by `token_use`.
local function refuseTokenType(claims)
  local tokenType = tokenTypeOf(claims)
  if tokenType ~= nil and not isOneOf(tokenType, ACCESS_TOKEN_TYPES) then
    return refusal("invalid_token", "token_type: the authorization server does not call this an access token")
  end
  local use = claims.token_use
  if use ~= nil and use ~= ngx.null and not isOneOf(use, ACCESS_TOKEN_USES) then
    return refusal("invalid_token", "token_use: the authorization server does not call this an access token")
  end
  return nil
end
local function refuseIssuer(claims, rules)
  local claim = claims.iss
  local issuer = nameText(claim)
  local present = claim ~= nil and claim ~= ngx.null
  if rules.issuer ~= nil and present and issuer ~= rules.issuer then
    return refusal("invalid_token", "issuer: the token's iss is another")
  end
  if rules.issuers ~= nil and (issuer == nil or not (rules.issuers[issuer] ~= nil)) then
    return refusal("invalid_token", "issuers_allowed: the token's iss is none of them")
  end
  return nil
end
local function refuseAudience(claims, rules)
  if rules.audience == nil or anyIn(textsOf(claims.aud), rules.audience) then
    return nil
  end
  return refusal("invalid_token", "audience: the token's aud holds none of them")
end
local function holdsAll(granted, wanted)
  for ____, scope in ipairs(wanted) do
    if not (granted[scope] ~= nil) then
      return false
    end
  end
  return true
end
local function insufficientScope(setting, scopes)
  return {
    code = "insufficient_scope",
    cause = setting .. ": the token does not have them",
    scope = concat(scopes, " "),
  }
end
local function refuseScope(claims, rules)
  if #rules.scopes == 0 and #rules.scopeAny == 0 then
    return nil
  end
  local granted = wordsOf(claims.scope)
  if not holdsAll(granted, rules.scopes) then
    return insufficientScope("scope", rules.scopes)
  end
  if #rules.scopeAny == 0 then
    return nil
  end
  local named = {}
  local seen = {}
  for ____, scope in ipairs(rules.scopes) do
    named[#named + 1] = scope
    seen[scope] = true
  end
  for ____, group in ipairs(rules.scopeAny) do
    if holdsAll(granted, group) then
      return nil
    end
    for ____, scope in ipairs(group) do
      if not (seen[scope] ~= nil) then
        named[#named + 1] = scope
      end
      seen[scope] = true
    end
  end
  return insufficientScope("scope_any", named)
end
local function refuseClient(claims, rules)
  if rules.clientIds == nil then
    return nil
  end
  local clientId = clientIdOf(claims)
  if clientId ~= nil and rules.clientIds[clientId] ~= nil then
    return nil
  end
  return refusal("insufficient_scope", "client_ids_allowed: the token's client_id is none of them")
end
local function refuseClaims(claims, rules)
  for ____, required in ipairs(rules.claims) do
    local value = claimAt(claims, required.path)
    if value == nil then
      return refusal("insufficient_scope", ("claims_required: " .. required.name) .. " is absent")
    end
    if required.accepted ~= nil and not anyIn(textsOf(value), required.accepted) then
      return refusal("insufficient_scope", ("claims_required: " .. required.name) .. " has none of the accepted values")
    end
  end
  return nil
end
local function refuseAuthenticationContext(claims, rules)
  if rules.acrValues == nil then
    return nil
  end
  if anyIn(textsOf(claims.acr), rules.acrValues) then
    return nil
  end
  return refusal("insufficient_user_authentication", "acr_values: the token's acr is none of them")
end
--- Holds the claims against every rule that time does not change: token_type, iss, aud, scope, claims, acr.
--
-- @returns undefined: allowed.
function ____exports.refuseByClaims(claims, rules)
  return refuseTokenType(claims)
    or refuseIssuer(claims, rules)
    or refuseAudience(claims, rules)
    or refuseScope(claims, rules)
    or refuseClient(claims, rules)
    or refuseClaims(claims, rules)
    or refuseAuthenticationContext(claims, rules)
end
local function timeOf(value)
  if value == nil or value == ngx.null then
    return nil, false
  end
  local time = numberOf(value)
  return time, time == nil
end
--- Reads exp and nbf.
function ____exports.validityOf(claims)
  local exp, expMalformed = timeOf(claims.exp)
  local nbf, nbfMalformed = timeOf(claims.nbf)
  return { exp = exp, nbf = nbf, malformed = expMalformed or nbfMalformed }
end
--- Whether a token is valid now (S10).
--
-- @param leeway seconds of clock difference allowed.
function ____exports.refuseByTime(validity, now, leeway)
  if validity.malformed then
    return refusal("invalid_token", "exp or nbf is no number")
  end
  if validity.exp ~= nil and validity.exp + leeway <= now then
    return refusal("invalid_token", "exp: the token has expired")
  end
  if validity.nbf ~= nil and validity.nbf - leeway > now then
    return refusal("invalid_token", "nbf: the token is not valid yet")
  end
  return nil
end
--- When the user authenticated (`auth_time`), seconds since the epoch.
--
-- @returns undefined when nobody can say.
function ____exports.authenticationTimeOf(claims)
  return numberOf(claims.auth_time)
end
--- Whether the user's authentication is recent enough (RFC 9470 section 5).
--
-- @param authenticated when it was; undefined: nobody can say.
-- @param maxAge seconds.
function ____exports.refuseByAge(authenticated, maxAge, now, leeway)
  if authenticated ~= nil and authenticated + maxAge + leeway >= floor(now) then
    return nil
  end
  return refusal("insufficient_user_authentication", "max_age: the user's authentication is too old, or its time unknown")
end
return ____exports
