local form = require("kong.plugins.token-introspection.form")

local function find(encoded, name)
  local value, count = form.findParameter(encoded, name or "access_token")
  return { value or false, count }
end

describe("a token in a query or a form (RFC 6750 sections 2.2 and 2.3)", function()
  local cases = {
    { "nothing", "", { false, 0 } },
    { "alone", "access_token=abc", { "abc", 1 } },
    { "between others", "a=1&access_token=abc&b=2", { "abc", 1 } },
    { "decoded", "access_token=a%2Bb%2F%3D%26", { "a+b/=&", 1 } },
    { "a plus sign is a space", "access_token=a+b", { "a b", 1 } },
    { "with = inside", "access_token=abc==", { "abc==", 1 } },
    { "empty", "access_token=", { "", 1 } },
    { "without a value", "access_token", { "", 1 } },
    { "twice", "access_token=a&access_token=b", { "a", 2 } },
    { "twice, once empty", "access_token=&access_token=b", { "", 2 } },
    { "an encoded name is the same name", "access%5Ftoken=abc", { "abc", 1 } },
    { "an encoded name makes it twice", "access_token=a&%61ccess_token=b", { "a", 2 } },
    { "names differ by case", "Access_Token=a", { false, 0 } },
    { "another's name holds it", "my_access_token=a&access_tokens=b&access_token[]=c", { false, 0 } },
    { "another's value holds it", "a=access_token=b", { false, 0 } },
    { "a semicolon separates nothing", "a=1;access_token=b", { false, 0 } },
    { "empty pairs", "&&access_token=a&&", { "a", 1 } },
    { "no name", "=access_token", { false, 0 } },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.same(case[3], find(case[2]))
    end)
  end

  it("bad percent-encoding does not raise", function()
    for _, text in ipairs({ "access_token=%", "access_token=%4", "access_token=%zz", "%=1&access_token=a", "%zz&access_token=a" }) do
      assert.equal(1, find(text)[2], text)
    end
  end)

  it("a NUL is part of the value", function()
    assert.same({ "a\0b", 1 }, find("access_token=a%00b"))
  end)
end)

describe("a parameter taken out (design section 4: hide_credentials)", function()
  local cases = {
    { "alone", "access_token=abc", "" },
    { "first", "access_token=abc&a=1", "a=1" },
    { "between others", "a=1&access_token=abc&b=2", "a=1&b=2" },
    { "last", "a=1&access_token=abc", "a=1" },
    { "each time that it is there", "access_token=a&x=1&access_token=b&access_token", "x=1" },
    { "under an encoded name", "a=1&access%5ftoken=abc&%61%63cess_token=x", "a=1" },
    { "the others keep every byte", "a=%20+%2b&access_token=x&&b&=c&d=%zz;e=\"'<>[]&", "a=%20+%2b&&b&=c&d=%zz;e=\"'<>[]&" },
    { "not there", "?a=1&&b=%2F", "?a=1&&b=%2F" },
    { "empty", "", "" },
    { "like-named ones stay", "xaccess_token=1&access_tokenx=2&Access_Token=3", "xaccess_token=1&access_tokenx=2&Access_Token=3" },
    { "a long form", ("a=1&"):rep(1000) .. "access_token=x&b=2", ("a=1&"):rep(1000) .. "b=2" },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[3], form.withoutParameter(case[2], "access_token"))
    end)
  end

  it("of any text: gone for good, and every other pair is there byte for byte, in order", function()
    math.randomseed(6750)
    local alphabet = { "t", "t", "%74", "a", "=", "=", "&", "&", "+", "%", "%26", "%3D", "\0", "\255", ";", "t=x", "&t=" }
    for _ = 1, 5000 do
      local parts = {}
      for index = 1, math.random(0, 12) do parts[index] = alphabet[math.random(#alphabet)] end
      local encoded = table.concat(parts)
      local rest = form.withoutParameter(encoded, "t")
      assert.same({ false, 0 }, find(rest, "t"), encoded)
      -- A second, independent reading of the same text.
      local kept, start = {}, 1
      repeat
        local border = encoded:find("&", start, true) or #encoded + 1
        local pair = encoded:sub(start, border - 1)
        local name = ngx.unescape_uri((pair:gsub("=.*$", "")))
        if name ~= "t" then kept[#kept + 1] = pair end
        start = border + 1
      until start > #encoded + 1
      assert.equal(table.concat(kept, "&"), rest)
    end
  end)
end)

describe("a form whose names a client has chosen", function()
  -- LuaJIT keeps one copy of each text: making many short ones that share a hash costs seconds of the worker.
  it("no text is made of a pair that is not sought", function()
    local pairs_of_it = {}
    for index = 1, 50000 do pairs_of_it[index] = ("%x=%x"):format(index + 1000000, index) end
    local encoded = table.concat(pairs_of_it, "&")
    form.findParameter(encoded, "access_token")
    collectgarbage()
    collectgarbage("stop")
    local before = collectgarbage("count")
    form.findParameter(encoded, "access_token")
    form.withoutParameter(encoded, "access_token")
    local after = collectgarbage("count")
    collectgarbage("restart")
    assert.is_true(after - before < 100, (after - before) .. " KB")
  end)

  it("a parameter that is there thousands of times takes with it what follows", function()
    local rest = form.withoutParameter(("access_token=&a=1&"):rep(5000), "access_token")
    assert.equal(#("a=1&"):rep(1000), #rest + 1)
  end)
end)
