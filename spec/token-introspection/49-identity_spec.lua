local identity, consumers_module, real_kong

-- Kong's cache, its consumers, and what it was told.
local stored, consumers, told, listener

local ALICE = "11111111-1111-4111-8111-111111111111"
local BOB = "22222222-2222-4222-8222-222222222222"

local function select_by(field)
  return function(_, value)
    for _, consumer in pairs(consumers) do
      if consumer[field] == value then return consumer end
    end
  end
end

local function fake_kong()
  local noop = function() end
  return {
    cache = {
      get = function(_, key, _, load, name)
        assert.is_true(#key < 65536)
        if stored[key] == nil then stored[key] = load(name) or false end
        return stored[key] or nil
      end,
      invalidate_local = function(_, key) stored[key] = nil end,
      invalidate = function(_, key) stored[key] = nil end,
    },
    worker_events = {
      register = function(handler, source, event)
        if source == "crud" and event == "consumers" then listener = handler end
      end,
    },
    client = {
      load_consumer = function(id) return consumers[id] end,
      authenticate = function(consumer, credential) told = { consumer = consumer, credential = credential } end,
    },
    ctx = { shared = {} },
    db = {
      consumers = {
        cache_key = function(_, name) return "consumers:" .. name end,
        select_by_custom_id = select_by("custom_id"),
        select_by_username = select_by("username"),
      },
    },
    service = { request = { set_header = noop, clear_header = noop } },
  }
end

local function identify(settings, standing)
  local config = { consumer_by = settings.consumer_by or { "custom_id" }, consumer_optional = settings.optional or false }
  return identity.identify(config, { consumerClaim = settings.claim }, standing, {}, false)
end

local function mapped(name)
  told = nil
  local refused = identify({ claim = { "sub" } }, { consumerName = name })
  return refused and refused.code or told.consumer.username
end

describe("whom Kong is told that the caller is (design section 4)", function()
  before_each(function()
    real_kong = rawget(_G, "kong")
    rawset(_G, "kong", fake_kong())
    stored, told = {}, nil
    consumers = {
      [ALICE] = { id = ALICE, username = "alice", custom_id = "4711" },
      [BOB] = { id = BOB, username = "bob", custom_id = "4712" },
    }
    package.loaded["kong.plugins.token-introspection.consumers"] = nil
    package.loaded["kong.plugins.token-introspection.identity"] = nil
    consumers_module = require("kong.plugins.token-introspection.consumers")
    identity = require("kong.plugins.token-introspection.identity")
  end)

  after_each(function() rawset(_G, "kong", real_kong) end)

  it("a credential of the request's own: what another plugin adds to it reaches no other request", function()
    local standing = { credentialId = "alice" }
    identify({}, standing)
    local first = told.credential
    first.mark = "a"
    identify({}, standing)
    assert.same({ id = "alice" }, told.credential)
    assert.not_equal(first, told.credential)
  end)

  it("a consumer by its custom_id, from memory", function()
    assert.equal("alice", mapped("4711"))
    assert.equal("bob", mapped("4712"))
    kong.db.consumers.select_by_custom_id = function() error("asked again") end
    assert.equal("alice", mapped("4711"))
  end)

  -- Kong tells of a change by invalidating what it keeps under the consumer's id.
  describe("as Kong has it now:", function()
    local function change(id, to)
      consumers[id] = to
      stored["consumers:" .. id] = nil
    end

    it("not one that was deleted", function()
      assert.equal("alice", mapped("4711"))
      change(ALICE, nil)
      assert.equal("consumer_not_found", mapped("4711"))
    end)

    it("not one with another custom_id since", function()
      assert.equal("alice", mapped("4711"))
      change(ALICE, { id = ALICE, username = "alice", custom_id = "4713" })
      assert.equal("consumer_not_found", mapped("4711"))
      assert.equal("alice", mapped("4713"))
    end)

    it("the one that has the custom_id now", function()
      assert.equal("alice", mapped("4711"))
      consumers[BOB] = { id = BOB, username = "bob", custom_id = "4711" }
      change(ALICE, { id = ALICE, username = "alice", custom_id = "4713" })
      assert.equal("bob", mapped("4711"))
    end)
  end)

  it("one that is made after a token had named it in vain", function()
    consumers_module.listenForConsumers()
    assert.equal("consumer_not_found", mapped("4714"))
    local id = "33333333-3333-4333-8333-333333333333"
    consumers[id] = { id = id, username = "carol", custom_id = "4714" }
    assert.equal("consumer_not_found", mapped("4714"))
    listener({ operation = "create", entity = consumers[id] })
    assert.equal("carol", mapped("4714"))
    local without = { id = id, username = "carol", custom_id = ngx.null }
    listener({ operation = "update", entity = without, old_entity = consumers[id] })
    consumers[id] = without
    stored["consumers:" .. id] = nil
    assert.equal("consumer_not_found", mapped("4714"))
  end)

  it("groups, in both places in which Kong's plugins look for them: session keeps those of ngx.ctx", function()
    local real_ngx = _G.ngx
    _G.ngx = setmetatable({ ctx = {} }, { __index = real_ngx })
    local good, message = pcall(function()
      assert.is_nil(identify({}, { groups = { "blocked" }, groupsHeader = "blocked" }))
      assert.same({ "blocked" }, kong.ctx.shared.authenticated_groups)
      assert.same({ "blocked" }, ngx.ctx.authenticated_groups)
    end)
    _G.ngx = real_ngx
    assert.is_true(good, message)
  end)

  it("nobody by a name that no key of Kong's cache holds", function()
    for _, by in ipairs({ "username", "custom_id", "id" }) do
      local refused = identify({ claim = { "sub" }, consumer_by = { by } }, { consumerName = ("a"):rep(70000) })
      assert.equal("consumer_not_found", refused.code)
      assert.is_nil(identify({ claim = { "sub" }, consumer_by = { by }, optional = true }, { consumerName = ("a"):rep(70000) }))
    end
  end)
end)
