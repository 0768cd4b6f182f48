-- Transpiled from src/kong/plugins/token-introspection/settings-checks.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____header_names = require("kong.plugins.token-introspection.header-names")
local isHeaderName = ____header_names.isHeaderName
local isReservedHeader = ____header_names.isReservedHeader
local normalizedName = ____header_names.normalizedName
local ____sets = require("kong.plugins.token-introspection.sets")
local setOf = ____sets.setOf
local function given(value)
  local ____temp_0
  if value == nil or value == ngx.null then
    ____temp_0 = nil
  else
    ____temp_0 = value
  end
  return ____temp_0
end
--- No setting may produce a header that steers the connection or that is Kong's own, nor one header twice.
function ____exports.checkUpstreamHeaders(entity)
  local ____entity_1 = entity
  local config = ____entity_1.config
  local prefix = given(config.upstream_headers_prefix) or ""
  for ____, claim in ipairs(given(config.custom_claims_forward) or {}) do
    local name = prefix .. claim
    if not isHeaderName(name) then
      return nil, ("custom_claims_forward: '" .. name) .. "' is no header name; forward this claim by upstream_headers"
    end
    if isReservedHeader(name) or normalizedName(name) == normalizedName(prefix .. "Identifier") then
      return nil, ("custom_claims_forward: the header '" .. name) .. "' is not this plugin's to set"
    end
  end
  local seen = {}
  for name in pairs(given(config.upstream_headers) or {}) do
    local normalized = normalizedName(name)
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
local OUR_HEADERS = setOf({
  "host",
  "content-length",
  "content-type",
  "transfer-encoding",
  "connection",
  "accept",
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
  local ____entity_2 = entity
  local config = ____entity_2.config
  for name in pairs(given(config.introspection_headers) or {}) do
    local normalized = normalizedName(name)
    if OUR_HEADERS[normalized] ~= nil then
      return nil, ("introspection_headers: '" .. name) .. "' is set by the plugin itself"
    end
    if normalized == "authorization" and given(config.client_auth) ~= "none" then
      return nil, ("introspection_headers: '" .. name) .. "' needs client_auth none, for credentials stand in one place only"
    end
  end
  for name in pairs(given(config.introspection_args) or {}) do
    if OUR_PARAMETERS[name] ~= nil then
      return nil, ("introspection_args: '" .. name) .. "' is set by the plugin itself"
    end
  end
  local certificateHeader = given(config.certificate_header)
  local tokenHeader = given(config.token_header)
  if certificateHeader ~= nil and tokenHeader ~= nil and normalizedName(certificateHeader) == normalizedName(tokenHeader) then
    return nil, "token_header and certificate_header must be different headers"
  end
  return true
end
return ____exports
