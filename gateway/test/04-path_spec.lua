-- kong.request.get_path normalises as Kong's router does (RFC 3986 section 6.2.2).
require "spec.helpers"
local uri = require "kong.pdk.uri"

describe("paths", function()
  it("are brought into their normal form", function()
    local cases = {
      ["/"] = "/", ["/a/./b"] = "/a/b", ["/a/../b"] = "/b", ["/../a"] = "/a", ["/a/."] = "/a/", ["/a/.."] = "/", ["//a//b//"] = "/a/b/",
      ["/%41%2f%2F"] = "/A%2F%2F", ["/%7euser"] = "/~user", ["/a%20b"] = "/a b", ["/a/..b"] = "/a/..b", ["*"] = "*",
    }
    for given, expected in pairs(cases) do
      assert.equal(expected, uri.normalize(given, true))
    end
  end)

  it("are escaped again for the service", function()
    assert.equal("/a%20b%C3%96", uri.escape("/a bÖ"))
    assert.equal("/a%2Fb", uri.escape("/a%2Fb"))
  end)
end)

describe("addresses", function()
  local ip = require "kong.pdk.ip"

  it("are trusted when a range holds them", function()
    local trusted = ip.newIp({ "10.0.0.0/8", "192.168.1.7", "::1", "fe80::/10" })
    for address, expected in pairs({
      ["10.255.0.1"] = true, ["11.0.0.1"] = false, ["192.168.1.7"] = true, ["192.168.1.8"] = false, ["::1"] = true, ["::2"] = false,
      ["fe80::1"] = true, ["fec0::1"] = false, ["nonsense"] = false, ["256.1.1.1"] = false,
    }) do
      assert.equal(expected, trusted.is_trusted(address))
    end
  end)
end)
