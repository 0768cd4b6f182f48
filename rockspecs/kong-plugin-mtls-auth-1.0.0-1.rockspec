package = "kong-plugin-mtls-auth"
version = "1.0.0-1"
rockspec_format = "3.0"

-- `luarocks make` builds from the checkout that it is run in: run it from the root of the repository.
source = {
  url = "git+https://github.com/kong-plugin-token-introspection/kong-plugin-token-introspection",
  tag = "v1.0.0",
}

description = {
  summary = "Mutual TLS for Kong Gateway: demands a client certificate and hands its parts to the upstream service",
  homepage = "https://github.com/kong-plugin-token-introspection/kong-plugin-token-introspection",
  license = "Apache-2.0",
}

-- resty.openssl, resty.core and the rest come with Kong.
dependencies = {
  "lua >= 5.1",
}

build = {
  type = "builtin",
  modules = {
    ["kong.plugins.mtls-auth.certificate"] = "kong/plugins/mtls-auth/certificate.lua",
    ["kong.plugins.mtls-auth.configuration"] = "kong/plugins/mtls-auth/configuration.lua",
    ["kong.plugins.mtls-auth.connection-memo"] = "kong/plugins/mtls-auth/connection-memo.lua",
    ["kong.plugins.mtls-auth.decision"] = "kong/plugins/mtls-auth/decision.lua",
    ["kong.plugins.mtls-auth.distinguished-name"] = "kong/plugins/mtls-auth/distinguished-name.lua",
    ["kong.plugins.mtls-auth.handler"] = "kong/plugins/mtls-auth/handler.lua",
    ["kong.plugins.mtls-auth.handshake"] = "kong/plugins/mtls-auth/handshake.lua",
    ["kong.plugins.mtls-auth.header-name"] = "kong/plugins/mtls-auth/header-name.lua",
    ["kong.plugins.mtls-auth.header-value"] = "kong/plugins/mtls-auth/header-value.lua",
    ["kong.plugins.mtls-auth.refusal"] = "kong/plugins/mtls-auth/refusal.lua",
    ["kong.plugins.mtls-auth.request-headers"] = "kong/plugins/mtls-auth/request-headers.lua",
    ["kong.plugins.mtls-auth.schema"] = "kong/plugins/mtls-auth/schema.lua",
    ["kong.plugins.mtls-auth.settings-validators"] = "kong/plugins/mtls-auth/settings-validators.lua",
    ["kong.plugins.mtls-auth.settings"] = "kong/plugins/mtls-auth/settings.lua",
    ["kong.plugins.mtls-auth.strength"] = "kong/plugins/mtls-auth/strength.lua",
    ["kong.plugins.mtls-auth.trust"] = "kong/plugins/mtls-auth/trust.lua",
  },
}
