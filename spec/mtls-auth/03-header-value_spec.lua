local header_value = require("kong.plugins.mtls-auth.header-value").headerValue
local normalised_name = require("kong.plugins.mtls-auth.header-name").normalisedName

describe("mtls-auth: header values", function()
  it("stay as they are when they are printable ASCII", function()
    for _, value in ipairs({ "client1", "CN=a,O=b\\, c", "a b", "~!@#$%^&*()", "100%25" }) do
      assert.equal(value, header_value(value))
    end
  end)

  it("are encoded when they hold any other byte (RFC 8187)", function()
    assert.equal("UTF-8''Cem%20%C3%96zdemir", header_value("Cem \xc3\x96zdemir"))
    assert.equal("UTF-8''a%0D%0AX-Evil%3A%20b", header_value("a\r\nX-Evil: b"))
    assert.equal("UTF-8''a%00b", header_value("a\0b"))
    assert.equal("UTF-8''%7F", header_value("\127"))
    assert.equal("UTF-8''%FF%25", header_value("\xff%"))
  end)

  it("are encoded when they begin or end with a space, which HTTP strips", function()
    assert.equal("UTF-8''%20a", header_value(" a"))
    assert.equal("UTF-8''a%20", header_value("a "))
  end)

  it("cannot be mistaken for an encoded one", function()
    assert.equal("UTF-8''UTF-8%27%27admin", header_value("UTF-8''admin"))
    assert.equal("UTF-8''utf-8%27%27admin", header_value("utf-8''admin"))
  end)
end)

describe("mtls-auth: header names", function()
  it("are the same in every case and with _ for -", function()
    for _, name in ipairs({ "X-Client-Cert", "x-client-cert", "X_CLIENT_CERT", "x-client_cert" }) do
      assert.equal("x-client-cert", normalised_name(name))
    end
    assert.equal("xclientcert", normalised_name("XClientCert"))
  end)
end)
