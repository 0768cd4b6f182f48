local memo_library = require("kong.plugins.mtls-auth.connection-memo")

describe("mtls-auth: the memory of connections", function()
  it("gives back what was remembered", function()
    local memo = memo_library.makeMemo(10)
    local value = { "a" }
    assert.is_nil(memo_library.recall(memo, "1"))
    memo_library.remember(memo, "1", value)
    assert.equal(value, memo_library.recall(memo, "1"))
    assert.is_nil(memo_library.recall(memo, "2"))
  end)

  it("gives back the latest of two", function()
    local memo = memo_library.makeMemo(10)
    memo_library.remember(memo, "1", { "a" })
    memo_library.remember(memo, "1", { "b" })
    assert.same({ "b" }, memo_library.recall(memo, "1"))
  end)

  it("gives back the latest also when the earlier has grown old", function()
    local memo = memo_library.makeMemo(2)
    memo_library.remember(memo, "1", { "a" })
    memo_library.remember(memo, "2", {})
    memo_library.remember(memo, "3", {})
    memo_library.remember(memo, "1", { "b" })
    assert.same({ "b" }, memo_library.recall(memo, "1"))
  end)

  it("holds twice its capacity at most", function()
    local memo = memo_library.makeMemo(100)
    for connection = 1, 10000 do
      memo_library.remember(memo, tostring(connection), {})
    end
    local held = 0
    for connection = 1, 10000 do
      if memo.young[tostring(connection)] or memo.old[tostring(connection)] then
        held = held + 1
      end
    end
    assert.is_true(held >= 100 and held <= 200, held .. " are held")
  end)

  it("keeps a connection that is in use", function()
    local memo = memo_library.makeMemo(100)
    local busy = { "busy" }
    memo_library.remember(memo, "busy", busy)
    for connection = 1, 10000 do
      memo_library.remember(memo, tostring(connection), {})
      assert.equal(busy, memo_library.recall(memo, "busy"))
    end
  end)
end)
