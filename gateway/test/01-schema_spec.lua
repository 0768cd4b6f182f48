-- The error texts are Kong 3.9.1's, as `kong config parse` prints them for the same settings.
local helpers = require "spec.helpers"
local typedefs = require "kong.db.schema.typedefs"

local function schema(fields, checks)
  return { name = "probe", fields = { { config = { type = "record", fields = fields, entity_checks = checks } } } }
end

local function errors_of(fields, config, checks)
  local entity, err = helpers.validate_plugin_config_schema(config, schema(fields, checks))
  assert.is_nil(entity)
  return err.config
end

local function config_of(fields, config)
  local entity, err = helpers.validate_plugin_config_schema(config, schema(fields))
  assert.is_nil(err)
  return entity.config
end

describe("kong.db.schema", function()
  it("names the kind that a value should have", function()
    local kinds = {
      { { type = "string" }, 1, "expected a string" },
      { { type = "number" }, "1", "expected a number" },
      { { type = "integer" }, 1.5, "expected an integer" },
      { { type = "boolean" }, "true", "expected a boolean" },
      { { type = "array", elements = { type = "string" } }, { a = 1 }, "expected an array" },
      { { type = "set", elements = { type = "string" } }, "x", "expected a set" },
      { { type = "map", keys = { type = "string" }, values = { type = "string" } }, "x", "expected a map" },
      { { type = "record", fields = {} }, "x", "expected a record" },
    }
    for _, case in ipairs(kinds) do
      assert.same({ x = case[3] }, errors_of({ { x = case[1] } }, { x = case[2] }))
    end
  end)

  it("refuses unknown and missing settings", function()
    local fields = { { x = { type = "string", required = true } } }
    assert.same({ x = "required field missing" }, errors_of(fields, {}))
    assert.same({ y = "unknown field" }, errors_of(fields, { x = "a", y = 1 }))
  end)

  it("says what a validator wants", function()
    local cases = {
      { { type = "string", one_of = { "a", "b" } }, "c", "expected one of: a, b" },
      { { type = "string", not_one_of = { "c" } }, "c", "must not be one of: c" },
      { { type = "integer", gt = 2 }, 2, "value must be greater than 2" },
      { { type = "integer", between = { 1, 5 } }, 6, "value should be between 1 and 5" },
      { { type = "string" }, "", "length must be at least 1" },
      { { type = "string", len_max = 2 }, "abc", "length must be at most 2" },
      { { type = "string", match = "^%d+$" }, "a", "invalid value: a" },
      { { type = "string", match = "^%d+$", err = "digits only" }, "a", "digits only" },
      { { type = "string", starts_with = "/" }, "a", "should start with: /" },
      { { type = "string", uuid = true }, "a", "expected a valid UUID" },
      { { type = "array", elements = { type = "string" }, len_min = 1 }, {}, "length must be at least 1" },
      { { type = "string", custom_validator = function() return nil, "no" end }, "a", "no" },
      { typedefs.url, "foo", "missing host in url" },
      { typedefs.url, "//foo", "missing scheme in url" },
      { typedefs.port, 70000, "value should be between 0 and 65535" },
      { typedefs.timeout, -1, "value should be between 0 and 2147483646" },
      { typedefs.header_name, "a b", "bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'" },
      { typedefs.host, "a:1", "must not have a port" },
    }
    for _, case in ipairs(cases) do
      assert.same({ x = case[3] }, errors_of({ { x = case[1] } }, { x = case[2] }))
    end
  end)

  it("places errors of elements and records where they are", function()
    local elements = { { x = { type = "array", elements = { type = "integer" } } } }
    assert.same({ x = { [2] = "expected an integer" } }, errors_of(elements, { x = { 1, "b" } }))
    local record = { { x = { type = "record", fields = { { y = { type = "integer" } } } } } }
    assert.same({ x = { y = "expected an integer" } }, errors_of(record, { x = { y = "a" } }))
  end)

  it("fills in defaults, in records too", function()
    local config = config_of({
      { x = { type = "string", default = "d" } },
      { r = { type = "record", fields = { { a = { type = "integer", default = 3 } } } } },
      { s = { type = "set", elements = { type = "string" } } },
      { n = { type = "string" } },
    }, { s = { "b", "a", "b" } })
    assert.equal("d", config.x)
    assert.equal(3, config.r.a)
    assert.same({ "b", "a" }, config.s)
    assert.equal(ngx.null, config.n)
  end)

  it("never changes the default itself", function()
    local fields = { { x = { type = "array", elements = { type = "string" }, default = { "a" } } } }
    table.insert(config_of(fields, {}).x, "b")
    assert.same({ "a" }, config_of(fields, {}).x)
  end)

  it("takes a reference where the field may be one", function()
    local fields = { { x = { type = "string", referenceable = true, len_min = 40 } } }
    assert.equal("{vault://env/x}", config_of(fields, { x = "{vault://env/x}" }).x)
    assert.same({ x = "length must be at least 40" }, errors_of(fields, { x = "short" }))
  end)

  describe("checks between fields:", function()
    local fields = { { a = { type = "string" } }, { b = { type = "string" } }, { n = { type = "integer" } } }

    it("at_least_one_of", function()
      local check = { { at_least_one_of = { "a", "b" } } }
      assert.same({ ["@entity"] = { "at least one of these fields must be non-empty: 'a', 'b'" } }, errors_of(fields, {}, check))
    end)

    it("only_one_of", function()
      local check = { { only_one_of = { "a", "b" } } }
      assert.same({ ["@entity"] = { "exactly one of these fields must be non-empty: 'a', 'b'" } }, errors_of(fields, { a = "1", b = "2" }, check))
    end)

    it("mutually_exclusive and mutually_required", function()
      assert.same(
        { ["@entity"] = { "only one or none of these fields must be set: 'a', 'b'" } },
        errors_of(fields, { a = "1", b = "2" }, { { mutually_exclusive = { "a", "b" } } })
      )
      assert.same(
        { ["@entity"] = { "all or none of these fields must be set: 'a', 'b'" } },
        errors_of(fields, { a = "1" }, { { mutually_required = { "a", "b" } } })
      )
    end)

    it("conditional", function()
      local check = { { conditional = { if_field = "a", if_match = { eq = "x" }, then_field = "b", then_match = { required = true } } } }
      assert.same(
        { b = "required field missing", ["@entity"] = { "failed conditional validation given value of field 'a'" } },
        errors_of(fields, { a = "x" }, check)
      )
      assert.is_truthy(helpers.validate_plugin_config_schema({ a = "y" }, schema(fields, check)))
    end)

    it("custom_entity_check, which waits for its fields to be right", function()
      local check = { { custom_entity_check = { field_sources = { "a", "n" }, fn = function() return nil, "refused" end } } }
      assert.same({ ["@entity"] = { "refused" } }, errors_of(fields, { a = "x" }, check))
      assert.same({ n = "expected an integer" }, errors_of(fields, { a = "x", n = "y" }, check))
    end)
  end)

  it("keeps a plugin from consumers with no_consumer", function()
    local definition = schema({})
    table.insert(definition.fields, 1, { consumer = typedefs.no_consumer })
    local entity, err = helpers.validate_plugin_config_schema({}, definition, { consumer = { id = "0dc6f45b-8f8d-40d2-a504-473544ee190b" } })
    assert.is_nil(entity)
    assert.same({ consumer = "value must be null" }, err)
  end)

  it("raises for what of spec.helpers is not here", function()
    assert.has_error(function() helpers.start_kong() end)
  end)
end)
