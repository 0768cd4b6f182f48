local helpers = require("spec.helpers")
local cjson = require("cjson")
local integration = require("spec.token-introspection.integration")

local JSON = { ["Content-Type"] = "application/json" }

local function admin(method, path, body)
  local response, text = integration.send({ method = method, path = path, body = body, headers = JSON }, helpers.admin_client())
  return response.status, text ~= "" and cjson.decode(text) or nil
end

--- Settings that Kong must refuse, and the field that it must name.
local REFUSED = {
  introspection_endpoint = { introspection_endpoint = "ftp://issuer.example/introspect" },
  ttl = { ttl = -1 },
  client_auth = { client_auth = "password" },
  certificate_binding = { certificate_binding = "sometimes" },
  upstream_headers_prefix = { upstream_headers_prefix = "X-" },
  upstream_headers = { upstream_headers = { Host = "sub" } },
  no_such_setting = { no_such_setting = true },
}

for _, strategy in helpers.all_strategies() do
  describe("token-introspection: Admin API [#" .. strategy .. "]", function()
    lazy_setup(function()
      local bp = helpers.get_db_utils(strategy == "off" and "postgres" or strategy, { "services", "routes", "plugins" }, { "token-introspection", "mtls-auth" })
      integration.insert_route(bp, integration.insert_service(bp), "api")
      integration.start(strategy)
    end)

    lazy_teardown(function()
      helpers.stop_kong()
    end)

    it("knows both plugins and their settings", function()
      local status, information = admin("GET", "/")
      assert.equal(200, status)
      for name, priority in pairs({ ["token-introspection"] = 1040, ["mtls-auth"] = 1600 }) do
        local available = information.plugins.available_on_server[name]
        assert.equal("1.0.0", available.version)
        assert.equal(priority, available.priority)
        status = admin("GET", "/schemas/plugins/" .. name)
        assert.equal(200, status)
      end
    end)

    it("accepts good settings, also those of the predecessor alone", function()
      local configs = {
        integration.config(),
        { issuer = "https://issuer.example", client_id = "gateway", client_secret = "{vault://env/secret}" },
        {
          introspection_endpoint = "https://issuer.example/introspect",
          introspection_ssl_verify = false,
          client_id = "gateway",
          client_secret = "secret",
          token_header = "Authorization",
          hide_credentials = false,
          allow_anonymous = true,
          ttl = 30,
          scope = { "system-access" },
          certificate_header = "x-client-cert",
          custom_claims_forward = { "tenant" },
        },
      }
      for _, config in ipairs(configs) do
        local status, answer = admin("POST", "/schemas/plugins/validate", { name = "token-introspection", config = config })
        assert.equal(200, status, cjson.encode(answer))
      end
    end)

    for field, settings in pairs(REFUSED) do
      it("refuses a bad " .. field .. " and names it", function()
        local status, answer = admin("POST", "/schemas/plugins/validate", { name = "token-introspection", config = integration.config(settings) })
        assert.equal(400, status)
        assert.is_not_nil(answer.fields.config and answer.fields.config[field] or (answer.message:find(field, 1, true)), cjson.encode(answer))
      end)
    end

    it("refuses settings that name no server, or no credentials", function()
      for _, config in ipairs({ { client_id = "gateway", client_secret = "secret" }, { introspection_endpoint = "https://issuer.example/introspect" } }) do
        local status = admin("POST", "/schemas/plugins/validate", { name = "token-introspection", config = config })
        assert.equal(400, status)
      end
    end)

    if strategy ~= "off" then
      it("adds, changes and removes the plugin, and each counts at once", function()
        local bearer = integration.token({ scope = "read" })
        assert.equal(200, integration.call("/api").status)

        local status, plugin = admin("POST", "/routes/api/plugins", { name = "token-introspection", config = integration.config() })
        assert.equal(201, status, cjson.encode(plugin))
        helpers.wait_for_all_config_update()
        assert.equal(401, integration.call("/api").status)
        assert.equal(200, integration.call("/api", bearer).status)

        assert.equal(200, (admin("PATCH", "/plugins/" .. plugin.id, { config = { scope = { "write" } } })))
        helpers.wait_for_all_config_update()
        assert.equal(403, integration.call("/api", bearer).status)

        assert.equal(400, (admin("PATCH", "/plugins/" .. plugin.id, { config = { ttl = -1 } })))

        assert.equal(204, (admin("DELETE", "/plugins/" .. plugin.id)))
        helpers.wait_for_all_config_update()
        assert.equal(200, integration.call("/api").status)
      end)
    else
      it("takes a declarative configuration, and refuses a bad one whole", function()
        local function config(settings)
          return {
            _format_version = "3.0",
            services = { { url = "http://127.0.0.1:1", routes = { { paths = { "/api" }, plugins = { { name = "token-introspection", config = settings } } } } } },
          }
        end
        assert.equal(400, (admin("POST", "/config", config(integration.config({ ttl = -1 })))))
        assert.equal(200, integration.call("/api").status)
        assert.equal(201, (admin("POST", "/config", config(integration.config()))))
        assert.with_timeout(30).eventually(function()
          assert.equal(401, integration.call("/api").status)
        end).has_no_error()
      end)
    end
  end)
end
