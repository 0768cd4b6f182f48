local distinguished_name = require("kong.plugins.mtls-auth.distinguished-name")

local function read(text)
  local names, problem = distinguished_name.readDistinguishedName(text)
  assert.is_nil(problem)
  return names
end

local function common_name(text)
  return distinguished_name.attributeValue(read(text), "commonName")
end

local function organization(text)
  return distinguished_name.attributeValue(read(text), "organizationName")
end

describe("mtls-auth: distinguished names (RFC 4514)", function()
  it("hold relative names in the order of the text", function()
    assert.same({
      { { type = "cn", value = "client1" } },
      { { type = "o", value = "Example" } },
      { { type = "c", value = "SE" } },
    }, read("CN=client1,O=Example,C=SE"))
  end)

  it("may be empty", function()
    assert.same({}, read(""))
    assert.same({}, read("  "))
  end)

  it("may have several attributes in a relative name (section 2.2)", function()
    assert.same({
      { { type = "ou", value = "Sales" }, { type = "cn", value = "J.  Smith" } },
      { { type = "dc", value = "example" } },
    }, read("OU=Sales+CN=J.  Smith,DC=example"))
  end)

  describe("the examples of section 4", function()
    it("UID=jsmith,DC=example,DC=net", function()
      assert.same({
        { { type = "uid", value = "jsmith" } },
        { { type = "dc", value = "example" } },
        { { type = "dc", value = "net" } },
      }, read("UID=jsmith,DC=example,DC=net"))
    end)

    it("quotation marks", function()
      assert.equal('James "Jim" Smith, III', common_name([[CN=James \"Jim\" Smith\, III,DC=example,DC=net]]))
    end)

    it("a carriage return", function()
      assert.equal("Before\rAfter", common_name([[CN=Before\0dAfter,DC=example,DC=net]]))
    end)

    it("an attribute type as numbers and the BER of its value", function()
      assert.same({ { { type = "1.3.6.1.4.1.1466.0" } } }, read("1.3.6.1.4.1.1466.0=#04024869"))
    end)

    it("an attribute type that OpenSSL knows by a name with an underscore", function()
      assert.equal("client1", common_name("ct_precert_scts=v,CN=client1"))
    end)

    it("letters beyond ASCII", function()
      assert.equal("Lu\xc4\x8di\xc4\x87", common_name([[CN=Lu\C4\8Di\C4\87]]))
    end)
  end)

  it("have attribute types in any case, as names, numbers and OID.numbers (RFC 2253 section 4)", function()
    for _, type in ipairs({ "CN", "cn", "Cn", "commonName", "2.5.4.3", "OID.2.5.4.3", "oid.2.5.4.3" }) do
      assert.equal("a", common_name(type .. "=a"))
    end
    for _, type in ipairs({ "O", "o", "organizationName", "2.5.4.10", "OID.2.5.4.10" }) do
      assert.equal("a", organization(type .. "=a"))
    end
  end)

  it("are not taken in by attribute types that only resemble", function()
    assert.is_nil(common_name("DNQ=CN,XCN=a,CNX=b,OU=CN\\=c"))
    assert.is_nil(organization("OU=a,DO=b"))
  end)

  it("are not taken in by a value that looks like an attribute", function()
    assert.equal("a", common_name([[O=x\,CN=evil,CN=a]]))
    assert.equal("a", common_name([[O="x,CN=evil",CN=a]]))
    assert.equal("a", common_name([[O=x\+CN=evil+CN=a]]))
    assert.equal("b,O=evil", common_name([[CN=b\2CO\3Devil]]))
  end)

  it("may have values in quotes (RFC 2253)", function()
    assert.equal("Sue, Grabbit and Runn", organization([[CN=L. Eagle,O="Sue, Grabbit and Runn",C=GB]]))
    assert.equal('a "b" \\ c+;<>', common_name([[CN="a \"b\" \\ c+;<>"]]))
    assert.equal("  padded  ", common_name([[CN="  padded  " , O=x]]))
  end)

  it("may have spaces around separators (RFC 2253), which are no part of values", function()
    assert.equal("a  b", common_name("  CN =  a  b   ,  O = c "))
    assert.equal("c", organization("  CN =  a  b   ,  O = c "))
    assert.equal("c", organization("CN=a + O=c"))
  end)

  it("keep the spaces that are escaped", function()
    assert.equal(" a ", common_name([[CN=\ a\ ]]))
    assert.equal(" a ", common_name([[CN=\20a\20  ,O=b]]))
    assert.equal("#a", common_name([[CN=\#a]]))
  end)

  it("are one # where it stands alone, as OpenSSL writes it", function()
    assert.equal("#", common_name("CN=#"))
    assert.equal("#", common_name("CN=#,O=b"))
    assert.equal("#", common_name("O=b,CN=# +O=c"))
  end)

  it("keep an = in a value", function()
    assert.equal("a=b", common_name("CN=a=b"))
  end)

  it("read #hex values that are character strings, of any length form", function()
    assert.equal("Hi", common_name("CN=#0C024869"))
    assert.equal("Hi", common_name("CN=#13024869,O=b"))
    assert.equal(string.rep("a", 200), common_name("CN=#0C81C8" .. string.rep("61", 200)))
    assert.equal(string.rep("a", 300), common_name("CN=#0c82012c" .. string.rep("61", 300)))
  end)

  it("take #hex values of any other kind or length as no text", function()
    for _, value in ipairs({ "#04024869", "#0C034869", "#0C014869", "#0C", "#0C80", "#0C81", "#0C8200", "#0C8301", "#00" }) do
      assert.is_nil(common_name("CN=" .. value))
    end
  end)

  it("take an empty value as none", function()
    assert.is_nil(common_name("CN=,O=a"))
    assert.is_nil(common_name([[CN=""]]))
  end)

  it("of several attributes count the first in the text, the most specific", function()
    assert.equal("leaf", common_name("CN=leaf,CN=group,O=a"))
    assert.equal("one", common_name("CN=one+CN=two,CN=three"))
    assert.is_nil(common_name("CN=,CN=group"))
  end)

  for _, text in ipairs({
    "CN", "=a", "CN=a,", ",CN=a", "CN=a,,O=b", "CN=a+", "CN=a;O=b", 'CN=a"b', "CN=a<b", "CN=a>b", "CN=a\0b", "CN=a\\", "CN=a\\4", "CN=a\\zz",
    'CN="a', 'CN="a" b', 'CN="a\\', "CN=# a", "CN=#0", "CN=#0C0", "CN=#zz", "CN=#0C024869x", "C N=a", "_CN=a", "CN=a,O", "\\,=a",
  }) do
    it(string.format("are refused as %q", text), function()
      local names, problem = distinguished_name.readDistinguishedName(text)
      assert.is_nil(names)
      assert.is_string(problem)
      assert.is_nil(string.find(problem, text, 1, true), "the message repeats the text")
    end)
  end

  it("never raise, whatever the text", function()
    local alphabet = { "CN", "O", "=", ",", "+", "\\", "2C", '"', "#", "0C", " ", ";", "\0", "a", "\xc3", "<" }
    local state = 1
    local function random(n)
      state = (state * 16807) % 2147483647
      return state % n + 1
    end
    for _ = 1, 20000 do
      local parts = {}
      for index = 1, random(12) do
        parts[index] = alphabet[random(#alphabet)]
      end
      local names, problem = distinguished_name.readDistinguishedName(table.concat(parts))
      assert.is_true((names == nil) ~= (problem == nil))
    end
  end)

  it("of a megabyte are read in a moment", function()
    local long = string.rep("\\2C ", 250000)
    assert.equal(499999, #common_name("CN=" .. long))
  end)
end)
