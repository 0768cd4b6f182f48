local cost = require("spec.token-introspection.cost")
local token = require("kong.plugins.token-introspection.token")

-- The token's value, false for none; or the refusal's code. A malformed token is refused where it is not in the cache: no answer about one ever is.
local function outcome(value, presentation, refusal)
  if refusal then
    assert.is_nil(value)
    return refusal.code
  end
  if not value then return false end
  assert.is_boolean(presentation.dpop)
  return token.isWellFormed(value) and value or "invalid_token"
end

local function header(value, bare)
  return outcome(token.readTokenHeader(value, bare or false))
end

describe("the token in Authorization (RFC 6750 section 2.1, RFC 9449 section 7.1)", function()
  local cases = {
    { "no header", nil, false },
    { "Bearer", "Bearer abc", "abc" },
    { "DPoP", "DPoP abc", "abc" },
    { "the scheme in any case (S20)", "bEaReR abc", "abc" },
    { "several spaces (RFC 9110 section 11.4)", "Bearer   abc", "abc" },
    { "every character that a token may have", "Bearer aZ09-._~+/==", "aZ09-._~+/==" },
    { "a scheme without a token", "Bearer", false },
    { "a scheme and a space", "Bearer ", false },
    { "DPoP without a token", "DPoP", false },
    { "another scheme", "Basic abc", false },
    { "the scheme is anchored (design section 7)", "tfaBearer abc", false },
    { "the scheme ends at the space", "BearerX abc", false },
    { "no scheme", "abc", false },
    { "empty", "", false },
    { "a tab is no space", "Bearer\tabc", false },
    { "a space inside", "Bearer a b", "invalid_token" },
    { "white space around it is none of it (RFC 9110 section 5.5)", "\t Bearer abc \t", "abc" },
    { "white space, and nothing else", " \t", false },
    { "white space around a scheme without a token", "\tBearer\t", false },
    { "two in one", "Bearer abc, Bearer def", "invalid_token" },
    { "a control character", "Bearer a\1b", "invalid_token" },
    { "a NUL", "Bearer a\0b", "invalid_token" },
    { "beyond ASCII", "Bearer \195\164", "invalid_token" },
    { "DPoP, malformed", "DPoP a b", "invalid_token" },
    { "twice (S19)", { "Bearer a", "Bearer b" }, "invalid_request" },
    { "twice the same (S19)", { "Bearer a", "Bearer a" }, "invalid_request" },
    { "twice, once of another scheme (S19)", { "Basic a", "Bearer b" }, "invalid_request" },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[3], header(case[2]))
    end)
  end

  it("does not hold the worker up, whatever white space is in it", function()
    local value = "\tBearer x" .. (" "):rep(60000) .. "x"
    -- By the pattern that one would write for it, it is some hundred thousand.
    assert.is_true(cost(value, function() token.readTokenHeader(value, false) end) < 5000)
  end)

  it("says under which scheme it came, and where it was", function()
    assert.same({ "a", { dpop = false, place = "header" } }, { token.readTokenHeader("Bearer a", false) })
    assert.same({ "a", { dpop = true, place = "header" } }, { token.readTokenHeader("dpop a", false) })
  end)

  it("names no part of the token in the log (S11)", function()
    local _, _, refusal = token.readTokenHeader({ "Bearer SECRET", "Bearer SECRET" }, false)
    assert.is_nil(refusal.cause:find("SECRET", 1, true))
  end)

  it("is well-formed when it is visible ASCII, every byte tried", function()
    for byte = 0, 255 do
      local visible = byte > 0x20 and byte < 0x7F
      assert.equal(visible, token.isWellFormed("a" .. string.char(byte) .. "b"), "byte " .. byte)
      assert.equal(visible, token.isWellFormed(string.char(byte)), "byte " .. byte)
    end
  end)
end)

describe("the token in another header (design section 4: token_header)", function()
  local cases = {
    { "bare", "abc", "abc" },
    { "with a scheme", "Bearer abc", "abc" },
    { "with the scheme DPoP", "dpop abc", "abc" },
    { "empty", "", false },
    { "absent", nil, false },
    { "a scheme alone", "Bearer", false },
    { "another scheme is no token", "Basic abc", "invalid_token" },
    { "twice", { "a", "b" }, "invalid_request" },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[3], header(case[2], true))
    end)
  end
end)

