local plans = require("kong.plugins.token-introspection.plan")
local schema = require("kong.plugins.token-introspection.schema")
local standings = require("kong.plugins.token-introspection.standing")
local validate = require("spec.helpers").validate_plugin_config_schema

local function plan_of(changes)
  local settings = { introspection_endpoint = "https://as.example/introspect", client_id = "gateway", client_secret = "secret" }
  for name, value in pairs(changes or {}) do settings[name] = value end
  local entity, errors = validate(settings, schema)
  assert.is_nil(errors)
  local config = {}
  for name, value in pairs(entity.config) do
    if value ~= ngx.null then config[name] = value end
  end
  -- The plan is as long-lived as its configuration.
  return plans.planOf(config), config
end

local function entry(claims)
  return { claims = claims, obtained = 0, freshUntil = 0 }
end

local function standing(claims, changes)
  local plan, config = plan_of(changes)
  local derived = standings.standingOf(entry(claims), plan)
  assert.is_table(config)
  return derived
end

describe("where a token stands under a configuration (design section 8)", function()
  it("is derived once for an answer and a configuration", function()
    local plan, one_config = plan_of()
    local other_plan, other_config = plan_of({ scope = { "admin" } })
    local answer = entry('{"active":true,"scope":"read"}')
    local one, other = standings.standingOf(answer, plan), standings.standingOf(answer, other_plan)
    assert.equal(one, standings.standingOf(answer, plan))
    assert.not_equal(one, other)
    assert.is_nil(one.claimsRefusal)
    assert.equal("insufficient_scope", other.claimsRefusal.code)
    assert.is_table(one_config)
    assert.is_table(other_config)
  end)

  it("changes nothing in the answer, which other configurations share (design section 6)", function()
    local plan, config = plan_of({ custom_claims_forward = { "name" }, upstream_headers_prefix = "X-Token-" })
    local answer = entry('{"active":true,"name":"a"}')
    standings.standingOf(answer, plan)
    assert.same(entry('{"active":true,"name":"a"}'), answer)
    assert.is_table(config)
  end)

  it("an answer that cannot be read is our trouble, not the token's (design section 5)", function()
    for _, text in ipairs({ "", "{", "5", '"a"', "null", "true" }) do assert.equal("unexpected", standing(text).bindingRefusal.code, text) end
  end)

  it("a malformed cnf refuses (S18)", function()
    assert.equal("invalid_token", standing('{"cnf":"a"}').bindingRefusal.code)
    assert.equal("invalid_token", standing('{"cnf":{"x5t#S256":5}}', { certificate_binding = "off" }).bindingRefusal.code)
  end)

  it("bindings as the settings demand (S18)", function()
    assert.is_nil(standing('{"cnf":{"x5t#S256":"a"}}').bindingRefusal)
    assert.equal("a", standing('{"cnf":{"x5t#S256":"a"}}').bound.thumbprint)
    assert.equal("invalid_token", standing("{}", { certificate_binding = "required" }).bindingRefusal.code)
    assert.equal("invalid_token", standing('{"cnf":{"jkt":"a"}}', { dpop = "off" }).bindingRefusal.code)
  end)

  it("the credential is sub, else client_id, and never the token (design section 4)", function()
    assert.equal("alice", standing('{"sub":"alice","client_id":"app"}').credentialId)
    assert.equal("app", standing('{"client_id":"app"}').credentialId)
    assert.equal("app", standing('{"sub":null,"clientId":"app"}').credentialId)
    assert.equal("app", standing('{"sub":["alice"],"client_id":"app"}').credentialId)
    assert.is_nil(standing("{}").credentialId)
    assert.equal("A1", standing('{"sub":"alice","account":{"id":"A1"}}', { credential_claim = "account.id" }).credentialId)
    assert.is_nil(standing('{"sub":"alice"}', { credential_claim = "account.id" }).credentialId)
    assert.is_nil(standing('{"account":true}', { credential_claim = "account" }).credentialId)
  end)

  it("the consumer's name counts as string or number only (design section 4)", function()
    assert.equal("alice", standing('{"user":{"name":"alice"}}', { consumer_claim = "user.name" }).consumerName)
    assert.equal("12345678901", standing('{"id":12345678901}', { consumer_claim = "id" }).consumerName)
    for _, nobody in ipairs({ "true", "false", "null", '["alice"]', '{"a":"alice"}' }) do
      assert.is_nil(standing('{"id":' .. nobody .. "}", { consumer_claim = "id" }).consumerName, nobody)
    end
    assert.is_nil(standing('{"sub":"alice"}').consumerName)
  end)

  it("groups are a claim's values", function()
    assert.same({ "admin", "user" }, standing('{"realm_access":{"roles":["admin","user"]}}', { groups_claim = "realm_access.roles" }).groups)
    assert.same({ "admin" }, standing('{"group":"admin"}', { groups_claim = "group" }).groups)
    assert.same({}, standing("{}", { groups_claim = "group" }).groups)
    assert.is_nil(standing('{"groups":["admin"]}').groups)
  end)

  it("the upstream headers are made once", function()
    local headers = standing('{"sub":"alice"}')
    assert.same({ "X-Credential-Sub" }, headers.headerNames)
    assert.same({ "alice" }, headers.headerValues)
  end)

  it("tokens with the same headers share the list of their names", function()
    local plan, config = plan_of()
    local one = standings.standingOf(entry('{"sub":"alice","iss":"a"}'), plan)
    local other = standings.standingOf(entry('{"iss":"b","sub":"bob"}'), plan)
    local fewer = standings.standingOf(entry('{"sub":"carol"}'), plan)
    assert.equal(one.headerNames, other.headerNames)
    assert.same({ "bob", "b" }, other.headerValues)
    assert.same({ "X-Credential-Sub" }, fewer.headerNames)
    assert.is_table(config)
  end)
end)
