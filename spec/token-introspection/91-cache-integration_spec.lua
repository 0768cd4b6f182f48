local helpers = require("spec.helpers")
local integration = require("spec.token-introspection.integration")

local token, call, asked = integration.token, integration.call, integration.asked

for _, strategy in helpers.all_strategies() do
  describe("token-introspection: cache [#" .. strategy .. "]", function()
    lazy_setup(function()
      local bp = helpers.get_db_utils(strategy == "off" and "postgres" or strategy, { "services", "routes", "plugins" }, { "token-introspection", "mtls-auth" })
      local service = integration.insert_service(bp)
      integration.insert_route(bp, service, "cached", { ttl = 3600 })
      integration.insert_route(bp, service, "same", { ttl = 3600, scope = { "system-access" } })
      integration.insert_route(bp, service, "other", { ttl = 3600, introspection_args = { resource = "other" } })
      integration.insert_route(bp, service, "uncached", { ttl = 0 })
      integration.insert_route(bp, service, "brief", { ttl = 1 })
      integration.insert_route(bp, service, "negative", { ttl = 3600, negative_ttl = 3600 })
      integration.start(strategy)
    end)

    lazy_teardown(function()
      helpers.stop_kong()
    end)

    local function forget(fields)
      local client = helpers.admin_client()
      local response, body = integration.send({
        method = "POST",
        path = "/token-introspection/forget",
        body = fields,
        headers = { ["Content-Type"] = "application/json" },
      }, client)
      return response.status, body
    end

    it("an answer is asked for once", function()
      local bearer = token()
      for _ = 1, 5 do
        assert.equal(200, call("/cached", bearer).status)
      end
      assert.equal(1, asked(bearer))
    end)

    it("a configuration that asks the same shares the answer, and decides for itself", function()
      local bearer = token({ scope = "other" })
      assert.equal(200, call("/cached", bearer).status)
      assert.equal(403, call("/same", bearer).status)
      assert.equal(1, asked(bearer))
    end)

    it("a configuration that asks something else asks for itself", function()
      local bearer = token()
      assert.equal(200, call("/cached", bearer).status)
      assert.equal(200, call("/other", bearer).status)
      assert.equal(2, asked(bearer))
    end)

    it("ttl 0: every request asks", function()
      local bearer = token()
      assert.equal(200, call("/uncached", bearer).status)
      assert.equal(200, call("/uncached", bearer).status)
      assert.equal(2, asked(bearer))
    end)

    it("after its ttl an answer is asked for again", function()
      local bearer = token()
      assert.equal(200, call("/brief", bearer).status)
      integration.revoke(bearer)
      assert.with_timeout(30).eventually(function()
        assert.equal(401, call("/brief", bearer).status)
      end).has_no_error()
    end)

    it("a token expires in the cache, however long the ttl", function()
      local bearer
      -- It lives for two seconds; on a machine that needs longer for one request, another one is tried.
      assert.with_timeout(60).eventually(function()
        bearer = token({ exp = math.floor(ngx.now()) + 3 })
        assert.equal(200, call("/cached", bearer).status)
      end).has_no_error()
      assert.with_timeout(30).eventually(function()
        assert.equal(401, call("/cached", bearer).status)
      end).has_no_error()
    end)

    it("inactive answers are cached for negative_ttl, and by default not at all", function()
      local bearer = token({ active = false })
      for _ = 1, 3 do
        assert.equal(401, call("/negative", bearer).status)
      end
      assert.equal(1, asked(bearer))
      for _ = 1, 3 do
        assert.equal(401, call("/cached", bearer).status)
      end
      assert.equal(4, asked(bearer))
    end)

    it("errors are never cached", function()
      local bearer = token({ status = 400 })
      assert.equal(500, call("/cached", bearer).status)
      assert.equal(500, call("/cached", bearer).status)
      assert.equal(2, asked(bearer))
    end)

    for _, kind in ipairs({ "token", "sub", "client_id", "everything" }) do
      it("the Admin API makes Kong ask again: by " .. kind, function()
        local bearer = token({ sub = "subject-" .. kind, client_id = "client-" .. kind })
        assert.equal(200, call("/cached", bearer).status)
        integration.revoke(bearer)
        assert.equal(200, call("/cached", bearer).status)
        local value = ({ token = bearer, sub = "subject-sub", client_id = "client-client_id", everything = true })[kind]
        assert.equal(200, (forget({ [kind] = value })))
        assert.with_timeout(30).eventually(function()
          assert.equal(401, call("/cached", bearer).status)
        end).has_no_error()
      end)
    end

    it("the Admin API says what is wrong", function()
      for _, fields in ipairs({ { nothing = "x" }, { token = "" }, { token = "a", sub = "b" }, { sub = 5 }, { everything = false } }) do
        local status, body = forget(fields)
        assert.equal(400, status, body)
        assert.matches("give one of these in the body", body, 1, true)
      end
    end)
  end)
end
