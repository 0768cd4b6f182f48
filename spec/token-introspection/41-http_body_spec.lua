local body = require("kong.plugins.token-introspection.http-body")
local socket_over = require("spec.token-introspection.scripted_http").socket_over

local LIMIT = 100

local function read(text, headers)
  local all, trouble = body.readBody(socket_over(text), headers, LIMIT)
  return all, trouble and trouble.kind
end

describe("the body of an answer (RFC 9112 section 6.3)", function()
  local chunked = { ["Transfer-Encoding"] = "chunked" }

  it("ends after its Content-Length", function()
    assert.equal("abc", read("abcdef", { ["Content-Length"] = "3" }))
    assert.equal("", read("abcdef", { ["Content-Length"] = "0" }))
  end)

  it("ends after its last chunk; extensions and trailers are skipped", function()
    assert.equal("abcdef", read("3\r\nabc\r\n3;x=y\r\ndef\r\n0\r\nX: y\r\n\r\n", chunked))
  end)

  it("ends with the connection where nothing else says so", function()
    assert.equal("abc", read("abc", {}))
  end)

  it("is truncated when the connection ends before it does", function()
    local _, kind = read("abc", { ["Content-Length"] = "4" })
    assert.equal("truncated", kind)
    for _, text in ipairs({ "", "3\r\nab", "3\r\nabc", "3\r\nabc\r\n", "3\r\nabc\r\n0\r\n" }) do
      _, kind = read(text, chunked)
      assert.equal("truncated", kind)
    end
  end)

  it("is too large, which is known before all of it is read", function()
    local _, kind = read("", { ["Content-Length"] = "101" })
    assert.equal("too large", kind)
    _, kind = read("fffffff\r\n", chunked)
    assert.equal("too large", kind)
    _, kind = read(("a"):rep(101), {})
    assert.equal("too large", kind)
  end)

  for name, headers in pairs({
    ["negative"] = { ["Content-Length"] = "-5" },
    ["exponent"] = { ["Content-Length"] = "1e1" },
    ["hexadecimal"] = { ["Content-Length"] = "0x3" },
    ["no number"] = { ["Content-Length"] = "nan" },
    ["twice"] = { ["Content-Length"] = { "3", "4" } },
    ["another transfer encoding"] = { ["Transfer-Encoding"] = "gzip, chunked" },
  }) do
    it("is malformed when its length is not clear: " .. name, function()
      local _, kind = read("abcdef", headers)
      assert.equal("malformed", kind)
      assert.is_false(body.endsBeforeConnection(headers))
    end)
  end

  it("is malformed when its chunks are", function()
    for _, text in ipairs({ "zz\r\nab", "-5\r\nab", "\r\n", "3\r\nabcd\r\n0\r\n\r\n", ("f"):rep(20) .. "\r\nab" }) do
      local _, kind = read(text, chunked)
      assert.equal("malformed", kind)
    end
  end)

  it("is malformed when it comes in so many chunks that reading them would take long", function()
    local function of(chunks)
      return body.readBody(socket_over(("1\r\na\r\n"):rep(chunks) .. "0\r\n\r\n"), chunked, 1024 * 1024)
    end
    assert.equal(16384, #of(16384))
    local _, trouble = of(16385)
    assert.equal("malformed", trouble.kind)
  end)

  it("leaves a connection to be used again only when its end is beyond doubt", function()
    assert.is_true(body.endsBeforeConnection({ ["Content-Length"] = "3" }))
    assert.is_true(body.endsBeforeConnection(chunked))
    assert.is_false(body.endsBeforeConnection({}))
    assert.is_false(body.endsBeforeConnection({ ["Content-Length"] = "3", ["Transfer-Encoding"] = "chunked" }))
  end)
end)
