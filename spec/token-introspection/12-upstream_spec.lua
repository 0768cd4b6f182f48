local upstream = require("kong.plugins.token-introspection.upstream")
local decode = require("kong.plugins.token-introspection.claims").decodeJson

local function plan_of(changes)
  local settings = { upstream_headers_prefix = "X-Credential-", upstream_headers_encoding = "rfc8187", hide_credentials = true }
  for name, value in pairs(changes or {}) do settings[name] = value end
  return upstream.upstreamPlanOf(settings)
end

local function headers_of(claims, changes)
  local headers = upstream.upstreamHeadersOf(decode(claims), plan_of(changes))
  assert.equal(#headers.headerNames, #headers.headerValues)
  local map = {}
  for index, name in ipairs(headers.headerNames) do map[name] = headers.headerValues[index] end
  return map
end

describe("headers to the upstream service (design section 4)", function()
  it("the predecessor's, from an answer of RFC 7662 section 2.2", function()
    assert.same(
      {
        ["X-Credential-Scope"] = "read write",
        ["X-Credential-Client-ID"] = "app",
        ["X-Credential-Token-Type"] = "Bearer",
        ["X-Credential-Exp"] = "1700000060",
        ["X-Credential-Iat"] = "1700000000",
        ["X-Credential-Nbf"] = "1700000000",
        ["X-Credential-Sub"] = "alice",
        ["X-Credential-Aud"] = "api,account",
        ["X-Credential-Iss"] = "https://as.example/realms/test",
        ["X-Credential-Jti"] = "f1e2",
      },
      headers_of([[{"active":true,"scope":"read write","client_id":"app","token_type":"Bearer","exp":1700000060,"iat":1700000000,"nbf":1700000000,"sub":"alice",
        "aud":["api","account"],"iss":"https://as.example/realms/test","jti":"f1e2","username":"alice","secret":"not configured"}]])
    )
  end)

  it("client_id and token_type fall back to Keycloak's names (design section 7)", function()
    assert.same({ ["X-Credential-Client-ID"] = "app", ["X-Credential-Token-Type"] = "Bearer" }, headers_of('{"clientId":"app","typ":"Bearer"}'))
    assert.same({ ["X-Credential-Client-ID"] = "a", ["X-Credential-Token-Type"] = "DPoP" }, headers_of('{"client_id":"a","clientId":"b","token_type":"DPoP","typ":"ID"}'))
  end)

  it("client_id as every other claim: an array by its elements", function()
    assert.same({ ["X-Credential-Client-ID"] = "a,b" }, headers_of('{"client_id":["a","b"]}'))
    assert.same({ ["X-Credential-Client-ID"] = "true" }, headers_of('{"client_id":true}'))
  end)

  it("none for what is absent, null or empty", function()
    assert.same({}, headers_of("{}"))
    assert.same(
      {},
      headers_of('{"scope":"","client_id":null,"token_type":null,"exp":null,"iat":null,"nbf":null,"sub":"","aud":[],"iss":{},"jti":[null]}')
    )
  end)

  it("an array of scopes is separated by spaces, other arrays by commas", function()
    assert.same({ ["X-Credential-Scope"] = "a b", ["X-Credential-Aud"] = "a,b" }, headers_of('{"scope":["a","b"],"aud":["a","b"]}'))
  end)

  it("full digits", function()
    assert.same({ ["X-Credential-Exp"] = "1000000000000000", ["X-Credential-Sub"] = "9007199254740992" }, headers_of('{"exp":1e15,"sub":9007199254740992}'))
  end)

  it("custom_claims_forward: under the prefix, by claim paths", function()
    assert.same(
      { ["X-Credential-username"] = "alice", ["X-Credential-realm_access.roles"] = "user,admin", ["X-Credential-email_verified"] = "false" },
      headers_of('{"username":"alice","realm_access":{"roles":["user","admin"]},"email_verified":false}', {
        custom_claims_forward = { "username", "realm_access.roles", "email_verified", "absent" },
      })
    )
  end)

  it("custom_claims_forward: one that differs from another by case only has its header, and takes nothing from the other where it is absent", function()
    local custom = { custom_claims_forward = { "Sub" } }
    assert.same({ ["X-Credential-Sub"] = "alice" }, headers_of('{"sub":"alice"}', custom))
    assert.same({ ["X-Credential-Sub"] = "bob" }, headers_of('{"sub":"alice","Sub":"bob"}', custom))
  end)

  it("upstream_headers: any name, by claim paths", function()
    assert.same(
      { ["X-Roles"] = "x", ["X-User"] = "alice" },
      headers_of('{"resource_access":{"my.app":{"roles":["x"]}},"https://api.example/user":"alice"}', {
        upstream_headers = { ["X-Roles"] = "resource_access.my.app.roles", ["X-User"] = "https://api.example/user", ["X-None"] = "absent" },
      })
    )
  end)

  it("another prefix", function()
    assert.same({ ["X-Token-Sub"] = "alice", ["X-Token-name"] = "A" }, headers_of('{"sub":"alice","name":"A"}', {
      upstream_headers_prefix = "X-Token-", custom_claims_forward = { "name" },
    }))
  end)

  it("upstream_headers_encoding holds for each", function()
    local claims = '{"sub":"Cem \\u00d6zdemir","name":"a\\r\\nX-Admin: 1"}'
    local custom = { custom_claims_forward = { "name" } }
    assert.same({ ["X-Credential-Sub"] = "UTF-8''Cem%20%C3%96zdemir", ["X-Credential-name"] = "UTF-8''a%0D%0AX-Admin%3A%201" }, headers_of(claims, custom))
    custom.upstream_headers_encoding = "base64url"
    assert.same({ ["X-Credential-Sub"] = "Q2VtIMOWemRlbWly", ["X-Credential-name"] = "YQ0KWC1BZG1pbjogMQ" }, headers_of(claims, custom))
    custom.upstream_headers_encoding = "none"
    assert.same({ ["X-Credential-Sub"] = "Cem \195\150zdemir" }, headers_of(claims, custom))
  end)

  it("a claim's name is no pattern, and a standard claim no path", function()
    assert.same({}, headers_of('{"s":{"ub":"x"},"s.ub":"y"}'))
  end)
end)

describe("a Connection header that names a header of ours or Kong's (design section 4)", function()
  local plan = plan_of({ custom_claims_forward = { "name" }, upstream_headers = { ["X-Role"] = "role", Plain = "p" } })

  local function protected(value)
    return upstream.connectionNamesProtected({ connection = value }, plan)
  end

  it("absent or common: nothing", function()
    assert.is_false(upstream.connectionNamesProtected({}, plan))
    for _, value in ipairs({ "keep-alive", "Keep-Alive", "close", "upgrade", "Upgrade", "keep-alive, Upgrade", "TE", "te, trailers", "", ",", " , ,", "HTTP2-Settings, Upgrade" }) do
      assert.is_false(protected(value), value)
    end
  end)

  it("ours: under the prefix, configured, X-Anonymous; in any spelling", function()
    for _, name in ipairs({
      "X-Credential-Sub", "x-credential-sub", "X_Credential_Sub", "X-Credential-Anything", "X-Credential-", "x-credential-name", "X-Anonymous", "x_anonymous", "X-Role", "X_ROLE",
      "plain",
    }) do
      assert.is_true(protected(name), name)
    end
  end)

  it("Kong's", function()
    for _, name in ipairs({
      "X-Credential-Identifier", "X-Consumer-ID", "X-Consumer-Username", "X-Consumer-Custom-ID", "X-Consumer-Groups", "X-Authenticated-Groups", "X-Anonymous-Consumer",
      "X-Forwarded-For", "x-forwarded-host", "X_Forwarded_Proto", "X-Forwarded-Prefix", "X-Real-IP", "x_real_ip", "Via", "X-Kong-Request-Id", "X-Kong-Anything",
    }) do
      assert.is_true(protected(name), name)
    end
  end)

  it("anywhere in the list", function()
    for _, value in ipairs({
      "keep-alive, X-Credential-Sub", "X-Credential-Sub,close", "close,x-credential-sub,te", "close,\tX-Credential-Sub\t", ",,X-Credential-Sub,,", "close , X-Anonymous",
      "close X-Anonymous",
    }) do
      assert.is_true(protected(value), value)
    end
  end)

  it("in any of several header fields", function()
    assert.is_true(protected({ "close", "X-Credential-Sub" }))
    assert.is_true(protected({ "X-Anonymous", "close" }))
    assert.is_false(protected({ "close", "te" }))
  end)

  it("but not what only resembles one", function()
    for _, name in ipairs({ "Credential-Sub", "X-Credential", "X-CredentialSub", "X-Roles", "X-Rol", "X-Forwarded", "X-Kong", "X-Real", "My-X-Role", "Sub" }) do
      assert.is_false(protected(name), name)
    end
  end)

  it("follows the configured prefix", function()
    local other = plan_of({ upstream_headers_prefix = "X-Token-" })
    assert.is_true(upstream.connectionNamesProtected({ connection = "x_token_sub" }, other))
    assert.is_false(upstream.connectionNamesProtected({ connection = "X-Credential-Sub" }, other))
    assert.is_true(upstream.connectionNamesProtected({ connection = "X-Credential-Identifier" }, other))
  end)

  it("of any text: as one who splits it at the commas sees it, whatever was sent before", function()
    math.randomseed(9110)
    local known = { "x-credential-sub", "X_Anonymous", "x-role", "close", "te", "X-Forwarded-For", "a", "x-credential" }
    local ours = { ["x-credential-sub"] = true, ["X_Anonymous"] = true, ["x-role"] = true, ["X-Forwarded-For"] = true }
    local separators = { ",", ", ", " ,", ",,", ",\t" }
    for _ = 1, 3000 do
      local parts, expected = {}, false
      for _ = 1, math.random(1, 5) do
        local name = known[math.random(#known)]
        expected = expected or ours[name] == true
        parts[#parts + 1] = name
        parts[#parts + 1] = separators[math.random(#separators)]
      end
      assert.equal(expected, protected(table.concat(parts)), table.concat(parts))
    end
  end)

  it("is remembered within bounds, for clients choose the names", function()
    for index = 1, 5000 do assert.is_false(protected("a" .. index)) end
    local count = 0
    for _ in pairs(plan.verdicts.known) do count = count + 1 end
    assert.is_true(count <= 1000)
    assert.is_true(protected("X-Credential-Sub"))
    for index = 1, 100 do assert.is_true(protected("X-Credential-" .. ("a"):rep(7000) .. index)) end
    for name in pairs(plan.verdicts.known) do assert.is_true(#name <= 64) end
  end)
end)
