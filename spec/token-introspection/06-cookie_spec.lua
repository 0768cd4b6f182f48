local cookie = require("kong.plugins.token-introspection.cookie")

local function find(header, name)
  local value, count = cookie.findCookie(header, name or "tok")
  return { value or false, count }
end

describe("a token in a cookie (RFC 6265 section 4.2)", function()
  local cases = {
    { "no header", nil, { false, 0 } },
    { "alone", "tok=abc", { "abc", 1 } },
    { "first", "tok=abc; a=1", { "abc", 1 } },
    { "last", "a=1; tok=abc", { "abc", 1 } },
    { "between others", "a=1; tok=abc; b=2", { "abc", 1 } },
    { "without a space", "a=1;tok=abc;b=2", { "abc", 1 } },
    { "in quotes", 'a=1; tok="abc"', { "abc", 1 } },
    { "with = inside", "tok=abc==; a=1", { "abc==", 1 } },
    { "empty", "tok=; a=1", { "", 1 } },
    { "several header fields, as HTTP/2 sends them", { "a=1", "tok=abc", "b=2" }, { "abc", 1 } },
    { "twice", "tok=abc; tok=def", { "abc", 2 } },
    { "twice, in two header fields", { "tok=abc", "tok=def" }, { "abc", 2 } },
    { "another's name ends in it", "xtok=abc; my-tok=abc", { false, 0 } },
    { "another's name begins with it", "token=abc", { false, 0 } },
    { "another's value holds it", "a=tok=abc", { false, 0 } },
    { "names differ by case", "TOK=abc", { false, 0 } },
    { "a name without a value is no cookie", "tok; a=1", { false, 0 } },
    { "names are not decoded", "t%6Fk=abc", { false, 0 } },
    { "values are not decoded", "tok=a%20b", { "a%20b", 1 } },
    { "blanks around name and value are none of them", "a=1; \t tok \t= abc \t", { "abc", 1 } },
    { "a quote that opens nothing is part of it", 'tok="abc', { '"abc', 1 } },
    { "a quote that closes nothing is part of it", 'tok=abc"', { 'abc"', 1 } },
    { "a quote alone", 'tok="', { '"', 1 } },
    { "quotes around nothing", 'tok=""', { "", 1 } },
    { "quotes inside stay", 'tok=a"b"c', { 'a"b"c', 1 } },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.same(case[3], find(case[2]))
    end)
  end

  -- A pattern that tries every end for every beginning would take longer than the test run.
  it("is found in any text in a time that grows with its length", function()
    local blanks = (" "):rep(200000)
    assert.same({ "abc", 1 }, find("a=b;" .. blanks .. "x" .. blanks .. ";tok=abc"))
    assert.same({ "x" .. blanks .. "y", 1 }, find("tok=" .. blanks .. "x" .. blanks .. "y" .. blanks))
    assert.equal("a" .. blanks .. "b", cookie.withoutCookie(blanks .. "a" .. blanks .. "b" .. blanks .. ";tok=abc", "tok"))
  end)

  it("a name with what patterns take for magic", function()
    for _, name in ipairs({ "a.b", "%a", "a-b", "[a]", "a+", "*", "$", "^" }) do
      assert.same({ "x", 1 }, find("a=1; " .. name .. "=x", name))
      assert.same({ false, 0 }, find("aXb=1; a=1; ab=2", name))
    end
  end)
end)

describe("a cookie taken out (design section 4: hide_credentials)", function()
  local cases = {
    { "alone", "tok=abc", nil },
    { "first", "tok=abc; a=1; b=2", "a=1; b=2" },
    { "between others", "a=1; tok=abc; b=2", "a=1; b=2" },
    { "last", "a=1; b=2; tok=abc", "a=1; b=2" },
    { "twice", "tok=x; a=1; tok=y", "a=1" },
    { "the others keep every byte", 'a="x, y" ;b= 2;tok=abc;c=%20%; d', 'a="x, y" ;b= 2;c=%20%; d' },
    { "not there", "a=1; b=2", "a=1; b=2" },
    { "like-named ones stay", "xtok=1; tok=2; token=3; a=tok=4", "xtok=1; token=3; a=tok=4" },
    { "several header fields become one (RFC 9113 section 8.2.3)", { "a=1", "tok=x", "b=2" }, "a=1; b=2" },
    { "no header", nil, nil },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[3], cookie.withoutCookie(case[2], "tok"))
    end)
  end

  it("of any text: gone for good, the others found as before", function()
    math.randomseed(6265)
    local alphabet = { "tok", "a", "=", "=", ";", ";", " ", "\t", '"', ",", "%3D", "\255", "1", "tok=", "; tok=x", "b=2" }
    for _ = 1, 5000 do
      local parts = {}
      for index = 1, math.random(0, 12) do parts[index] = alphabet[math.random(#alphabet)] end
      local header = table.concat(parts)
      local rest = cookie.withoutCookie(header, "tok")
      assert.same({ false, 0 }, find(rest), header)
      for _, other in ipairs({ "a", "b" }) do assert.same(find(header, other), find(rest, other), header) end
      local _, count = cookie.findCookie(header, "tok")
      if count == 0 and rest then assert.equal(header:match("^[ \t]*(.-)[ \t]*$"), rest) end
    end
  end)
end)