describe("the token in query, body, cookie (RFC 6750 sections 2.2 and 2.3)", function()
  it("is decoded", function()
    assert.same({ "a+b", { dpop = false, place = "query" } }, { token.readTokenParameter("x=1&access_token=a%2Bb", "access_token", "query") })
    assert.equal("body", select(2, token.readTokenParameter("access_token=a", "access_token", "body")).place)
    assert.same({ "abc", { dpop = false, place = "cookie" } }, { token.readTokenCookie('a=1; tok="abc"', "tok") })
  end)

  it("may be missing or empty: then there is none", function()
    assert.is_false(outcome(token.readTokenParameter("", "t", "query")))
    assert.is_false(outcome(token.readTokenParameter("t=&a=1", "t", "query")))
    assert.is_false(outcome(token.readTokenParameter("t", "t", "query")))
    assert.is_false(outcome(token.readTokenCookie(nil, "t")))
    assert.is_false(outcome(token.readTokenCookie("t=", "t")))
  end)

  it("is refused when it is repeated (S19)", function()
    assert.equal("invalid_request", outcome(token.readTokenParameter("t=a&t=a", "t", "query")))
    assert.equal("invalid_request", outcome(token.readTokenParameter("t=a&%74=b", "t", "body")))
    assert.equal("invalid_request", outcome(token.readTokenParameter("t=&t=b", "t", "body")))
    assert.equal("invalid_request", outcome(token.readTokenCookie("t=a; t=b", "t")))
    assert.equal("invalid_request", outcome(token.readTokenCookie({ "t=a", "t=a" }, "t")))
  end)

  it("is refused when it is malformed", function()
    for _, wrong in ipairs({ "t=a+b", "t=a%20b", "t=%00", "t=a%0D%0Ab", "t=%C3%A4", "t=a\127" }) do
      assert.equal("invalid_token", outcome(token.readTokenParameter(wrong, "t", "query")), wrong)
    end
    assert.equal("invalid_token", outcome(token.readTokenCookie("t=a b", "t")))
  end)

  it("has no scheme: DPoP is for headers only (RFC 9449 section 7.1)", function()
    assert.equal("invalid_token", outcome(token.readTokenParameter("t=DPoP+abc", "t", "query")))
    assert.same({ "abc", { dpop = false, place = "query" } }, { token.readTokenParameter("t=abc", "t", "query") })
  end)
end)

describe("one method a request (S19)", function()
  local one, other = { dpop = true, place = "header" }, { dpop = false, place = "query" }
  local wrong = { code = "malformed" }

  it("two places are refused, even with the same token", function()
    assert.equal("invalid_request", outcome(token.onlyOne("a", one, "b", other)))
    assert.equal("invalid_request", outcome(token.onlyOne("a", one, "a", other)))
  end)

  it("what is refused in one place is refused", function()
    assert.equal("malformed", outcome(token.onlyOne("a", one, nil, nil, wrong)))
    assert.equal("malformed", outcome(token.onlyOne(nil, nil, nil, nil, wrong)))
  end)

  it("one place, or none, is good", function()
    assert.same({ "a", one }, { token.onlyOne("a", one) })
    assert.same({ "b", other }, { token.onlyOne(nil, nil, "b", other) })
    assert.is_nil((token.onlyOne(nil, nil)))
  end)
end)

describe("whatever a client sends", function()
  it("nothing raises; a token is what stands behind the scheme, to the end", function()
    math.randomseed(6750)
    local alphabet = { "Bearer", "bearer", "DPoP", "Basic", " ", " ", "\t", "a", "b.c", "=", ",", '"', "\0", "\255", "\r", "%20", ";", "&", "t=" }
    for _ = 1, 5000 do
      local parts = {}
      for index = 1, math.random(0, 8) do parts[index] = alphabet[math.random(#alphabet)] end
      local text = table.concat(parts)
      for _, bare in ipairs({ false, true }) do
        local value, presentation, refusal = token.readTokenHeader(text, bare)
        assert.is_true(value == nil or refusal == nil)
        if value then
          assert.not_equal("", value)
          local trimmed = text:match("^[ \t]*(.-)[ \t]*$")
          assert.equal(value, trimmed:sub(-#value))
          local scheme = trimmed:sub(1, #trimmed - #value)
          assert.is_true((bare and scheme == "") or scheme:lower():find("^bearer +$") ~= nil or scheme:lower():find("^dpop +$") ~= nil, text)
          assert.equal(scheme:lower():find("^dpop") ~= nil, presentation.dpop)
        end
      end
      outcome(token.readTokenParameter(text, "t", "query"))
      outcome(token.readTokenCookie(text, "t"))
    end
  end)
end)
