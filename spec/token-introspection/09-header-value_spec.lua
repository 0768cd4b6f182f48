local values = require("kong.plugins.token-introspection.header-value")
local decode = require("kong.plugins.token-introspection.claims").decodeClaims
local decode_base64url = require("ngx.base64").decode_base64url

local function text(json, separator)
  return values.claimText(decode('{"a":' .. json .. "}").a, separator or ",")
end

describe("a claim as a header's text (design section 4)", function()
  local cases = {
    { "a string as it is", '"Alice"', "Alice" },
    { "a string with separators as it is", '"a, b c"', "a, b c" },
    { "an integer in full digits", "1e15", "1000000000000000" },
    { "2^53", "9007199254740992", "9007199254740992" },
    { "2^53 + 1, which no Lua number is", "9007199254740993", "9007199254740993" },
    { "twenty digits", "12345678901234567890", "12345678901234567890" },
    { "twenty digits, negative", "-12345678901234567890", "-12345678901234567890" },
    { "long integers in an array", "[1,12345678901234567,2]", "1,12345678901234567,2" },
    { "a long integer in an object", '{"id":12345678901234567}', '{"id":12345678901234567}' },
    { "long integers in an array in an object", '{"n":[-12345678901234568,0,"12345678901234567"]}', '{"n":[-12345678901234568,0,"12345678901234567"]}' },
    { "many digits in a string", '"a 12345678901234567 b"', "a 12345678901234567 b" },
    { "many digits behind a quote in a string", '"\\"12345678901234567"', '"12345678901234567' },
    { "a negative number", "-17", "-17" },
    { "-0", "-0", "0" },
    { "a fraction", "0.25", "0.25" },
    { "a fraction of many digits", "3.141592653589793", "3.141592653589793" },
    { "a fraction that needs all digits", "0.30000000000000004", "0.30000000000000004" },
    { "true", "true", "true" },
    { "false", "false", "false" },
    { "an array", '["a","b","c"]', "a,b,c" },
    { "an array of one", '["a"]', "a" },
    { "an array of all kinds", '["a",1e15,true,false]', "a,1000000000000000,true,false" },
    { "null in an array says nothing", '["a",null,"b"]', "a,b" },
    { "an array in an array, as JSON", '["a",["b","c"]]', 'a,["b","c"]' },
    { "an object in an array, as JSON", '[{"b":1}]', '{"b":1}' },
    { "an object, as JSON", '{"b":["x",null,1e15]}', '{"b":["x",null,1000000000000000]}' },
    { "slashes of an object's JSON are not escaped", '{"u":"https://a/b"}', '{"u":"https://a/b"}' },
    { "null", "null", nil },
    { "an empty string", '""', nil },
    { "an empty array", "[]", nil },
    { "an array of null", "[null]", nil },
    { "an empty object", "{}", nil },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[3], text(case[2]))
    end)
  end

  it("absent", function()
    assert.is_nil(values.claimText(nil, ","))
  end)

  it("scope's elements are separated by spaces", function()
    assert.equal("a b", text('["a","b"]', " "))
  end)

  it("what JSON cannot say is no text, and nothing raises", function()
    assert.has_no.errors(function()
      text('{"b":1e999}')
      text("1e999")
      text(("["):rep(500) .. ("]"):rep(500))
    end)
  end)
end)

