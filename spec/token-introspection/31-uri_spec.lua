local uri = require("kong.plugins.token-introspection.uri")

describe("normalised URI", function()
  local SAME = {
    -- RFC 3986 section 6.2.2.1: case; 6.2.2.2: percent-encoding; 6.2.2.3: dot segments; 6.2.3: the scheme's default port and the empty path.
    { "HTTPS://EXAMPLE.com/a", "https://example.com/a" },
    { "https://example.com/%7Euser", "https://example.com/~user" },
    { "https://example.com/%c3%a9", "https://example.com/%C3%A9" },
    { "https://example.com/%41%2d%2E%5f", "https://example.com/A-._" },
    { "https://ex%61mple.com/", "https://example.com/" },
    { "https://example.com/a/./b/../c", "https://example.com/a/c" },
    { "https://example.com/a/%2e%2E/c", "https://example.com/c" },
    { "https://example.com/../../a", "https://example.com/a" },
    { "https://example.com/a/..", "https://example.com/" },
    { "https://example.com/a/b/..", "https://example.com/a/" },
    { "https://example.com/a/.", "https://example.com/a/" },
    { "https://example.com/a/b/c/./../../g", "https://example.com/a/g" },
    { "https://example.com", "https://example.com/" },
    { "https://example.com:443/a", "https://example.com/a" },
    { "https://example.com:/a", "https://example.com/a" },
    { "https://example.com:0443/a", "https://example.com/a" },
    { "http://example.com:80/a", "http://example.com/a" },
    { "http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a" },
    -- RFC 9449 section 4.3: query and fragment are ignored.
    { "https://example.com/a?b=c#d", "https://example.com/a" },
    { "https://example.com?b=/../", "https://example.com/" },
    { "https://example.com/a#/../b", "https://example.com/a" },
  }
  for _, pair in ipairs(SAME) do
    it("is the same: " .. pair[1], function()
      assert.is_string(uri.normaliseUri(pair[1]))
      assert.equal(uri.normaliseUri(pair[2]), uri.normaliseUri(pair[1]))
    end)
  end

  local DIFFERENT = {
    { "https://example.com/a", "http://example.com/a" },
    { "https://example.com/a", "https://example.com:8443/a" },
    { "https://example.com/a", "https://example.com/A" },
    { "https://example.com/a", "https://example.com/a/" },
    { "https://example.com/a/b", "https://example.com/a%2Fb" },
    { "https://example.com/a/b", "https://example.com/a//b" },
    { "https://example.com/a%2541", "https://example.com/aA" },
    { "https://example.com/a%3Fb", "https://example.com/a?b" },
    { "https://example.com/a", "https://example.org/a" },
    { "https://example.com/a", "https://example.com./a" },
    { "https://example.com/...", "https://example.com/" },
    { "https://example.com/.a", "https://example.com/a" },
    { "http://example.com:443/a", "https://example.com:443/a" },
    { "https://example.com:80/a", "https://example.com/a" },
  }
  for _, pair in ipairs(DIFFERENT) do
    it("is another: " .. pair[1] .. " and " .. pair[2], function()
      assert.is_string(uri.normaliseUri(pair[1]))
      assert.is_string(uri.normaliseUri(pair[2]))
      assert.not_equal(uri.normaliseUri(pair[2]), uri.normaliseUri(pair[1]))
    end)
  end

  local BAD = {
    "", "/a", "example.com/a", "//example.com/a", "ftp://example.com/a", "wss://example.com/a", "https:/example.com", "https:example.com", "https://", "https:///a",
    "https://:443/a", "https://user@example.com/a", "https://user:password@example.com/a", "https://example.com:0/a", "https://example.com:65536/a",
    "https://example.com:99999999999/a", "https://example.com:8x/a", "https://example.com:-1/a", "https://a:b:1/a", "https://[::1/a", "https://[::1]x/a",
    "https://[zz]/a", " https://example.com/a", "https://exa mple.com/a", "https://example.com\\a/", "https://example.com\0/a", "https\0://example.com/a",
  }
  for number, text in ipairs(BAD) do
    it("is none, number " .. number, function()
      assert.is_nil(uri.normaliseUri(text))
    end)
  end

  it("is the same for a request's target", function()
    local function target(port)
      return uri.normaliseTarget("HTTPS", "Example.COM", port, "/a/../b/%7e")
    end
    assert.equal(uri.normaliseUri("https://example.com/b/~"), target())
    assert.equal(uri.normaliseUri("https://example.com/b/~"), target(443))
    assert.equal(uri.normaliseUri("https://example.com:8443/b/~"), target(8443))
  end)

  it("is none for a target that is no path, as OPTIONS * has", function()
    assert.is_nil(uri.normaliseTarget("https", "example.com", nil, "*"))
    assert.is_nil(uri.normaliseTarget("ws", "example.com", nil, "/"))
  end)

  it("of a request has neither query nor fragment", function()
    assert.equal("/a%3Fb", uri.pathOf("/a%3Fb?c=/d#e"))
    assert.equal("/a", uri.pathOf("/a#b?c"))
    assert.equal("/", uri.pathOf("/?"))
    assert.equal("", uri.pathOf(""))
  end)

  it("is normalised once and for all", function()
    local state = 7
    local function random(n)
      state = (state * 1103515245 + 12345) % 2147483648
      return math.floor(state / 65536) % n + 1
    end
    local PIECES = { "/", "/.", "/..", "%2e", "%2F", "%", "%zz", "%25", "a", "A", "?", "#", ":", "@", "[", "]", "\0", " ", "443", "\255", "http://" }
    local read = 0
    for _ = 1, 3000 do
      local text = "https://h"
      for _ = 1, random(8) do
        text = text .. PIECES[random(#PIECES)]
      end
      local once = uri.normaliseUri(text)
      if once ~= nil then
        read = read + 1
        assert.equal(once, uri.normaliseUri(once))
      end
    end
    assert.is_true(read > 500)
  end)
end)
