local names = require("kong.plugins.token-introspection.header-names")

describe("header names", function()
  it("are compared in lower case and with - for _ (RFC 3875 section 4.1.18)", function()
    assert.equal("x-credential-sub", names.normalizedName("X_Credential-SUB"))
    assert.equal("", names.normalizedName(""))
    assert.equal("--", names.normalizedName("_-"))
  end)

  it("are those of RFC 9110 section 5.1: every byte tried", function()
    for byte = 0, 255 do
      local character = string.char(byte)
      local expected = character:find("^[A-Za-z0-9]$") ~= nil or ("!#$%&'*+-.^_`|~"):find(character, 1, true) ~= nil
      assert.equal(expected, names.isHeaderName(character), "byte " .. byte)
      assert.equal(expected, names.isHeaderName("X" .. character .. "Y"), "byte " .. byte)
    end
    assert.is_false(names.isHeaderName(""))
  end)

  it("that nobody's setting may produce (design section 4), in every spelling", function()
    for _, name in ipairs({
      "Host", "Content-Length", "Transfer-Encoding", "Connection", "TE", "Upgrade", "Trailer", "Expect", "Keep-Alive", "Proxy-Connection", "Authorization", "Proxy", "Via", "X-Forwarded-For", "X-Forwarded-Proto",
      "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Real-IP", "X-Kong-Request-Id", "X-Kong-Upstream-Latency", "X-Consumer-ID",
      "X-Consumer-Username", "X-Consumer-Custom-ID", "X-Credential-Identifier", "X-Authenticated-Groups", "X-Anonymous-Consumer", "X-Anonymous",
    }) do
      for _, spelling in ipairs({ name, name:upper(), name:lower(), (name:gsub("-", "_")) }) do assert.is_true(names.isReservedHeader(spelling), spelling) end
    end
  end)

  it("that only resemble them may be produced", function()
    for _, name in ipairs({ "X-Host", "Hostname", "X-Forwarded", "X-Kong", "X-Consumer", "X-Credential-Sub", "X-Real", "Expected", "X-Authorization", "T", "" }) do
      assert.is_false(names.isReservedHeader(name), name)
    end
  end)

  it("that are Kong's, as its authentication plugins set them", function()
    for _, name in ipairs({
      "x-consumer-id", "x-consumer-username", "x-consumer-custom-id", "x-consumer-groups", "x-consumer-anything", "x-credential-identifier", "x-authenticated-groups",
      "x-anonymous-consumer",
    }) do
      assert.is_true(names.isKongIdentityHeader(name), name)
    end
    for _, name in ipairs({ "x-consumer", "x-credential-sub", "x-credential-identifiers", "x-anonymous", "authorization" }) do
      assert.is_false(names.isKongIdentityHeader(name), name)
    end
  end)

  it("a prefix that begins a reserved name, or begins like a reserved family, covers it", function()
    for _, prefix in ipairs({ "", "x-", "X-", "X_", "c", "Content-", "x-real-", "x-f", "X-Forwarded-", "X-Forwarded-Client-", "X-Kong-A-", "X-Consumer-", "t", "te" }) do
      assert.is_true(names.coversReservedHeader(prefix), prefix)
    end
    for _, prefix in ipairs({ "X-Credential-", "x_credential_", "X-Token-", "X-Kongs-", "Hosts-", "X-Reality-" }) do
      assert.is_false(names.coversReservedHeader(prefix), prefix)
    end
  end)
end)
