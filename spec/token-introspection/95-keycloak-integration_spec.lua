--- On a real Keycloak with the demo's realm: the one that `.pongo/keycloak.yml` starts for Pongo, or the one that KEYCLOAK_URL names. It must answer
-- plain HTTP for a https address of its own; see `.pongo/keycloak.yml`.
local helpers = require("spec.helpers")
local cjson = require("cjson")
local integration = require("spec.token-introspection.integration")

local HOST, PORT = (os.getenv("KEYCLOAK_URL") or "http://keycloak:8080"):match("^http://([^:/]+):(%d+)$")
assert(HOST, "KEYCLOAK_URL must be like http://keycloak:8080")
local REALM = "/realms/demo/protocol/openid-connect"
local FORM = "application/x-www-form-urlencoded"

local function keycloak(path, client_id, form)
  local client = helpers.http_client(HOST, tonumber(PORT), 60000)
  local response, body = integration.send({
    method = "POST",
    path = REALM .. path,
    body = ngx.encode_args(form),
    headers = { ["Content-Type"] = FORM, Authorization = "Basic " .. ngx.encode_base64(client_id .. ":secret") },
  }, client)
  assert.equal(200, response.status, body)
  return body
end

local function access_token(scope)
  return cjson.decode(keycloak("/token", "plain-client", { grant_type = "client_credentials", scope = scope })).access_token
end

for _, strategy in helpers.all_strategies() do
  describe("token-introspection: Keycloak [#" .. strategy .. "]", function()
    lazy_setup(function()
      local bp = helpers.get_db_utils(strategy == "off" and "postgres" or strategy, { "services", "routes", "plugins" }, { "token-introspection", "mtls-auth" })
      local service = integration.insert_service(bp)
      local function route(name, config)
        config.introspection_endpoint = "http://" .. HOST .. ":" .. PORT .. REALM .. "/token/introspect"
        config.client_id = "introspection-client"
        config.scope = { "system-access" }
        integration.insert_route(bp, service, name, config)
      end
      route("keycloak", { audience = { "urn:api:kong" } })
      route("uncached", { ttl = 0 })
      route("post", { client_auth = "client_secret_post" })
      integration.start(strategy)
    end)

    lazy_teardown(function()
      helpers.stop_kong()
    end)

    it("its token passes, and the upstream sees who called", function()
      local headers = integration.received(integration.call("/keycloak", access_token("system-access")))
      assert.equal("plain-client", headers["x-credential-client-id"])
      assert.equal("system-access", headers["x-credential-scope"])
      assert.equal("Bearer", headers["x-credential-token-type"])
      assert.matches("^%x+%-%x+%-%x+%-%x+%-%x+$", headers["x-credential-sub"])
      assert.equal(200, integration.call("/post", access_token("system-access")).status)
    end)

    it("another scope, and a token that nobody issued", function()
      assert.equal(403, integration.call("/keycloak", access_token("system-read")).status)
      assert.equal(401, integration.call("/keycloak", access_token("system-access") .. "x").status)
    end)

    it("a revoked token", function()
      local token = access_token("system-access")
      assert.equal(200, integration.call("/uncached", token).status)
      keycloak("/revoke", "plain-client", { token = token })
      assert.equal(401, integration.call("/uncached", token).status)
    end)
  end)
end
