-- Transpiled from src/kong/plugins/token-introspection/header-names.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____sets = require("kong.plugins.token-introspection.sets")
local setOf = ____sets.setOf
local lower = string.lower
local gsub = string.gsub
local sub = string.sub
--- The form in which header names are compared: lower case, `_` as `-`, because an upstream service that follows CGI's rules
-- (RFC 3875 section 4.1.18) cannot tell the two apart.
function ____exports.normalizedName(name)
  local normalized = gsub(lower(name), "_", "-")
  return normalized
end
--- Headers, in normalized form, that Kong and its authentication plugins set for the upstream service.
local KONG_IDENTITY_HEADERS = setOf({
  "x-consumer-id",
  "x-consumer-username",
  "x-consumer-custom-id",
  "x-consumer-groups",
  "x-credential-identifier",
  "x-authenticated-groups",
  "x-authenticated-scope",
  "x-authenticated-userid",
  "x-anonymous-consumer",
})
--- Of these, the ones that Kong's oauth2 alone sets or clears.
local SET_BY_OAUTH2 = setOf({ "x-authenticated-scope", "x-authenticated-userid" })
--- Headers that steer the connection or say where the request goes.
local STEERING_NAMES = {
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "proxy-connection",
  "keep-alive",
  "te",
  "upgrade",
  "trailer",
  "expect",
}
--- Other headers that are not this plugin's to set: Kong takes them off again (Proxy), or writes there what the client sent (Via), after all plugins.
local RESERVED_NAMES = {
  "authorization",
  "proxy",
  "via",
  "x-real-ip",
  "x-credential-identifier",
  "x-authenticated-groups",
  "x-anonymous-consumer",
  "x-anonymous",
}
local RESERVED_FAMILIES = { "x-forwarded-", "x-kong-", "x-consumer-" }
local STEERING_HEADERS = setOf(STEERING_NAMES)
local RESERVED_HEADERS = setOf(RESERVED_NAMES)
--- Headers that have another meaning to nginx, to the client's application or to this plugin.
local OTHER_HEADERS = setOf({ "content-type", "cookie", "dpop" })
--- Whether a header carries something else than a token or a certificate.
function ____exports.carriesOther(name)
  local normalized = ____exports.normalizedName(name)
  return STEERING_HEADERS[normalized] ~= nil or OTHER_HEADERS[normalized] ~= nil
end
local function startsWith(text, start)
  return sub(text, 1, #start) == start
end
--- Headers, in normalized form, that Kong's authentication plugins set or clear for each request that they authenticate.
local SET_BY_AUTHENTICATION = setOf({
  "x-consumer-id",
  "x-consumer-username",
  "x-consumer-custom-id",
  "x-credential-identifier",
  "x-anonymous-consumer",
})
--- Whether another plugin that has authenticated the request has set or cleared this header, so that what stands there is its word and not the
-- client's. X-Authenticated-Groups is set by those alone that give groups, X-Authenticated-Userid and -Scope by oauth2 alone.
function ____exports.isSetByAuthentication(normalized)
  if normalized == "x-authenticated-groups" then
    return kong.ctx.shared.authenticated_groups ~= nil or ngx.ctx.authenticated_groups ~= nil
  end
  if SET_BY_OAUTH2[normalized] ~= nil then
    local credential = kong.client.get_credential()
    return (credential and credential.redirect_uris) ~= nil
  end
  return SET_BY_AUTHENTICATION[normalized] ~= nil
end
--- Whether a name in normalized form is one of Kong's own identity headers, or looks like one (`X-Consumer-*`).
function ____exports.isKongIdentityHeader(normalized)
  return startsWith(normalized, "x-consumer-") or KONG_IDENTITY_HEADERS[normalized] ~= nil
end
--- Whether no setting may produce this header: it steers the connection, or is Kong's own.
function ____exports.isReservedHeader(name)
  local normalized = ____exports.normalizedName(name)
  for ____, family in ipairs(RESERVED_FAMILIES) do
    if startsWith(normalized, family) then
      return true
    end
  end
  return STEERING_HEADERS[normalized] ~= nil or RESERVED_HEADERS[normalized] ~= nil
end
local function anyStartsWith(names, start)
  for ____, name in ipairs(names) do
    if name ~= "x-credential-identifier" and startsWith(name, start) then
      return true
    end
  end
  return false
end
--- Whether clearing all headers that begin with `prefix` would clear one that is not ours to clear.
function ____exports.coversReservedHeader(prefix)
  local normalized = ____exports.normalizedName(prefix)
  for ____, family in ipairs(RESERVED_FAMILIES) do
    if startsWith(family, normalized) or startsWith(normalized, family) then
      return true
    end
  end
  return anyStartsWith(STEERING_NAMES, normalized) or anyStartsWith(RESERVED_NAMES, normalized)
end
--- Whether a text is a header name (RFC 9110 section 5.1).
function ____exports.isHeaderName(text)
  return (string.match(text, "^[%w!#$%%&'*+%-.^_`|~]+$")) ~= nil
end
return ____exports
