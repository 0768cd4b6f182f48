local helpers = require("spec.helpers")
local integration = require("spec.token-introspection.integration")

local token, call, received, assert_refusal = integration.token, integration.call, integration.received, integration.assert_refusal
local DENIED = integration.DENIED
local INVALID_TOKEN = 'Bearer realm="service", error="invalid_token"'

for _, strategy in helpers.all_strategies() do
  describe("token-introspection: access [#" .. strategy .. "]", function()
    lazy_setup(function()
      local bp = helpers.get_db_utils(strategy == "off" and "postgres" or strategy, { "services", "routes", "plugins" }, { "token-introspection", "mtls-auth" })
      local service = integration.insert_service(bp)
      local function route(name, config)
        integration.insert_route(bp, service, name, config)
      end
      route("plain", {})
      route("scope", { scope = { "system-access" } })
      route("audience", { audience = { "urn:api:kong" } })
      route("roles", { claims_required = { ["realm_access.roles"] = { "reader" } } })
      route("claims", { custom_claims_forward = { "tenant" }, upstream_headers = { ["X-City"] = "address.city" } })
      route("open", { allow_anonymous = true })
      route("header", { token_header = "X-Token" })
      route("query", { token_query_arg = "access_token" })
      route("visible", { hide_credentials = false })
      route("wrong-secret", { client_secret = "wrong" })
      route("closed", { introspection_endpoint = "http://127.0.0.1:1/introspect", retries = 0 })
      integration.start(strategy)
    end)

    lazy_teardown(function()
      helpers.stop_kong()
    end)

    it("an active token passes, and the upstream sees who called", function()
      local bearer = token({ scope = "read write", iss = "https://issuer.example", aud = { "a", "b" }, token_type = "Bearer", exp = 4102444800, iat = 1 })
      local headers = received(call("/plain", bearer))
      assert.equal("app", headers["x-credential-client-id"])
      assert.equal("alice", headers["x-credential-sub"])
      assert.equal("read write", headers["x-credential-scope"])
      assert.equal("https://issuer.example", headers["x-credential-iss"])
      assert.equal("a,b", headers["x-credential-aud"])
      assert.equal("Bearer", headers["x-credential-token-type"])
      assert.equal("4102444800", headers["x-credential-exp"])
      assert.equal("1", headers["x-credential-iat"])
      assert.is_nil(headers["x-credential-nbf"])
      assert.is_nil(headers["authorization"])
    end)

    it("what a client writes under the prefix never reaches the upstream", function()
      local headers = received(call("/plain", token({ sub = "alice" }), {
        ["X-Credential-Sub"] = "admin",
        ["x_credential_sub"] = "admin",
        ["X-Credential-Role"] = "admin",
        ["X-Anonymous"] = "admin",
        ["X-Consumer-Username"] = "admin",
        ["X-Authenticated-Groups"] = "admin",
      }))
      for name, value in pairs(headers) do
        assert.is_not_equal("admin", value, name)
      end
      assert.equal("alice", headers["x-credential-sub"])
    end)

    it("no token, or another scheme", function()
      assert_refusal(401, "Unauthenticated.", 'Bearer realm="service"', call("/plain"))
      assert_refusal(401, "Unauthenticated.", 'Bearer realm="service"', integration.send({ path = "/plain", headers = { Authorization = "Basic YTpi" } }))
    end)

    it("a token that is inactive, expired, not yet valid, or none for access", function()
      for _, claims in ipairs({ { active = false }, { exp = 1 }, { nbf = 4102444800 }, { token_type = "ID" }, { token_type = "Refresh" } }) do
        assert_refusal(401, DENIED, INVALID_TOKEN, call("/plain", token(claims)))
      end
    end)

    it("`active` must be true, and nothing like it", function()
      for _, active in ipairs({ "true", 1 }) do
        assert_refusal(500, "An unexpected error occurred.", nil, call("/plain", token({ active = active })))
      end
    end)

    it("two tokens in one request", function()
      local response, body = integration.send({ path = "/query?access_token=" .. token(), headers = { Authorization = "Bearer " .. token() } })
      assert_refusal(400, "The request carries more than one access token.", 'Bearer realm="service", error="invalid_request"', response, body)
    end)

    it("a scope that is missing is named", function()
      local challenge = 'Bearer realm="service", error="insufficient_scope", scope="system-access"'
      assert_refusal(403, DENIED, challenge, call("/scope", token({ scope = "system-access2 other" })))
      assert_refusal(403, DENIED, challenge, call("/scope", token()))
      assert.equal(200, call("/scope", token({ scope = "other system-access" })).status)
    end)

    it("a token for another audience", function()
      assert_refusal(401, DENIED, INVALID_TOKEN, call("/audience", token({ aud = "urn:api:other" })))
      assert.equal(200, call("/audience", token({ aud = { "urn:api:other", "urn:api:kong" } })).status)
    end)

    it("a claim that is demanded, by its path", function()
      assert.equal(200, call("/roles", token({ realm_access = { roles = { "reader", "writer" } } })).status)
      assert.equal(403, call("/roles", token({ realm_access = { roles = { "writer" } } })).status)
      assert.equal(403, call("/roles", token()).status)
    end)

    it("further claims for the upstream", function()
      local headers = received(call("/claims", token({ tenant = "acme", address = { city = "Göteborg" } }), { ["X-City"] = "spoofed" }))
      assert.equal("acme", headers["x-credential-tenant"])
      assert.equal("UTF-8''G%C3%B6teborg", headers["x-city"])
      headers = received(call("/claims", token(), { ["X-City"] = "spoofed" }))
      assert.is_nil(headers["x-city"])
    end)

    it("allow_anonymous lets those without a token pass, and no bad token", function()
      assert.equal("true", received(call("/open"))["x-anonymous"])
      assert_refusal(401, DENIED, INVALID_TOKEN, call("/open", token({ active = false })))
    end)

    it("the token in a header of another name, or in the query", function()
      local headers = received(integration.send({ path = "/header", headers = { ["X-Token"] = token(), Authorization = "Basic YTpi" } }))
      assert.is_nil(headers["x-token"])
      assert.equal("Basic YTpi", headers["authorization"])
      assert.equal(200, integration.send({ path = "/query?access_token=" .. token() }).status)
      assert.equal(401, integration.send({ path = "/plain?access_token=" .. token() }).status)
    end)

    it("hide_credentials off leaves the token in the request", function()
      local bearer = token()
      assert.equal("Bearer " .. bearer, received(call("/visible", bearer))["authorization"])
    end)

    it("our credentials are refused: our fault, 500", function()
      assert_refusal(500, "An unexpected error occurred.", nil, call("/wrong-secret", token()))
    end)

    it("the authorization server fails or is not there: 503", function()
      assert_refusal(503, "The authorization server is unavailable.", nil, call("/plain", token({ status = 503 })))
      assert_refusal(503, "The authorization server is unavailable.", nil, call("/plain", token({ status = 429 })))
      assert_refusal(503, "The authorization server is unavailable.", nil, call("/closed", token()))
    end)

    it("no Lua error, no token and no secret in the error log", function()
      local bearer = token()
      call("/plain", bearer)
      call("/plain", token({ active = false }))
      -- A line that must come tells that the log has been written.
      assert.logfile().has.line("not active", true)
      assert.logfile().has.no.line("stack traceback", true)
      assert.logfile().has.no.line(bearer, true)
      assert.logfile().has.no.line(ngx.encode_base64("gateway:secret"), true)
    end)
  end)
end
