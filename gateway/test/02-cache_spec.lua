-- kong.cache's answers are those that Kong 3.9.1 gave to the same calls.
require "spec.helpers"

local cache = kong.cache
local count = 0

local function key()
  count = count + 1
  return "spec:" .. count
end

local function never()
  error("the callback ran")
end

describe("kong.cache", function()
  it("only looks where it has no callback", function()
    local value, err, level = cache:get(key())
    assert.same({ "nil", "nil", -1 }, { tostring(value), tostring(err), level })
  end)

  it("asks once and answers from the worker", function()
    local k = key()
    local value, err, level = cache:get(k, nil, function(a, b) return a + b end, 1, 2)
    assert.same({ 3, "nil", 3 }, { value, tostring(err), level })
    value, err, level = cache:get(k, nil, never)
    assert.same({ 3, "nil", 1 }, { value, tostring(err), level })
  end)

  it("answers from the node where the worker has forgotten", function()
    local k = key()
    cache:get(k, nil, function() return { a = { 1, 2 } } end)
    cache.mlcache.lru:delete(k)
    local value, _, level = cache:get(k, nil, never)
    assert.same({ a = { 1, 2 } }, value)
    assert.equal(2, level)
  end)

  it("remembers that there is nothing, in a dictionary of its own", function()
    local k = key()
    local _, _, level = cache:get(k, nil, function() return nil, nil, 5 end)
    assert.equal(3, level)
    _, _, level = cache:get(k, nil, never)
    assert.equal(1, level)
    assert.is_nil(ngx.shared.kong_db_cache:get("kong_db_cache" .. k))
    assert.is_truthy(ngx.shared.kong_db_cache_miss:get("kong_db_cache" .. k))
  end)

  it("does not keep what the callback gives a negative ttl", function()
    local k = key()
    assert.equal(1, (cache:get(k, nil, function() return 1, nil, -1 end)))
    assert.is_nil((cache:get(k)))
  end)

  it("forgets after the callback's ttl, 0 being for ever", function()
    local k = key()
    cache:get(k, { ttl = 100 }, function() return 1, nil, 0.05 end)
    ngx.sleep(0.1)
    assert.is_nil((cache:get(k)))
    k = key()
    cache:get(k, { ttl = 0.05 }, function() return 1, nil, 0 end)
    ngx.sleep(0.1)
    assert.equal(1, (cache:get(k)))
  end)

  it("serves an outlived value while the callback fails", function()
    local k = key()
    cache:get(k, nil, function() return 1, nil, 0.05 end)
    ngx.sleep(0.1)
    local value, err, level = cache:get(k, { resurrect_ttl = 5 }, function() return nil, "down" end)
    assert.same({ 1, "nil", 4 }, { value, tostring(err), level })
  end)

  it("gives errors Kong's prefix", function()
    local value, err = cache:get(key(), nil, function() return nil, "bad" end)
    assert.is_nil(value)
    assert.equal("failed to get from node cache: bad", err)
    err = select(2, cache:get(key(), nil, function() error("oops", 0) end))
    assert.matches("^failed to get from node cache: callback threw an error: oops\n", err)
  end)

  it("lets one ask while others wait", function()
    local k = key()
    local calls = 0
    local threads = {}
    for i = 1, 10 do
      threads[i] = ngx.thread.spawn(function()
        return (cache:get(k, nil, function()
          calls = calls + 1
          ngx.sleep(0.05)
          return "v"
        end))
      end)
    end
    for i = 1, 10 do
      local _, value = ngx.thread.wait(threads[i])
      assert.equal("v", value)
    end
    assert.equal(1, calls)
  end)

  it("probes the node without touching the worker", function()
    local k = key()
    assert.is_nil((cache:probe(k)))
    cache:get(k, nil, function() return "v", nil, 50 end)
    local ttl, err, value = cache:probe(k)
    assert.is_true(ttl > 40 and ttl <= 50)
    assert.is_nil(err)
    assert.equal("v", value)
  end)

  it("renews whatever is there", function()
    local k = key()
    cache:get(k, nil, function() return 1 end)
    local value, err, ttl = cache:renew(k, nil, function() return 2, nil, 20 end)
    assert.same({ 2, "nil", 20 }, { value, tostring(err), ttl })
    assert.equal(2, (cache:get(k, nil, never)))
    err = select(2, cache:renew(k, nil, function() return nil, "x" end))
    assert.equal("failed to renew key in node cache: x", err)
  end)

  it("invalidates", function()
    local k = key()
    cache:get(k, nil, function() return 1 end)
    cache:invalidate(k)
    assert.is_nil((cache:get(k)))
  end)

  it("raises for what it cannot store, and the lock goes with its object", function()
    local k = key()
    assert.has_error(function() cache:get(k, nil, function() return print end) end)
    collectgarbage()
    collectgarbage()
    assert.equal(1, (cache:get(k, nil, function() return 1 end)))
  end)

  it("raises for wrong arguments", function()
    assert.has_error(function() cache:get(1) end)
    assert.has_error(function() cache:get(key(), { ttl = -1 }) end)
    assert.has_error(function() cache:get(key(), 1) end)
    assert.has_error(function() cache:get(key(), nil, 5) end)
    assert.has_error(function() cache:renew(key()) end)
  end)
end)

describe("resty.lock", function()
  local lock = require "resty.lock"

  it("keeps a second one out until it is unlocked", function()
    local first = assert(lock:new("kong_locks"))
    assert.equal(0, first:lock("a"))
    local second = assert(lock:new("kong_locks", { timeout = 0.05 }))
    local elapsed, err = second:lock("a")
    assert.is_nil(elapsed)
    assert.equal("timeout", err)
    assert.equal(1, first:unlock())
    assert.is_number(second:lock("a"))
    assert.equal(1, second:unlock())
    assert.same({ "nil", "unlocked" }, { tostring((second:unlock())), (select(2, second:unlock())) })
  end)

  it("knows its dictionary", function()
    local none, err = lock:new("nowhere")
    assert.is_nil(none)
    assert.equal("dictionary not found", err)
  end)
end)

describe("kong.worker_events", function()
  it("reaches the posting worker too, later, with the data as it was", function()
    local heard = {}
    kong.worker_events.register(function(data, event, source)
      heard[#heard + 1] = { data, event, source }
    end, "spec", "said")
    kong.worker_events.register(function(_, event)
      heard[#heard + 1] = event
    end, "spec")
    assert.is_true(kong.worker_events.post("spec", "said", { a = { 1, "\n" } }))
    kong.worker_events.post("another", "said", 1)
    assert.same({}, heard)
    ngx.sleep(0.05)
    assert.same({ { { a = { 1, "\n" } }, "said", "spec" }, "said" }, heard)
  end)
end)
