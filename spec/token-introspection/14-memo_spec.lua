local memo = require("kong.plugins.token-introspection.memo")

local function size(remembered)
  local keys = {}
  for key in pairs(remembered.current) do keys[key] = true end
  for key in pairs(remembered.previous) do keys[key] = true end
  local count, bytes = 0, 0
  for key in pairs(keys) do
    count = count + 1
    bytes = bytes + #key
  end
  return count, bytes
end

describe("a memo (design section 8: what was computed is remembered)", function()
  it("gives back what was remembered, and nothing else", function()
    local one = memo.createMemo(10, 1000)
    local value = {}
    assert.is_nil(memo.recall(one, "a"))
    memo.remember(one, "a", value)
    memo.remember(one, "", "empty")
    assert.equal(value, memo.recall(one, "a"))
    assert.equal("empty", memo.recall(one, ""))
    assert.is_nil(memo.recall(one, "A"))
  end)

  it("remembers false", function()
    local one = memo.createMemo(10, 1000)
    memo.remember(one, "a", false)
    assert.is_false(memo.recall(one, "a"))
  end)

  it("remembers the later of two values", function()
    local one = memo.createMemo(10, 1000)
    memo.remember(one, "a", 1)
    memo.remember(one, "a", 2)
    assert.equal(2, memo.recall(one, "a"))
  end)

  it("remembers the later of two values also when the earlier was moved on", function()
    local one = memo.createMemo(2, 1000)
    memo.remember(one, "a", 1)
    memo.remember(one, "b", 1)
    memo.remember(one, "c", 1)
    memo.remember(one, "a", 2)
    assert.equal(2, memo.recall(one, "a"))
  end)

  it("shares nothing with another memo", function()
    local one, other = memo.createMemo(10, 1000), memo.createMemo(10, 1000)
    memo.remember(one, "a", 1)
    assert.is_nil(memo.recall(other, "a"))
  end)

  it("stays within its bound of entries, whatever clients send", function()
    local one = memo.createMemo(10, 1e9)
    for index = 1, 1000 do
      memo.remember(one, "key" .. index, index)
      assert.is_true(size(one) <= 20)
      assert.equal(index, memo.recall(one, "key" .. index))
    end
  end)

  it("stays within its bound of bytes, whatever clients send", function()
    local one = memo.createMemo(1e9, 1000)
    for index = 1, 200 do
      memo.remember(one, ("x"):rep(index % 100) .. index, index)
      local _, bytes = size(one)
      assert.is_true(bytes <= 2000)
    end
  end)

  it("keeps what is still asked for, and forgets what is not", function()
    local one = memo.createMemo(10, 1e9)
    memo.remember(one, "asked", 1)
    memo.remember(one, "not asked", 2)
    for index = 1, 100 do
      memo.remember(one, "flood" .. index, index)
      assert.equal(1, memo.recall(one, "asked"))
    end
    assert.is_nil(memo.recall(one, "not asked"))
  end)
end)
