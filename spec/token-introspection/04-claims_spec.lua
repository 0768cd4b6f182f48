local claims = require("kong.plugins.token-introspection.claims")

local decode = claims.decodeJson

local function at(object, path)
  return claims.claimAt(decode(object), claims.claimPath(path))
end

local function sorted(set)
  local list = {}
  for word in pairs(set) do list[#list + 1] = word end
  table.sort(list)
  return list
end

describe("claim paths (design section 4)", function()
  it("split at dots", function()
    assert.same({ "a" }, claims.claimPath("a"))
    assert.same({ "realm_access", "roles" }, claims.claimPath("realm_access.roles"))
    assert.same({ "", "a", "", "b", "" }, claims.claimPath(".a..b."))
    assert.same({ "" }, claims.claimPath(""))
  end)

  local cases = {
    { "a member", '{"sub":"a"}', "sub", "a" },
    { "a member of an object", '{"a":{"b":"x"}}', "a.b", "x" },
    { "three levels", '{"a":{"b":{"c":"x"}}}', "a.b.c", "x" },
    { "a name with dots", '{"https://api.example/role":"x"}', "https://api.example/role", "x" },
    { "a name with dots in an object", '{"resource_access":{"my.app.v1":{"role":"x"}}}', "resource_access.my.app.v1.role", "x" },
    { "a name with dots, then an object", '{"a.b":{"c":"x"}}', "a.b.c", "x" },
    { "the longest run is taken", '{"a":{"b":"short"},"a.b":"long"}', "a.b", "long" },
    { "the longest run is taken at each level", '{"a":{"b":{"c":"short"},"b.c":"long"}}', "a.b.c", "long" },
    { "no way back from the longest run", '{"a":{"b":{"c":"x"}},"a.b":{"d":"y"}}', "a.b.c", nil },
    { "null is no member: the shorter run counts", '{"a.b":null,"a":{"b":"x"}}', "a.b", "x" },
    { "null is absent", '{"a":null}', "a", nil },
    { "null in between", '{"a":null}', "a.b", nil },
    { "absent", '{"a":"x"}', "b", nil },
    { "below a string", '{"a":"x"}', "a.b", nil },
    { "a method of strings is no claim", '{"a":"x"}', "a.len", nil },
    { "below a number", '{"a":5}', "a.b", nil },
    { "below a boolean", '{"a":true}', "a.b", nil },
    { "below an array", '{"a":["x"]}', "a.1", nil },
    { "below an array's element", '{"a":[{"b":"x"}]}', "a.b", nil },
    { "below an empty array", '{"a":[]}', "a.b", nil },
    { "a name that is a number", '{"a":{"1":"x"}}', "a.1", "x" },
    { "an empty name", '{"":"x"}', "", "x" },
    { "an empty part", '{"a":{"":"x"}}', "a.", "x" },
    { "a dot alone", '{".":"x"}', ".", "x" },
    { "false is a value", '{"a":{"b":false}}', "a.b", false },
    { "0 is a value", '{"a":0}', "a", 0 },
    { "an empty text is a value", '{"a":""}', "a", "" },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[4], at(case[2], case[3]))
    end)
  end

  it("of any text never raise, and find what is there under that very name", function()
    math.randomseed(7662)
    local alphabet = { ".", ".", "a", "b", "\0", "%", "é", "[", "1" }
    for _ = 1, 2000 do
      local name = {}
      for index = 1, math.random(0, 8) do name[index] = alphabet[math.random(#alphabet)] end
      local path = table.concat(name)
      assert.equal("x", claims.claimAt({ [path] = "x" }, claims.claimPath(path)))
      assert.equal("x", claims.claimAt({ top = { [path] = "x" } }, claims.claimPath("top." .. path)))
    end
  end)

  it("of many parts cost no more than the parts allow", function()
    local path = ("a."):rep(200) .. "a"
    assert.is_nil(at('{"b":1}', path))
  end)
end)

describe("values as text (design section 4)", function()
  local numbers = {
    { "0", "0" }, { "-0", "0" }, { "1", "1" }, { "-5", "-5" }, { "1e15", "1000000000000000" }, { "1e14", "100000000000000" }, { "9007199254740992", "9007199254740992" },
    { "9007199254740991", "9007199254740991" }, { "-9007199254740992", "-9007199254740992" }, { "1e16", "10000000000000000" }, { "1e21", "1000000000000000000000" },
    { "1700000000", "1700000000" }, { "1.0", "1" }, { "1.5e1", "15" }, { "0.1", "0.1" }, { "-0.5", "-0.5" }, { "2.5", "2.5" },
    { "1234567890.5", "1234567890.5" }, { "1234567890.123456", "1234567890.123456" },
  }
  for _, case in ipairs(numbers) do
    it("the number " .. case[1], function()
      assert.equal(case[2], claims.scalarText(decode('{"a":' .. case[1] .. "}").a))
    end)
  end

  it("a number that no double is: the nearest one, in full digits", function()
    local text = claims.scalarText(decode('{"a":123456789012345678}').a)
    assert.matches("^%d+$", text)
    assert.equal(123456789012345678, tonumber(text))
  end)

  it("integers have no exponent, fractions lose nothing", function()
    math.randomseed(1)
    for _ = 1, 2000 do
      local integer = math.random(0, 2 ^ 31 - 1) * 2 ^ math.random(0, 60)
      assert.matches("^%d+$", claims.scalarText(integer))
      assert.equal(integer, tonumber(claims.scalarText(integer)))
      local fraction = (math.random() - 0.5) * 10 ^ math.random(-5, 5)
      assert.equal(fraction, tonumber(claims.scalarText(fraction)))
    end
  end)

  it("strings and booleans", function()
    assert.equal("", claims.scalarText(""))
    assert.equal("a\0b", claims.scalarText("a\0b"))
    assert.equal("true", claims.scalarText(true))
    assert.equal("false", claims.scalarText(false))
  end)

  it("null, arrays and objects have none", function()
    assert.is_nil(claims.scalarText(nil))
    assert.is_nil(claims.scalarText(ngx.null))
    assert.is_nil(claims.scalarText(decode("[]")))
    assert.is_nil(claims.scalarText(decode("{}")))
  end)

  it("only strings and numbers name somebody", function()
    assert.equal("alice", claims.nameText("alice"))
    assert.equal("12345678901", claims.nameText(12345678901))
    for _, nobody in ipairs({ true, false, ngx.null, decode('["alice"]'), decode('{"name":"alice"}') }) do assert.is_nil(claims.nameText(nobody)) end
    assert.is_nil(claims.nameText(nil))
    assert.is_nil(claims.nameText(""))
  end)

  it("an array counts by its elements", function()
    assert.same({ "a", "5", "true" }, claims.textsOf(decode('["a",5,true]')))
    assert.same({ "a", "b" }, claims.textsOf(decode('["a",null,{"c":1},["d"],"b"]')))
    assert.same({ "b" }, claims.textsOf(decode('[null,"b"]')))
    assert.same({}, claims.textsOf(decode("[]")))
    assert.same({}, claims.textsOf(decode('{"a":"b"}')))
    assert.same({}, claims.textsOf(ngx.null))
    assert.same({}, claims.textsOf(nil))
    assert.same({ "a b" }, claims.textsOf("a b"))
  end)

  it("words are separated by spaces (RFC 6749 section 3.3), also inside an array's elements", function()
    assert.same({ "a", "b" }, sorted(claims.wordsOf(" a  b ")))
    assert.same({ "a", "b", "c" }, sorted(claims.wordsOf(decode('["a b","c"]'))))
    assert.same({ "a\tb,c" }, sorted(claims.wordsOf("a\tb,c")))
    assert.same({}, sorted(claims.wordsOf("")))
    assert.same({}, sorted(claims.wordsOf(ngx.null)))
  end)
end)

describe("arrays and objects", function()
  it("are told apart, also without members", function()
    for _, array in ipairs({ "[]", "[1]", "[null]", "[[]]", "[{}]", "[false]" }) do assert.is_true(claims.isArray(decode(array)), array) end
    for _, object in ipairs({ "{}", '{"1":1}', '{"a":[]}', '{"":null}' }) do assert.is_false(claims.isArray(decode(object)), object) end
    for _, other in ipairs({ "a", 5, true, ngx.null }) do assert.is_false(claims.isArray(other)) end
    assert.is_false(claims.isArray(nil))
  end)

  it("survive being read and written: an empty array stays one", function()
    assert.equal('{"a":[]}', claims.encodeJson(decode('{"a":[]}')))
    assert.equal('{"a":{}}', claims.encodeJson(decode('{"a":{}}')))
    assert.equal('{"a":null}', claims.encodeJson(decode('{"a":null}')))
    assert.equal('["https://a/b"]', claims.encodeJson(decode('["https://a/b"]')))
  end)

  it("what is no JSON is a value with an error, never a raise", function()
    for _, text in ipairs({ "", "{", "nul", "<html>", '{"a":NaN}', '{"a":Infinity}', '{"a":0x10}', "\255", '{"a":1}}' }) do
      local value, message = decode(text)
      assert.is_nil(value, text)
      assert.is_string(message)
    end
  end)
end)

describe("names that servers differ in", function()
  it("client_id and token_type by Keycloak's names too, wherever a setting names them (design section 7)", function()
    assert.equal("app", at('{"clientId":"app"}', "client_id"))
    assert.equal("app", at('{"client_id":null,"clientId":"app"}', "client_id"))
    assert.equal("a", at('{"client_id":"a","clientId":"b"}', "client_id"))
    assert.equal("Bearer", at('{"typ":"Bearer"}', "token_type"))
    assert.is_nil(at('{"typ":null}', "token_type"))
    assert.is_nil(at('{"act":{},"clientId":"app"}', "act.client_id"))
    assert.is_nil(at('{"act":{"clientId":"app"}}', "act.client_id"))
  end)

  it("client_id (RFC 7662 section 2.2), else Keycloak's clientId", function()
    assert.equal("a", claims.clientIdOf(decode('{"client_id":"a","clientId":"b"}')))
    assert.equal("b", claims.clientIdOf(decode('{"clientId":"b"}')))
    assert.equal("b", claims.clientIdOf(decode('{"client_id":null,"clientId":"b"}')))
    assert.is_nil(claims.clientIdOf(decode("{}")))
  end)

  it("token_type (RFC 7662 section 2.2), else Keycloak's typ", function()
    assert.equal("Bearer", claims.tokenTypeOf(decode('{"token_type":"Bearer","typ":"ID"}')))
    assert.equal("ID", claims.tokenTypeOf(decode('{"typ":"ID"}')))
    assert.equal("ID", claims.tokenTypeOf(decode('{"token_type":null,"typ":"ID"}')))
    assert.is_nil(claims.tokenTypeOf(decode('{"token_type":null,"typ":null}')))
    assert.is_nil(claims.tokenTypeOf(decode("{}")))
  end)
end)

describe("claims of many digits (RFC 8259 section 6)", function()
  it("name who they name", function()
    local decoded = claims.decodeClaims('{"a":9007199254740993,"b":"9007199254740993","c":[9007199254740993],"d":1234567890123456.5,"e":12345678901234567e0}')
    assert.equal("9007199254740993", claims.nameText(decoded.a))
    assert.equal("9007199254740993", claims.nameText(decoded.b))
    assert.same({ "9007199254740993" }, claims.textsOf(decoded.c))
    assert.is_number(decoded.d)
    assert.is_number(decoded.e)
  end)

  it("are numbers where they are times, and go upstream in full digits (design section 4)", function()
    local decoded = claims.decodeClaims('{"exp":99999999999999999999,"nbf":-9007199254740993,"auth_time":9007199254740993,"in":{"exp":9007199254740993}}')
    assert.equal(1e20, claims.numberOf(decoded.exp))
    assert.equal(-9007199254740993, claims.numberOf(decoded.nbf))
    assert.equal("99999999999999999999", claims.scalarText(decoded.exp))
    assert.equal('{"exp":9007199254740993}', claims.jsonText(decoded["in"]))
    for _, value in ipairs({ "5", "99999999999999999999", true, {}, 1 / 0, 0 / 0 }) do assert.is_nil(claims.numberOf(value)) end
  end)

  it("leave every other text as it is", function()
    for _, text in ipairs({ '{"a":"1234567890123456789"}', '{"1234567890123456789":1}', '{"a":"\\\\","b":"x"}', '{"a":"1234567890123456\\"","b":[]}' }) do
      assert.same(claims.decodeJson(text), claims.decodeClaims(text))
    end
    assert.is_nil(claims.decodeClaims("12345678901234567"))
    assert.is_nil(claims.decodeClaims("{"))
  end)
end)
