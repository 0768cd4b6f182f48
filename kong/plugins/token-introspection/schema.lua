-- Transpiled from src/kong/plugins/token-introspection/schema.ts by `npm run build`: edit that file, not this one.
local typedefs = require("kong.db.schema.typedefs")
local ____settings_checks = require("kong.plugins.token-introspection.settings-checks")
local checkIntrospectionRequest = ____settings_checks.checkIntrospectionRequest
local checkUpstreamHeaders = ____settings_checks.checkUpstreamHeaders
local ____settings = require("kong.plugins.token-introspection.settings")
local settings = ____settings.settings
--- Kong's schema of the plugin. The settings themselves stand in settings.ts; here stands what must hold between them.
local schema = {
  name = "token-introspection",
  fields = { { consumer = typedefs.no_consumer }, { protocols = typedefs.protocols_http }, { config = { type = "record", fields = settings } } },
  entity_checks = {
    { at_least_one_of = { "config.introspection_endpoint", "config.issuer" } },
    {
      conditional = {
        if_field = "config.client_auth",
        if_match = {
          one_of = {
            "client_secret_basic",
            "client_secret_post",
            "client_secret_jwt",
            "private_key_jwt",
            "tls_client_auth",
          },
        },
        then_field = "config.client_id",
        then_match = { required = true },
        then_err = "client_id is needed to authenticate at the authorization server: set it, or client_auth to bearer or none",
      },
    },
    {
      conditional = {
        if_field = "config.client_auth",
        if_match = { one_of = { "client_secret_basic", "client_secret_post", "client_secret_jwt" } },
        then_field = "config.client_secret",
        then_match = { required = true },
        then_err = "client_secret is needed for this client_auth: set it, or choose another client_auth",
      },
    },
    {
      conditional = {
        if_field = "config.client_auth",
        if_match = { eq = "private_key_jwt" },
        then_field = "config.client_jwk",
        then_match = { required = true },
        then_err = "client_jwk is needed for client_auth private_key_jwt",
      },
    },
    {
      conditional = {
        if_field = "config.client_auth",
        if_match = { eq = "tls_client_auth" },
        then_field = "config.client_certificate",
        then_match = { required = true },
        then_err = "client_certificate and client_key are needed for client_auth tls_client_auth",
      },
    },
    {
      conditional = {
        if_field = "config.client_auth",
        if_match = { eq = "bearer" },
        then_field = "config.bearer_token",
        then_match = { required = true },
        then_err = "bearer_token is needed for client_auth bearer",
      },
    },
    { mutually_required = { "config.client_certificate", "config.client_key" } },
    {
      conditional = {
        if_field = "config.introspection_accept",
        if_match = { eq = "application/token-introspection+jwt" },
        then_field = "config.issuer",
        then_match = { required = true },
        then_err = "issuer is needed to verify answers in the form application/token-introspection+jwt",
      },
    },
    {
      conditional = {
        if_field = "config.introspection_accept",
        if_match = { eq = "application/token-introspection+jwt" },
        then_field = "config.client_id",
        then_match = { required = true },
        then_err = "client_id is needed to verify answers in the form application/token-introspection+jwt",
      },
    },
    {
      conditional = {
        if_field = "config.consumer_optional",
        if_match = { eq = false },
        then_field = "config.consumer_claim",
        then_match = { required = true },
        then_err = "consumer_claim is needed when consumer_optional is false",
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
        field_sources = {
          "config.client_auth",
          "config.introspection_headers",
          "config.introspection_args",
          "config.token_header",
          "config.certificate_header",
        },
        run_with_missing_fields = true,
        fn = checkIntrospectionRequest,
      },
    },
  },
}
local ____exports = schema
return ____exports
