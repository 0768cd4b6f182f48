local scripted_http = require("spec.token-introspection.scripted_http")

-- The plugin's clock, and what lies in the worker's memory: keys with the time at which they expire.
local time, expiry, real_kong
local shelf

local lru = {}

function lru.get(_, key)
  local expires = shelf[key]
  return expires ~= nil and expires > time and "entry" or nil
end

function lru.delete(_, key) shelf[key] = nil end

local real_get, real_delete = lru.get, lru.delete

local function store(key, seconds)
  shelf[key] = time + seconds
  expiry.noteExpiry(key, time + seconds)
end

local function count()
  local kept = 0
  for _ in pairs(shelf) do kept = kept + 1 end
  return kept
end

describe("what has expired goes out of the worker's memory (issue: no growth with ever new tokens)", function()
  before_each(function()
    real_kong = rawget(_G, "kong")
    rawset(_G, "kong", { cache = { mlcache = { lru = lru } } })
    time = 1000000.25
    shelf = {}
    lru.get, lru.delete = real_get, real_delete
    expiry = scripted_http.load("kong.plugins.token-introspection.expiry", function() return time end)
  end)

  after_each(function() rawset(_G, "kong", real_kong) end)

  it("as others come: no more is kept than lives, and a second's worth", function()
    for second = 1, 60 do
      for number = 1, 50 do store("token " .. second .. " " .. number, 10) end
      time = time + 1
    end
    assert.is_true(count() <= 50 * 12, count())
  end)

  it("whatever the lifetimes are, the short ones do not wait for the long ones", function()
    store("long", 3600)
    store("short", 5)
    time = time + 7
    store("other", 3600)
    assert.is_nil(shelf["short"])
    assert.is_not_nil(shelf["long"])
  end)

  it("but not before", function()
    store("token", 10)
    time = time + 9.9
    store("other", 10)
    assert.is_not_nil(shelf["token"])
  end)

  it("and not what was stored anew under the same key", function()
    store("token", 10)
    time = time + 9
    store("token", 10)
    time = time + 3
    store("other", 10)
    assert.is_not_nil(shelf["token"])
    time = time + 9
    store("another", 10)
    assert.is_nil(shelf["token"])
  end)

  it("also after a night without a request", function()
    for number = 1, 10 do store("token " .. number, 10) end
    time = time + 36000
    for number = 1, 500 do store("morning " .. number, 10000) end
    assert.equal(500, count())
  end)

  it("within bounds: what lives for long is noted as often as Kong's cache can hold it", function()
    lru.get, lru.delete = function() return "entry" end, function() error("dropped") end
    collectgarbage()
    local before = collectgarbage("count")
    for number = 1, 1500000 do expiry.noteExpiry("token " .. number, time + 86400) end
    collectgarbage()
    assert.is_true(collectgarbage("count") - before < 100 * 1024)
  end)

  it("nothing is dropped, and nothing raises, where Kong's cache is another inside", function()
    for _, cache in ipairs({ {}, { mlcache = {} }, { mlcache = { lru = {} } }, { mlcache = { lru = "text" } } }) do
      kong.cache = cache
      expiry.noteExpiry("token", time)
    end
    assert.equal(0, count())
  end)
end)
