-- Transpiled from src/kong/plugins/token-introspection/settings-checks.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____header_names = require("kong.plugins.token-introspection.header-names")
local isHeaderName = ____header_names.isHeaderName
local isReservedHeader = ____header_names.isReservedHeader
local normalizedName = ____header_names.normalizedName
local ____sets = require("kong.plugins.token-introspection.sets")
local setOf = ____sets.setOf
local ____standard_claims = require("kong.plugins.token-introspection.standard-claims")
local STANDARD_CLAIMS = ____standard_claims.STANDARD_CLAIMS
local ____url = require("kong.plugins.token-introspection.url")
local parseUrl = ____url.parseUrl
local function isGiven(value)
  return value ~= nil and value ~= ngx.null
end
local function text(value)
  return type(value) == "string" and value or nil
end
--- The texts of a list.
local function texts(value)
  local list = {}
  if type(value) ~= "table" then
    return list
  end
  for ____, element in ipairs(value) do
    if type(element) == "string" then
      list[#list + 1] = element
    end
  end
  return list
end
--- The names in a map.
local function names(value)
  local list = {}
  if type(value) ~= "table" then
    return list
  end
  for name in pairs(value) do
    if type(name) == "string" then
      list[#list + 1] = name
    end
  end
  return list
end
--- What an entity check is given: `config` may be anything, such as the null that YAML makes of an empty `config:`. Its own error says so.
local function configOf(entity)
  return type(entity.config) == "table" and entity.config or {}
end
--- The headers of claims that are forwarded without a header of their own being named, by their normalized names.
local function headersOfClaims(prefix, claims)
  local headers = {}
  for ____, claim in ipairs(claims) do
    headers[normalizedName(prefix .. claim)] = prefix .. claim
  end
  for ____, ____value in ipairs(STANDARD_CLAIMS) do
    local name = ____value[1]
    headers[normalizedName(prefix .. name)] = prefix .. name
  end
  return headers
end
--- No setting may produce a header that steers the connection or that is Kong's own, nor one header twice.
function ____exports.checkUpstreamHeaders(entity)
  local config = configOf(entity)
  local prefix = text(config.upstream_headers_prefix) or ""
  for ____, claim in ipairs(texts(config.custom_claims_forward)) do
    local name = prefix .. claim
    if not isHeaderName(name) then
      return nil, ("custom_claims_forward: '" .. name) .. "' is no header name; forward this claim by upstream_headers"
    end
    if isReservedHeader(name) or normalizedName(name) == normalizedName(prefix .. "Identifier") then
      return nil, ("custom_claims_forward: the header '" .. name) .. "' is not this plugin's to set"
    end
  end
  local claimHeaders = headersOfClaims(prefix, texts(config.custom_claims_forward))
  local seen = {}
  for ____, name in ipairs(names(config.upstream_headers)) do
    local normalized = normalizedName(name)
    local other = claimHeaders[normalized]
    if other ~= nil and string.lower(other) ~= string.lower(name) then
      return nil, ((("upstream_headers: '" .. name) .. "' and '") .. other) .. "' are one header to many services"
    end
    if isReservedHeader(name) or normalized == normalizedName(prefix .. "Identifier") then
      return nil, ("upstream_headers: the header '" .. name) .. "' is not this plugin's to set"
    end
    if seen[normalized] ~= nil then
      return nil, ("upstream_headers: the header '" .. name) .. "' is there twice"
    end
    seen[normalized] = true
  end
  return true
end
--- What makes the request one of RFC 7662, and what an answer that we read follows from: its encoding, its connection, the proxy's.
local OUR_HEADERS = setOf({
  "host",
  "content-length",
  "content-type",
  "transfer-encoding",
  "connection",
  "accept",
  "accept-encoding",
  "proxy-authorization",
  "te",
  "upgrade",
  "expect",
})
local OUR_PARAMETERS = setOf({
  "token",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
})
--- Our credentials stand in one place only (RFC 6749 section 2.3), and nothing overwrites what makes the request one of RFC 7662.
function ____exports.checkIntrospectionRequest(entity)
  local config = configOf(entity)
  local seen = {}
  for ____, name in ipairs(names(config.introspection_headers)) do
    local normalized = normalizedName(name)
    if seen[normalized] ~= nil then
      return nil, ("introspection_headers: the header '" .. name) .. "' is there twice"
    end
    seen[normalized] = true
    if OUR_HEADERS[normalized] ~= nil then
      return nil, ("introspection_headers: '" .. name) .. "' is set by the plugin itself"
    end
    if normalized == "authorization" and config.client_auth ~= "none" then
      return nil, ("introspection_headers: '" .. name) .. "' needs client_auth none, for credentials stand in one place only"
    end
  end
  for ____, name in ipairs(names(config.introspection_args)) do
    if OUR_PARAMETERS[name] ~= nil then
      return nil, ("introspection_args: '" .. name) .. "' is set by the plugin itself"
    end
  end
  return true
end
--- The certificate is shown in the TLS handshake, so there must be one. What is behind a reference to a vault is looked at when it is used.
function ____exports.checkEndpoint(entity)
  local config = configOf(entity)
  local endpoint = parseUrl(text(config.introspection_endpoint) or "")
  if config.client_auth ~= "tls_client_auth" or (endpoint and endpoint.scheme) ~= "http" then
    return true
  end
  return nil, "introspection_endpoint must be https for client_auth tls_client_auth: the certificate is shown in the TLS handshake"
end
--- Token and certificate come in headers of their own.
function ____exports.checkCredentialHeaders(entity)
  local config = configOf(entity)
  local certificateHeader = text(config.certificate_header)
  local tokenHeader = text(config.token_header)
  if certificateHeader == nil or tokenHeader == nil then
    return true
  end
  if normalizedName(certificateHeader) ~= normalizedName(tokenHeader) then
    return true
  end
  return nil, "token_header and certificate_header must be different headers"
end
--- Kong's own check of this kind is left out where one of the two is a reference to a vault, also where the other one is not there.
function ____exports.checkCertificateAndKey(entity)
  local config = configOf(entity)
  if isGiven(config.client_certificate) == isGiven(config.client_key) then
    return true
  end
  return nil, "all or none of these fields must be set: 'config.client_certificate', 'config.client_key'"
end
--- Makes the check that a setting is there which another one's value needs.
--
-- @param values of `setting`, as text.
--
-- Kong's own `conditional` check would do, but for its message, which does not say what to change. Kong leaves out a check of which a field is a
-- reference: then it is there.
local function needs(setting, values, needed, message)
  return {
    custom_entity_check = {
      field_sources = { "config." .. setting, "config." .. needed },
      run_with_missing_fields = true,
      fn = function(entity)
        local config = configOf(entity)
        if not (values[tostring(config[setting])] ~= nil) or isGiven(config[needed]) then
          return true
        end
        return nil, message
      end,
    },
  }
end
--- Makes the check that a setting is there which another one needs.
local function needsWhenGiven(setting, needed, message)
  return {
    custom_entity_check = {
      field_sources = { "config." .. setting, "config." .. needed },
      run_with_missing_fields = true,
      fn = function(entity)
        local config = configOf(entity)
        if not isGiven(config[setting]) or isGiven(config[needed]) then
          return true
        end
        return nil, message
      end,
    },
  }
end
local SECRET_METHODS = setOf({ "client_secret_basic", "client_secret_post", "client_secret_jwt" })
local CLIENT_METHODS = setOf({
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "tls_client_auth",
})
local JWT_ANSWERS = setOf({ "application/token-introspection+jwt" })
--- What settings need of each other, each with a message that says what to change.
____exports.NEEDS = {
  needs(
    "client_auth",
    CLIENT_METHODS,
    "client_id",
    "client_id is needed to authenticate at the authorization server: set it, or client_auth to bearer or none"
  ),
  needs(
    "client_auth",
    SECRET_METHODS,
    "client_secret",
    "client_secret is needed for this client_auth: set it, or choose another client_auth"
  ),
  needs("client_auth", setOf({ "private_key_jwt" }), "client_jwk", "client_jwk is needed for client_auth private_key_jwt"),
  needs(
    "client_auth",
    setOf({ "tls_client_auth" }),
    "client_certificate",
    "client_certificate and client_key are needed for client_auth tls_client_auth"
  ),
  needs("client_auth", setOf({ "bearer" }), "bearer_token", "bearer_token is needed for client_auth bearer"),
  needs(
    "introspection_accept",
    JWT_ANSWERS,
    "issuer",
    "issuer is needed to verify answers in the form application/token-introspection+jwt"
  ),
  needs(
    "introspection_accept",
    JWT_ANSWERS,
    "client_id",
    "client_id is needed to verify answers in the form application/token-introspection+jwt"
  ),
  needsWhenGiven("resource", "resource_metadata", "resource_metadata is needed beside resource: the URL at which the metadata is served"),
  needs("consumer_optional", setOf({ "false" }), "consumer_claim", "consumer_claim is needed when consumer_optional is false"),
}
return ____exports
