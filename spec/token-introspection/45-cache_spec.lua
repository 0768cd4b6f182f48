require("resty.lock")
local scripted_http = require("spec.token-introspection.scripted_http")
local semaphores = require("ngx.semaphore")

local ENDPOINT = "http://as.example/introspect"

-- The plugin's clock, which goes on when a test says so, and what lies in Kong's cache.
local time, cache, real_kong
local stored

local fake_cache = {}

function fake_cache:get(key, _, callback)
  local known = stored[key]
  if known == nil and callback ~= nil then
    known = { value = callback() }
    stored[key] = known
  end
  if known == nil then return nil, nil, -1 end
  return known.value, nil, 1
end

function fake_cache:renew(key, _, callback)
  stored[key] = { value = (callback()) }
  return stored[key].value
end

function fake_cache:probe(key)
  return stored[key] and 1, nil, stored[key] and stored[key].value
end

function fake_cache:invalidate_local(key)
  stored[key] = nil
end

local span = { set_attribute = function() end, set_status = function() end, finish = function() end }

local function fake_kong()
  local silent = function() end
  return {
    cache = setmetatable({}, { __index = fake_cache }),
    log = { warn = silent, notice = silent, err = silent },
    tracing = { start_span = function() return span end },
    worker_events = { post = function() return true end },
    cluster_events = { broadcast = function() return true end },
  }
end

local function question(settings)
  local all = { introspection_endpoint = ENDPOINT, ttl = 10, negative_ttl = 0, stale_ttl = 1000, retries = 0, respect_cache_control = false }
  for name, value in pairs(settings or {}) do all[name] = value end
  return scripted_http.question(all)
end

local function asked()
  local times = 0
  for _, entry in ipairs(scripted_http.log) do
    if entry == "POST /introspect" then times = times + 1 end
  end
  return times
end

local let_others_run = scripted_http.let_others_run

-- A server that keeps its first answer back until the gate is opened, and calls every token active from then on. Gives the gate, and how often it was asked.
local function holding_back(first)
  local gate, calls = semaphores.new(), 0
  scripted_http.script({
    ["/introspect"] = function()
      calls = calls + 1
      if calls > 1 then return { status = 200, body = '{"active":true}' } end
      gate:wait(60)
      return first
    end,
  })
  return gate, function() return calls end
end

local active = { ["/introspect"] = { status = 200, body = '{"active":true}' } }
local inactive = { ["/introspect"] = { status = 200, body = '{"active":false}' } }
local down = { ["/introspect"] = { status = 503 } }

local function consult(one, token)
  return cache.consult(one, token, "name of " .. token)
end

