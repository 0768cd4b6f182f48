-- Transpiled from src/kong/plugins/token-introspection/resource-metadata.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____claims = require("kong.plugins.token-introspection.claims")
local encodeJson = ____claims.encodeJson
local ____dpop_algorithms = require("kong.plugins.token-introspection.dpop-algorithms")
local DPOP_ALGORITHMS = ____dpop_algorithms.DPOP_ALGORITHMS
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local gsub = string.gsub
local match = string.match
local function scopesOf(config)
  local scopes = {}
  local seen = {}
  for ____, entries in ipairs({ config.scope or {}, config.scope_any or {} }) do
    for ____, entry in ipairs(entries) do
      for scope in eachMatch(entry, "[^ ]+") do
        if not (seen[scope] ~= nil) then
          scopes[#scopes + 1] = scope
        end
        seen[scope] = true
      end
    end
  end
  local ____temp_0
  if #scopes == 0 then
    ____temp_0 = nil
  else
    ____temp_0 = scopes
  end
  return ____temp_0
end
local function methodsOf(config)
  local methods = { "header" }
  if config.token_body_arg == "access_token" then
    methods[#methods + 1] = "body"
  end
  if config.token_query_arg == "access_token" then
    methods[#methods + 1] = "query"
  end
  return methods
end
--- Makes the document (RFC 9728 section 2) of a configuration that names `resource` and `resource_metadata`.
function ____exports.resourceMetadataOf(config)
  if config.resource == nil or config.resource_metadata == nil then
    return nil
  end
  local path = match(config.resource_metadata, "^%a+://[^/?]*([^?]*)")
  local ____encodeJson_8 = encodeJson
  local ____config_resource_5 = config.resource
  local ____temp_1
  if config.issuer == nil then
    ____temp_1 = nil
  else
    ____temp_1 = { config.issuer }
  end
  local ____scopesOf_result_6 = scopesOf(config)
  local ____methodsOf_result_7 = methodsOf(config)
  local ____temp_2
  if config.certificate_binding == "required" then
    ____temp_2 = true
  else
    ____temp_2 = nil
  end
  local ____temp_3
  if config.dpop == "required" then
    ____temp_3 = true
  else
    ____temp_3 = nil
  end
  local ____temp_4
  if config.dpop == "off" then
    ____temp_4 = nil
  else
    ____temp_4 = DPOP_ALGORITHMS
  end
  local body = ____encodeJson_8({
    resource = ____config_resource_5,
    authorization_servers = ____temp_1,
    scopes_supported = ____scopesOf_result_6,
    bearer_methods_supported = ____methodsOf_result_7,
    tls_client_certificate_bound_access_tokens = ____temp_2,
    dpop_bound_access_tokens_required = ____temp_3,
    dpop_signing_alg_values_supported = ____temp_4,
  })
  if body == nil then
    return nil
  end
  return { path = (path == nil or path == "") and "/" or path, body = body }
end
--- Whether the request asks for the document. Everybody may: a client reads it to learn where to get a token.
function ____exports.asksForMetadata(metadata)
  local path = gsub(ngx.var.request_uri, "%?.*$", "")
  if path ~= metadata.path then
    return false
  end
  local method = kong.request.get_method()
  return method == "GET" or method == "HEAD"
end
return ____exports
