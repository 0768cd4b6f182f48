local validate = require("spec.helpers").validate_plugin_config_schema
local schema = require("kong.plugins.token-introspection.schema")
local plans = require("kong.plugins.token-introspection.plan")

local REFERENCEABLE = { "introspection_endpoint", "client_id", "client_secret", "client_jwk", "client_certificate", "client_key", "bearer_token" }

-- The settings as Kong hands them to a plugin: what is not set is nil.
local function config(changes)
  local settings = { introspection_endpoint = "https://as.example/introspect", client_id = "gateway", client_secret = "secret" }
  for name, value in pairs(changes or {}) do settings[name] = value end
  local entity, errors = validate(settings, schema)
  assert.is_nil(errors)
  local all = {}
  for name, value in pairs(entity.config) do
    if value ~= ngx.null then all[name] = value end
  end
  return all
end

-- The same with one setting that is a reference: Kong keeps the references beside the settings, and rewrites the setting when the secret changes.
local function referring(name)
  local settings = config()
  settings["$refs"] = { [name] = "{vault://env/secret}" }
  settings[name] = settings[name] or "first"
  return settings
end

describe("a configuration's plan (design section 8: computed once per configuration)", function()
  it("is made once", function()
    local settings = config()
    local plan = plans.planOf(settings)
    for _ = 1, 10 do assert.equal(plan, plans.planOf(settings)) end
  end)

  it("is no other configuration's, even with the same settings", function()
    assert.not_equal(plans.planOf(config()), plans.planOf(config()))
  end)

  for _, name in ipairs(REFERENCEABLE) do
    it("is made again when Kong has rewritten " .. name .. " in place", function()
      local settings = referring(name)
      local before = plans.planOf(settings)
      settings[name] = "rotated"
      local after = plans.planOf(settings)
      assert.not_equal(before, after)
      assert.equal("rotated", after.question[name])
      assert.not_equal(before.question.id, after.question.id)
      assert.equal(after, plans.planOf(settings))
    end)

    it("knows when the reference of " .. name .. " could not be resolved", function()
      local settings = referring(name)
      assert.is_nil(plans.planOf(settings).unresolved)
      for _, unresolved in ipairs({ "", false }) do
        settings[name] = unresolved or nil
        assert.equal(name, plans.planOf(settings).unresolved)
      end
      settings[name] = "resolved"
      assert.is_nil(plans.planOf(settings).unresolved)
    end)

    it("is made again when " .. name .. " comes or goes", function()
      local settings = referring(name)
      settings[name] = "there"
      local with = plans.planOf(settings)
      settings[name] = nil
      local without = plans.planOf(settings)
      assert.not_equal(with, without)
      settings[name] = "there"
      assert.not_equal(without, plans.planOf(settings))
    end)
  end

  it("is not looked over on each request where nothing is a reference (design section 8)", function()
    assert.is_nil(plans.planOf(config()).references)
  end)

  it("goes with its configuration", function()
    local weak = setmetatable({}, { __mode = "v" })
    do
      local settings = config()
      weak.plan = plans.planOf(settings)
    end
    for _ = 1, 3 do collectgarbage() end
    assert.is_nil(weak.plan)
  end)

  it("knows the headers by the names under which they are listed", function()
    local plan = plans.planOf(config({ certificate_header = "X_Client-Cert" }))
    assert.equal("authorization", plan.tokenHeader)
    assert.is_false(plan.bareToken)
    assert.equal("x-client-cert", plan.upstream.certificate)
    plan = plans.planOf(config({ token_header = "X-Access-Token" }))
    assert.equal("x-access-token", plan.tokenHeader)
    assert.is_true(plan.bareToken)
    assert.is_nil(plan.upstream.certificate)
    assert.is_false(plans.planOf(config({ token_header = "AUTHORIZATION" })).bareToken)
  end)

  it("splits claim paths", function()
    local plan = plans.planOf(config({ consumer_claim = "a.b", credential_claim = "c", groups_claim = "d.e" }))
    assert.same({ "a", "b" }, plan.consumerClaim)
    assert.same({ "c" }, plan.credentialClaim)
    assert.same({ "d", "e" }, plan.groupsClaim)
  end)

  it("holds no standing that its entry has outlived", function()
    local plan = plans.planOf(config())
    plan.standings.current[{}] = {}
    for _ = 1, 3 do collectgarbage() end
    assert.is_nil(next(plan.standings.current))
  end)
end)

describe("the configurations in force (phase configure)", function()
  after_each(function() plans.configurePlans(nil) end)

  it("are asked about their questions", function()
    local one, other = config({ dpop = "off" }), config({ dpop = "off", client_id = "other" })
    plans.configurePlans({ one, other })
    local ids = {}
    for index, question in ipairs(plans.questions()) do ids[index] = question.id end
    assert.same({ plans.planOf(one).question.id, plans.planOf(other).question.id }, ids)
  end)

  it("may be none", function()
    plans.configurePlans({ config({ dpop = "off" }) })
    plans.configurePlans(nil)
    assert.same({}, plans.questions())
    plans.configurePlans({})
    assert.same({}, plans.questions())
  end)
end)

describe("the configurations that requests bring, where Kong has no phase configure (before 3.5)", function()
  local loaded = package.loaded["kong.plugins.token-introspection.plan"]
  local replay = package.loaded["kong.plugins.token-introspection.dpop-replay"]
  local fresh, told

  before_each(function()
    told = nil
    package.loaded["kong.plugins.token-introspection.dpop-replay"] = { beginRemembering = function(longest) told = longest end }
    package.loaded["kong.plugins.token-introspection.plan"] = nil
    fresh = require("kong.plugins.token-introspection.plan")
  end)

  after_each(function()
    package.loaded["kong.plugins.token-introspection.dpop-replay"] = replay
    package.loaded["kong.plugins.token-introspection.plan"] = loaded
  end)

  it("are asked about their questions", function()
    local one = config({ dpop = "off" })
    assert.same({ fresh.planOf(one).question }, fresh.questions())
  end)

  it("say for how long used proofs are remembered (RFC 9449 section 11.1)", function()
    local short, long = config({ dpop_max_age = 3, leeway = 0 }), config({ dpop_max_age = 60, leeway = 0 })
    fresh.planOf(short)
    assert.same({ kong_db_cache = 3 }, told)
    fresh.planOf(long)
    assert.same({ kong_db_cache = 60 }, told)
    told = nil
    fresh.planOf(long)
    assert.is_nil(told)
  end)

  it("are those that Kong tells of, once it does", function()
    fresh.planOf(config())
    fresh.configurePlans({})
    assert.same({}, fresh.questions())
    told = nil
    fresh.planOf(config())
    assert.is_nil(told)
  end)
end)
