-- Transpiled from src/kong/plugins/token-introspection/schema.ts by `npm run build`: edit that file, not this one.
local typedefs = require("kong.db.schema.typedefs")
local ____settings_checks = require("kong.plugins.token-introspection.settings-checks")
local NEEDS = ____settings_checks.NEEDS
local checkCertificateAndKey = ____settings_checks.checkCertificateAndKey
local checkCredentialHeaders = ____settings_checks.checkCredentialHeaders
local checkEndpoint = ____settings_checks.checkEndpoint
local checkIntrospectionRequest = ____settings_checks.checkIntrospectionRequest
local checkUpstreamHeaders = ____settings_checks.checkUpstreamHeaders
local ____settings = require("kong.plugins.token-introspection.settings")
local settings = ____settings.settings
--- Kong leaves a check out where one of its fields holds a reference to a vault: so each has those fields only that it needs, and one that must be made all the
-- same has the whole of `config` for its field.
local entityChecks = {
  { at_least_one_of = { "config.introspection_endpoint", "config.issuer" } },
  {
    custom_entity_check = {
      field_sources = { "config" },
      run_with_missing_fields = true,
      run_with_invalid_fields = true,
      fn = checkCertificateAndKey,
    },
  },
  {
    custom_entity_check = {
      field_sources = { "config.upstream_headers_prefix", "config.custom_claims_forward", "config.upstream_headers" },
      run_with_missing_fields = true,
      fn = checkUpstreamHeaders,
    },
  },
  {
    custom_entity_check = {
      field_sources = { "config.client_auth", "config.introspection_headers", "config.introspection_args" },
      run_with_missing_fields = true,
      fn = checkIntrospectionRequest,
    },
  },
  {
    custom_entity_check = {
      field_sources = { "config.client_auth", "config.introspection_endpoint" },
      run_with_missing_fields = true,
      fn = checkEndpoint,
    },
  },
  {
    custom_entity_check = {
      field_sources = { "config.token_header", "config.certificate_header" },
      run_with_missing_fields = true,
      fn = checkCredentialHeaders,
    },
  },
}
for ____, need in ipairs(NEEDS) do
  entityChecks[#entityChecks + 1] = need
end
--- Kong's schema of the plugin. The settings themselves stand in settings.ts; here stands what must hold between them.
local schema = {
  name = "token-introspection",
  fields = { { consumer = typedefs.no_consumer }, { protocols = typedefs.protocols_http }, { config = { type = "record", fields = settings } } },
  entity_checks = entityChecks,
}
local ____exports = schema
return ____exports
