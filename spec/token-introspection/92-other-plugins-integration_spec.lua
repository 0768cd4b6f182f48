local helpers = require("spec.helpers")
local integration = require("spec.token-introspection.integration")

local token, call, received = integration.token, integration.call, integration.received

for _, strategy in helpers.all_strategies() do
  describe("token-introspection: with Kong's own plugins [#" .. strategy .. "]", function()
    lazy_setup(function()
      local bp = helpers.get_db_utils(
        strategy == "off" and "postgres" or strategy,
        { "services", "routes", "plugins", "consumers", "keyauth_credentials", "acls" },
        { "token-introspection", "mtls-auth" }
      )
      local alice = bp.consumers:insert({ username = "alice", custom_id = "4711" })
      local robot = bp.consumers:insert({ username = "robot" })
      local nobody = bp.consumers:insert({ username = "nobody" })
      bp.keyauth_credentials:insert({ key = "robots-key", consumer = { id = robot.id } })
      bp.acls:insert({ group = "staff", consumer = { id = alice.id } })

      local service = integration.insert_service(bp)
      local function route(name, config, others)
        return integration.insert_route(bp, service, name, config, others)
      end
      local by_sub = { consumer_claim = "sub" }
      route("consumer", by_sub)
      route("consumer-required", { consumer_claim = "sub", consumer_optional = false })
      route("acl-consumer", by_sub, { { name = "acl", config = { allow = { "staff" } } } })
      route("acl-claim", { groups_claim = "groups" }, { { name = "acl", config = { allow = { "staff" } } } })
      route("limit", {}, { { name = "rate-limiting", config = { year = 2, limit_by = "credential", policy = "local" } } })
      route("and", by_sub, { { name = "key-auth" } })
      local either = route("or", { consumer_claim = "sub", anonymous = nobody.id }, {
        { name = "key-auth", config = { anonymous = nobody.id } },
      })
      bp.plugins:insert({
        name = "request-termination",
        route = { id = either.id },
        consumer = { id = nobody.id },
        config = { status_code = 401, message = "neither" },
      })
      route("anonymous", { anonymous = "nobody" })
      route("anonymous-broken", { anonymous = "nobody", client_secret = "wrong" })
      integration.start(strategy)
    end)

    lazy_teardown(function()
      helpers.stop_kong()
    end)

    it("a token's consumer, by its username or its custom_id", function()
      for _, sub in ipairs({ "alice", "4711" }) do
        local headers = received(call("/consumer", token({ sub = sub })))
        assert.equal("alice", headers["x-consumer-username"])
        assert.equal("4711", headers["x-consumer-custom-id"])
        assert.equal(sub, headers["x-credential-identifier"])
        assert.is_nil(headers["x-anonymous-consumer"])
      end
    end)

    it("a token without a consumer passes, unless one is required", function()
      assert.is_nil(received(call("/consumer", token({ sub = "stranger" })))["x-consumer-username"])
      local response, body = call("/consumer-required", token({ sub = "stranger" }))
      integration.assert_refusal(403, integration.DENIED, nil, response, body)
    end)

    it("acl: the consumer's groups", function()
      assert.equal(200, call("/acl-consumer", token({ sub = "alice" })).status)
      assert.equal(403, call("/acl-consumer", token({ sub = "robot" })).status)
    end)

    it("acl: groups that a claim names", function()
      local headers = received(call("/acl-claim", token({ groups = { "other", "staff" } }), { ["X-Authenticated-Groups"] = "spoofed" }))
      assert.equal("other, staff", headers["x-authenticated-groups"])
      assert.equal(403, call("/acl-claim", token({ groups = { "other" } })).status)
      assert.is_not_equal(200, call("/acl-claim", token()).status)
    end)

    it("rate-limiting counts by who the token speaks for, not by the token", function()
      assert.equal(200, call("/limit", token({ sub = "bob" })).status)
      assert.equal(200, call("/limit", token({ sub = "bob" })).status)
      -- Kong counts in a timer, after the answer.
      assert.with_timeout(30).eventually(function()
        assert.equal(429, call("/limit", token({ sub = "bob" })).status)
      end).has_no_error()
      assert.equal(200, call("/limit", token({ sub = "carol" })).status)
    end)

    it("key-auth AND a token", function()
      local bearer = token({ sub = "alice" })
      assert.equal(401, call("/and", bearer).status)
      assert.equal(401, call("/and", nil, { apikey = "robots-key" }).status)
      -- The later plugin's consumer counts.
      assert.equal("alice", received(call("/and", bearer, { apikey = "robots-key" }))["x-consumer-username"])
      -- Without a consumer of the token's own, that of key-auth stays.
      assert.equal("robot", received(call("/and", token({ sub = "stranger" }), { apikey = "robots-key" }))["x-consumer-username"])
    end)

    it("key-auth OR a token", function()
      assert.equal("alice", received(call("/or", token({ sub = "alice" })))["x-consumer-username"])
      assert.equal("robot", received(call("/or", nil, { apikey = "robots-key" }))["x-consumer-username"])
      for _, neither in ipairs({ {}, { apikey = "wrong" } }) do
        local response, body = call("/or", nil, neither)
        assert.equal(401, response.status)
        assert.matches("neither", body, 1, true)
      end
      assert.equal(401, call("/or", token({ active = false })).status)
    end)

    it("a token is not asked about where key-auth has let the request in", function()
      local bearer = token()
      assert.equal(200, call("/or", bearer, { apikey = "robots-key" }).status)
      assert.equal(0, integration.asked(bearer))
    end)

    it("anonymous: the consumer in place of a refusal, by its username", function()
      for _, bearer in ipairs({ token({ active = false }), false }) do
        local headers = received(call("/anonymous", bearer or nil))
        assert.equal("nobody", headers["x-consumer-username"])
        assert.equal("true", headers["x-anonymous-consumer"])
      end
    end)

    it("a server's trouble makes nobody anonymous", function()
      assert.equal(503, call("/anonymous", token({ status = 500 })).status)
      assert.equal(500, call("/anonymous-broken", token()).status)
    end)
  end)
end