describe("upstream_headers_encoding (design section 4)", function()
  local ENCODINGS = { "rfc8187", "base64url", "none" }

  it("leaves alone what a header carries: printable ASCII without spaces at the ends", function()
    local printable = {}
    for byte = 0x21, 0x7E do printable[#printable + 1] = string.char(byte) end
    local all = table.concat(printable)
    for _, encoding in ipairs(ENCODINGS) do
      for _, value in ipairs({ all, "a b", "%20", "UTF", "x" }) do assert.equal(value, values.headerValue(value, encoding)) end
    end
  end)

  it("rfc8187: the example of the design", function()
    assert.equal("UTF-8''Cem%20%C3%96zdemir", values.headerValue("Cem \195\150zdemir", "rfc8187"))
  end)

  it("rfc8187: what would be taken for an encoded value is encoded, for its reader would decode it to somebody else's name", function()
    assert.equal("UTF-8''UTF-8%27%27admin", values.headerValue("UTF-8''admin", "rfc8187"))
    assert.equal("UTF-8''utf-8%27%27%61", values.headerValue("utf-8''%61", "rfc8187"):gsub("%%25", "%%"))
    assert.equal("UTF-8'en'x", values.headerValue("UTF-8'en'x", "rfc8187"))
    for _, encoding in ipairs({ "base64url", "none" }) do assert.equal("UTF-8''admin", values.headerValue("UTF-8''admin", encoding)) end
  end)

  it("rfc8187: the examples of RFC 8187 section 3.2.3", function()
    assert.equal("UTF-8''%C2%A3%20and%20%E2%82%AC%20rates", values.headerValue("\194\163 and \226\130\172 rates", "rfc8187"))
  end)

  it("rfc8187: everything but attr-char is encoded (RFC 8187 section 3.2.1), every byte tried", function()
    for byte = 0, 255 do
      local character = string.char(byte)
      local attr_char = character:find("^[A-Za-z0-9]$") ~= nil or ("!#$&+-.^_`|~"):find(character, 1, true) ~= nil
      local expected = "UTF-8''%C3%A4" .. (attr_char and character or ("%%%02X"):format(byte))
      assert.equal(expected, values.headerValue("\195\164" .. character, "rfc8187"), "byte " .. byte)
    end
  end)

  it("base64url without padding", function()
    assert.equal("w6Q", values.headerValue("\195\164", "base64url"))
    assert.equal("IGE", values.headerValue(" a", "base64url"))
    assert.equal("YSA", values.headerValue("a ", "base64url"))
  end)

  it("none: as it is, but nothing with a control character", function()
    assert.equal("Cem \195\150zdemir", values.headerValue("Cem \195\150zdemir", "none"))
    assert.equal(" a ", values.headerValue(" a ", "none"))
    for byte = 0, 255 do
      local value = "a" .. string.char(byte) .. "b"
      if byte < 0x20 or byte == 0x7F then
        assert.is_nil(values.headerValue(value, "none"), "byte " .. byte)
      else
        assert.equal(value, values.headerValue(value, "none"), "byte " .. byte)
      end
    end
  end)

  it("a space at either end is encoded, in the middle it is not", function()
    assert.equal("UTF-8''%20a", values.headerValue(" a", "rfc8187"))
    assert.equal("UTF-8''a%20", values.headerValue("a ", "rfc8187"))
    assert.equal("UTF-8''%20", values.headerValue(" ", "rfc8187"))
    assert.equal("a b", values.headerValue("a b", "rfc8187"))
  end)

  it("control characters are encoded: nothing can end the header", function()
    assert.equal("UTF-8''a%0D%0AX-Admin%3A%20true", values.headerValue("a\r\nX-Admin: true", "rfc8187"))
    assert.equal("UTF-8''a%00b", values.headerValue("a\0b", "rfc8187"))
    assert.equal("UTF-8''a%09b", values.headerValue("a\tb", "rfc8187"))
    assert.equal("UTF-8''%7F", values.headerValue("\127", "rfc8187"))
  end)

  it("of any text give printable ASCII that says the same", function()
    math.randomseed(8187)
    for _ = 1, 3000 do
      local bytes = {}
      for index = 1, math.random(1, 12) do bytes[index] = string.char(math.random(0, 255)) end
      local value = table.concat(bytes)

      local extended = values.headerValue(value, "rfc8187")
      assert.is_nil(extended:find("[^\32-\126]"))
      local encoded = extended:match("^UTF%-8''(.*)$")
      if encoded and extended ~= value then
        assert.equal(value, (encoded:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)))
      else
        assert.equal(value, extended)
      end

      local base64 = values.headerValue(value, "base64url")
      assert.is_true(base64 == value or decode_base64url(base64) == value)
      assert.is_nil(base64:find("[^\32-\126]"))

      local plain = values.headerValue(value, "none")
      assert.is_true(plain == nil or plain == value)
      assert.is_nil((plain or ""):find("%c"))
    end
  end)

  it("of a very long value do not raise", function()
    assert.equal(7 + 6 * 100000, #values.headerValue(("\195\164"):rep(100000), "rfc8187"))
  end)
end)
