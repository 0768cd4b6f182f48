-- Transpiled from src/kong/plugins/token-introspection/schema.ts by `npm run build`: edit that file, not this one.
local typedefs = require("kong.db.schema.typedefs")
local ____settings_checks = require("kong.plugins.token-introspection.settings-checks")
local NEEDS = ____settings_checks.NEEDS
local checkIntrospectionRequest = ____settings_checks.checkIntrospectionRequest
local checkUpstreamHeaders = ____settings_checks.checkUpstreamHeaders
local ____settings = require("kong.plugins.token-introspection.settings")
local settings = ____settings.settings
local entityChecks = {
  { at_least_one_of = { "config.introspection_endpoint", "config.issuer" } },
  { mutually_required = { "config.client_certificate", "config.client_key" } },
  {
    custom_entity_check = {
      field_sources = { "config.upstream_headers_prefix", "config.custom_claims_forward", "config.upstream_headers" },
      run_with_missing_fields = true,
      fn = checkUpstreamHeaders,
    },
  },
  {
    custom_entity_check = {
      field_sources = {
        "config.client_auth",
        "config.introspection_endpoint",
        "config.introspection_headers",
        "config.introspection_args",
        "config.token_header",
        "config.certificate_header",
      },
      run_with_missing_fields = true,
      fn = checkIntrospectionRequest,
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
