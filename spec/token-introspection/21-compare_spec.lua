local equal = require("kong.plugins.token-introspection.compare").equalInConstantTime

describe("comparison in constant time (S13)", function()
  it("holds equal texts equal", function()
    assert.is_true(equal("", ""))
    assert.is_true(equal("A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0", "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"))
    assert.is_true(equal("\0\255", "\0\255"))
  end)

  it("tells texts apart that differ in one bit, at any place", function()
    local text = ("\0\127\255"):rep(5)
    for position = 1, #text do
      for bit = 0, 7 do
        local changed = require("bit").bxor(text:byte(position), 2 ^ bit)
        assert.is_false(equal(text, text:sub(1, position - 1) .. string.char(changed) .. text:sub(position + 1)))
      end
    end
  end)

  it("tells texts apart that are the beginning of one another", function()
    assert.is_false(equal("", "a"))
    assert.is_false(equal("a", ""))
    assert.is_false(equal("a", "a\0"))
    assert.is_false(equal("ab", "a"))
  end)
end)
