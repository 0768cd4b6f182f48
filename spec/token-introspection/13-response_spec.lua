local private = require("kong.plugins.token-introspection.response").privateCacheControl

describe("Cache-Control of an answer to a token in the query (S22, RFC 6750 section 2.3)", function()
  local cases = {
    { "none yet", "", "private" },
    { "private already", "private", "private" },
    { "private in any case", "Private, max-age=60", "private, max-age=60" },
    { "public goes", "public", "private" },
    { "public goes in any case, the rest stays in order", "max-age=60, PUBLIC, must-revalidate", "private, max-age=60, must-revalidate" },
    { "s-maxage is for shared caches", "s-maxage=60, max-age=5", "private, max-age=5" },
    { "S-MaxAge too", "S-MaxAge=60", "private" },
    { "no-store stays", "no-store", "private, no-store" },
    { "without spaces", "public,max-age=5,no-cache", "private, max-age=5, no-cache" },
    { "empty elements (RFC 9110 section 5.6.1)", ", ,max-age=5,,", "private, max-age=5" },
    { "what nobody knows stays", 'community="UCI"', 'private, community="UCI"' },
    { "a name that only begins so stays", "public-ish, privately, s-maxage-x=1", "private, public-ish, privately, s-maxage-x=1" },
    { "a list in quotes stays whole", 'no-cache="Set-Cookie, X-A", max-age=1', 'private, no-cache="Set-Cookie, X-A", max-age=1' },
    { "private with a list is private (RFC 9111 section 5.2.2.7)", 'private="Set-Cookie"', "private" },
    { "private with a list of several", 'private="Set-Cookie, X-A", max-age=1', "private, max-age=1" },
    { "directives in quotes are none", 'ext="a, public, s-maxage=1"', 'private, ext="a, public, s-maxage=1"' },
  }
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[3], private(case[2]))
    end)
  end

  -- A pattern that tries every end for every beginning would take longer than the test run.
  it("is read in a time that grows with its length", function()
    local blanks = (" "):rep(200000)
    assert.equal("private, a" .. blanks .. "b", private(blanks .. "a" .. blanks .. "b" .. blanks))
  end)

  it("made private twice is the same", function()
    for _, case in ipairs(cases) do assert.equal(private(case[2]), private(private(case[2]))) end
  end)
end)
