local locks = require("kong.plugins.token-introspection.node-lock")

local dictionary = ngx.shared.kong_locks

-- A time that no test of this file waits for.
local function far()
  return ngx.now() + 60
end

describe("the lock of a node's workers (design section 6)", function()
  it("is one worker's at a time, until it is given back", function()
    local held = assert(locks.takeLock("one", far(), far()))
    local second, reason = locks.takeLock("one", ngx.now() + 0.02, far())
    assert.is_nil(second)
    assert.equal("timeout", reason)
    locks.giveBack(held)
    locks.giveBack(assert(locks.takeLock("one", ngx.now() + 0.02, far())))
  end)

  it("does not outlive a worker that dies with it by more than a second", function()
    local held = assert(locks.takeLock("two", far(), far()))
    assert.is_true(dictionary:ttl("two") <= 1)
    locks.giveBack(held)
    assert.is_nil((dictionary:get("two")))
  end)

  it("leaves half of what may be waited for it to those who wait, where that is short and a worker dies with it", function()
    local held = assert(locks.takeLock("four", far(), ngx.now() + 0.6))
    assert.is_true(dictionary:ttl("four") <= 0.3)
    locks.giveBack(held)
  end)

  it("is renewed by nobody any more once it is given back", function()
    locks.giveBack(assert(locks.takeLock("three", far(), far())))
    local held = assert(locks.takeLock("three", far(), far()))
    locks.giveBack(held)
    ngx.sleep(0.5)
    assert.is_nil((dictionary:get("three")))
  end)
end)