describe("what is known of tokens (design section 6)", function()
  before_each(function()
    real_kong = rawget(_G, "kong")
    rawset(_G, "kong", fake_kong())
    stored = {}
    ngx.shared.kong_db_cache:flush_all()
    ngx.shared.kong_locks:flush_all()
    time = ngx.now()
    cache = scripted_http.load("kong.plugins.token-introspection.cache", function() return time end)
  end)

  after_each(function() rawset(_G, "kong", real_kong) end)

  it("is looked up again under the lock: another worker may have answered between the first look and the lock", function()
    scripted_http.script(active)
    local first = true
    rawset(kong.cache, "get", function(self, key, ...)
      if first then
        first = false
        stored[key] = { value = { claims = '{"active":true,"sub":"theirs"}', obtained = time, freshUntil = time + 10 } }
        return nil, nil, -1
      end
      return fake_cache.get(self, key, ...)
    end)
    local entry = consult(question(), "token")
    assert.equal('{"active":true,"sub":"theirs"}', entry.claims)
    assert.equal(0, asked())
  end)

  it("is asked for again when it was forgotten by name, where this worker knows nothing of the question that was asked", function()
    local forgetting = require("kong.plugins.token-introspection.forgetting")
    scripted_http.script(inactive)
    local one = question({ negative_ttl = 60 })
    assert.equal("inactive", select(2, consult(one, "token")).kind)
    assert.equal("inactive", select(2, consult(one, "token")).kind)
    assert.equal(1, asked())
    assert.is_nil(forgetting.forget({ kind = "token", value = "name of token" }))
    scripted_http.script(active)
    assert.equal("server", select(2, consult(one, "token")))
  end)

  describe("where another worker's event of forgetting something was lost", function()
    local locks = ngx.shared.kong_locks
    local one = question({ ttl = 60 })
    local hear

    -- What another worker notes, besides telling the others.
    local function note()
      locks:set("token_introspection:forgotten", time)
      return locks:incr("token_introspection:forgettings", 1, 0)
    end

    local function source() return (select(2, consult(one, "token"))) end

    before_each(function()
      rawset(_G, "kong", setmetatable({
        worker_events = { register = function(handler) hear = handler end },
        cluster_events = { subscribe = function() return true end },
      }, { __index = fake_kong() }))
      require("kong.plugins.token-introspection.forgetting").listen()
      scripted_http.script(active)
      assert.equal("server", source())
      time = time + 5
    end)

    it("is asked for again", function()
      note()
      assert.equal("worker", source())
      time = time + 2
      assert.equal("server", source())
      assert.equal("worker", source())
    end)

    it("is asked for again, though an event came that was sent later", function()
      note()
      local later = note()
      hear({ kind = "token", value = "another", time = time, event = later })
      assert.equal("worker", source())
      time = time + 1
      assert.equal("server", source())
    end)

    it("is not while the event may be on its way, nor when events come in another order", function()
      local first, second = note(), note()
      assert.equal("worker", source())
      hear({ kind = "token", value = "another", time = time, event = second })
      hear({ kind = "token", value = "a third", time = time, event = first })
      time = time + 2
      assert.equal("worker", source())
      time = time + 2
      assert.equal("worker", source())
    end)

    it("is asked for again when the count of events is lost", function()
      hear({ kind = "token", value = "another", time = time, event = note() })
      time = time + 1
      source()
      locks:delete("token_introspection:forgettings")
      time = time + 2
      assert.equal("server", source())
      time = time + 2
      assert.equal("worker", source())
    end)
  end)

  it("is asked for again after it was forgotten, though an answer is under way that says it is inactive", function()
    local forgetting = require("kong.plugins.token-introspection.forgetting")
    local gate = holding_back({ status = 200, body = '{"active":false}' })
    local one = question({ timeout = 60000, patience = ":60000:0" })
    ngx.thread.spawn(consult, one, "token")
    let_others_run()
    time = time + 1
    assert.is_nil(forgetting.forget({ kind = "token", value = "name of token" }))
    time = time + 1
    local later = ngx.thread.spawn(function() return { consult(one, "token") } end)
    let_others_run()
    gate:post(1)
    local _, outcome = ngx.thread.wait(later)
    assert.equal("server", outcome[2])
  end)

  it("is asked for without a lock where the dictionary for locks is full", function()
    local real = package.loaded["resty.lock"]
    package.loaded["resty.lock"] = { new = function() return { lock = function() return nil, "no memory" end } end }
    cache = scripted_http.load("kong.plugins.token-introspection.cache", function() return time end)
    package.loaded["resty.lock"] = real
    scripted_http.script(active)
    assert.equal("server", select(2, consult(question(), "token")))
    assert.equal("worker", select(2, consult(question(), "token")))
    assert.equal(1, asked())
  end)

  it("is shared with those who wait as long: another's time-out is no failure of mine", function()
    local gate, calls = holding_back({ failure = "timeout" })
    local hasty, patient = question({ timeout = 50000, patience = ":50000:0" }), question({ timeout = 60000, patience = ":60000:0" })
    local function asking(one)
      return ngx.thread.spawn(function() return { consult(one, "token") } end)
    end
    local threads = { asking(hasty), asking(hasty), asking(patient) }
    let_others_run()
    gate:post(1)
    local outcomes = {}
    for index, thread in ipairs(threads) do
      local _, outcome = ngx.thread.wait(thread)
      outcomes[index] = outcome
    end
    assert.equal("unavailable", outcomes[1][2].kind)
    assert.equal("unavailable", outcomes[2][2].kind)
    assert.equal("server", outcomes[3][2])
    assert.equal(2, calls())
  end)

  -- The lock is held as by another worker, which may have it again and again.
  describe("is brought by another worker, and may not be cached", function()
    local one = question({ timeout = 60000, patience = ":60000:0" })
    local key = "token_introspection:id:name of token"
    local landing, locks, held

    local function release()
      if held ~= nil then locks.giveBack(held) end
      held = nil
    end

    before_each(function()
      landing = require("kong.plugins.token-introspection.landing")
      locks = require("kong.plugins.token-introspection.node-lock")
      scripted_http.script(active)
      held = assert(locks.takeLock(key, ngx.now() + 60, ngx.now() + 60))
    end)

    after_each(release)

    -- What lands has landed after the waiting began.
    local function land(landed_key, outcome)
      time = time + 0.001
      landing.noteLanding(landed_key, outcome)
    end

    local function waiting()
      local thread = ngx.thread.spawn(function() return { consult(one, "token") } end)
      let_others_run()
      return function()
        local _, outcome = ngx.thread.wait(thread)
        return outcome
      end
    end

    it("whoever waits gets it while the lock is held: an active answer", function()
      local outcome = waiting()
      local entry = { claims = '{"active":true,"sub":"theirs"}', obtained = time, freshUntil = time }
      land(key, { entry = entry, latency = 0 })
      assert.same(entry, outcome()[1])
      assert.equal(0, asked())
    end)

    it("an inactive one", function()
      local outcome = waiting()
      land(key, { kind = "inactive" })
      assert.equal("inactive", outcome()[2].kind)
      assert.equal(0, asked())
    end)

    it("an error with all that it says, for who waits as long", function()
      local outcome = waiting()
      land(key .. one.patience, { kind = "unavailable", cause = "theirs", retryAfter = 7 })
      assert.same({ kind = "unavailable", cause = "theirs", retryAfter = 7 }, outcome()[2])
      assert.equal(0, asked())
    end)

    it("who comes when it has landed asks", function()
      land(key, { kind = "inactive" })
      local outcome = waiting()
      release()
      assert.equal("server", outcome()[2])
      assert.equal(1, asked())
    end)

    it("it is told by who has asked: errors, and what is not stored", function()
      release()
      for body, told in pairs({
        ['{"active":false}'] = { key, "inactive" },
        ["no JSON"] = { key .. one.patience, "unexpected" },
      }) do
        scripted_http.script({ ["/introspect"] = { status = 200, body = body } })
        consult(one, "token")
        assert.equal(told[2], landing.landedSince(told[1], time - 1).kind)
      end
      scripted_http.script({ ["/introspect"] = { status = 200, body = '{"active":true,"exp":1}' } })
      consult(one, "token")
      assert.equal('{"active":true,"exp":1}', landing.landedSince(key, time - 1).entry.claims)
    end)

    it("what was forgotten meanwhile is not taken from another", function()
      local forgetting = require("kong.plugins.token-introspection.forgetting")
      local asked_at = time
      local outcome = waiting()
      time = time + 1
      assert.is_nil(forgetting.forget({ kind = "token", value = "name of token" }))
      land(key, { entry = { claims = '{"active":true,"sub":"theirs"}', obtained = asked_at, freshUntil = asked_at }, latency = 0 })
      let_others_run()
      release()
      assert.equal('{"active":true}', outcome()[1].claims)
      assert.equal(1, asked())
    end)

    it("what was not even asked for is not told: it is one worker's own trouble", function()
      release()
      local broken = question({ patience = ":60000:0", client_auth = "private_key_jwt", client_jwk = "no key" })
      assert.equal("unexpected", select(2, consult(broken, "token")).kind)
      assert.is_nil(landing.landedSince(key .. broken.patience, time - 1))
    end)

    it("what is stored is not told besides", function()
      release()
      consult(one, "token")
      assert.is_nil(landing.landedSince(key, time - 1))
    end)
  end)

  describe("and stale", function()
    local stale = question()

    -- Lets time go on, for what lies in the dictionary as well.
    local function pass(seconds)
      time = time + seconds
      local dictionary = ngx.shared.kong_db_cache
      for _, key in ipairs(dictionary:get_keys(0)) do
        local left = dictionary:ttl(key)
        if left > seconds then
          dictionary:expire(key, left - seconds)
        elseif left > 0 then
          dictionary:delete(key)
        end
      end
    end

    -- Tokens that are known, and past their freshness.
    before_each(function()
      scripted_http.script(active)
      for _, token in ipairs({ "one", "two", "three" }) do assert.equal("server", select(2, consult(stale, token))) end
      pass(11)
    end)

    it("is served at once for every token, as soon as asking for one has failed", function()
      scripted_http.script(down)
      for _, token in ipairs({ "one", "two", "three", "one" }) do assert.equal("stale", select(2, consult(stale, token))) end
      let_others_run()
      assert.equal(1, asked())
    end)

    it("is tried again in the background, for one token a second", function()
      scripted_http.script(down)
      consult(stale, "one")
      for tries = 1, 3 do
        pass(1)
        for _, token in ipairs({ "two", "three" }) do assert.equal("stale", select(2, consult(stale, token))) end
        let_others_run()
        assert.equal(1 + tries, asked())
      end
    end)

    it("leaves the cause in the log, also of a try in the background, which no request reports", function()
      local lines = {}
      kong.log.warn = function(...) lines[#lines + 1] = table.concat({ ... }) end
      scripted_http.script(down)
      consult(stale, "one")
      pass(1)
      consult(stale, "two")
      let_others_run()
      assert.equal(2, #lines)
      for _, line in ipairs(lines) do assert.matches("answered 503", line, 1, true) end
    end)

    it("is served no more when any token has been answered: a revoked one is asked for first", function()
      scripted_http.script(down)
      consult(stale, "one")
      scripted_http.script(active)
      assert.equal("server", select(2, consult(stale, "new")))
      scripted_http.script(inactive)
      local entry, why = consult(stale, "two")
      assert.is_nil(entry)
      assert.equal("inactive", why.kind)
    end)

    it("is served no more when a try in the background was answered", function()
      scripted_http.script(down)
      consult(stale, "one")
      pass(1)
      scripted_http.script(active)
      assert.equal("stale", select(2, consult(stale, "two")))
      let_others_run()
      scripted_http.script(inactive)
      assert.equal("inactive", select(2, consult(stale, "three")).kind)
    end)

    it("is asked for first where nobody has asked for long", function()
      scripted_http.script(down)
      consult(stale, "one")
      pass(60)
      scripted_http.script(inactive)
      assert.equal("inactive", select(2, consult(stale, "two")).kind)
    end)

    it("is not served because the server stumbles over a token that it never vouched for: a revoked one is asked for", function()
      scripted_http.script({
        ["/introspect"] = function(request)
          return request.body:find("odd", 1, true) and { status = 503 } or { status = 200, body = '{"active":false}' }
        end,
      })
      assert.equal("unavailable", select(2, consult(stale, "odd")).kind)
      assert.equal("inactive", select(2, consult(stale, "one")).kind)
    end)

    it("is served at once in a worker that has asked nothing itself: the node's workers know it together", function()
      scripted_http.script(down)
      consult(stale, "one")
      cache = scripted_http.load("kong.plugins.token-introspection.cache", function() return time end)
      assert.equal("stale", select(2, consult(stale, "two")))
      let_others_run()
      assert.equal(1, asked())
      pass(1)
      assert.equal("stale", select(2, consult(stale, "two")))
      let_others_run()
      assert.equal(2, asked())
    end)

    it("is another question's own matter", function()
      scripted_http.script(down)
      consult(question({ id = "another" }), "token")
      scripted_http.script(inactive)
      assert.equal("inactive", select(2, consult(stale, "two")).kind)
    end)
  end)
end)
