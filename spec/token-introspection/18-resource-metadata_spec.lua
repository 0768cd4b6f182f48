local cjson = require("cjson.safe")
local document_of = require("kong.plugins.token-introspection.resource-metadata").resourceMetadataOf

local function made(changes)
  local config = {
    resource = "https://api.example",
    resource_metadata = "https://api.example/.well-known/oauth-protected-resource",
    certificate_binding = "when_bound",
    dpop = "off",
  }
  for name, value in pairs(changes or {}) do
    if value == ngx.null then
      config[name] = nil
    else
      config[name] = value
    end
  end
  return document_of(config)
end

local function members(changes)
  return cjson.decode(made(changes).body)
end

describe("the metadata document of a protected resource (RFC 9728 section 2)", function()
  it("is made where both settings name it", function()
    assert.is_nil(made({ resource = ngx.null }))
    assert.is_nil(made({ resource_metadata = ngx.null }))
  end)

  it("says no more than the settings do", function()
    assert.same({ resource = "https://api.example", bearer_methods_supported = { "header" } }, members())
  end)

  it("names issuer, scopes (each once), methods and bindings", function()
    assert.same(
      {
        resource = "https://api.example",
        authorization_servers = { "https://as.example" },
        scopes_supported = { "read", "write", "admin" },
        bearer_methods_supported = { "header", "body", "query" },
        tls_client_certificate_bound_access_tokens = true,
        dpop_bound_access_tokens_required = true,
        dpop_signing_alg_values_supported = { "ES256", "ES384", "PS256", "RS256", "EdDSA" },
      },
      members({
        issuer = "https://as.example", scope = { "read write", "read" }, scope_any = { "admin", "write read" }, token_body_arg = "access_token", token_query_arg = "access_token",
        certificate_binding = "required", dpop = "required",
      })
    )
  end)

  it("names only the methods of RFC 6750 section 2: parameters of other names are none", function()
    assert.same({ "header" }, members({ token_body_arg = "token", token_query_arg = "token" }).bearer_methods_supported)
  end)

  it("has no empty member (RFC 9728 section 2)", function()
    assert.is_nil(members({ scope = {}, scope_any = ngx.null }).scopes_supported)
  end)

  for url, path in pairs({
    ["https://api.example/.well-known/oauth-protected-resource/orders"] = "/.well-known/oauth-protected-resource/orders",
    ["https://api.example:8443/metadata?version=1"] = "/metadata",
    ["https://api.example"] = "/",
    ["https://api.example?a=/b"] = "/",
    ["http://[::1]:8000/m%20n"] = "/m%20n",
  }) do
    it("is at the path of " .. url, function()
      assert.equal(path, made({ resource_metadata = url }).path)
    end)
  end
end)
