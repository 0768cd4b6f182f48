local scripted_http = require("spec.token-introspection.scripted_http")
local cjson = require("cjson.safe")
local base64url = require("ngx.base64").encode_base64url
local semaphores = require("ngx.semaphore")

local ISSUER = "https://as.example/realms/demo"
local RFC8414 = "/.well-known/oauth-authorization-server/realms/demo"
local OPENID = "/realms/demo/.well-known/openid-configuration"

local let_others_run = scripted_http.let_others_run

local introspection, sign, plan

-- Busted alone has no PDK; under Kong there is one.
if rawget(_G, "kong") == nil then
  rawset(_G, "kong", { log = { warn = function() end, notice = function() end } })
end

-- The plugin's clock, which goes on when a test says so.
local time

-- RFC 7515 appendix A.3.1, and a key made for these tests that takes its place.
local first = {
  x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}
local second = {
  x = "7vLSbweARrCvNGqB7ILkobKNGGPP9noo2EmxhzFDkt4",
  y = "mxpga_mviMXuCwHgDJC7_YY-A_daxneZgd0q-V8xncw",
  d = "3nq1vwMRskshVYFQ2W9w2ZJPODTrR6ab70qyOzPp75U",
}

local function json(status, value)
  return { status = status, body = cjson.encode(value), headers = { ["Content-Type"] = "application/json" } }
end

local function metadata(more)
  local members = { issuer = ISSUER, introspection_endpoint = "https://as.example/introspect", jwks_uri = "https://as.example/jwks" }
  for name, value in pairs(more or {}) do
    members[name] = value
  end
  return json(200, members)
end

local active = { status = 200, body = '{"active":true}' }

local function ask(settings, script)
  scripted_http.script(script)
  if settings.issuer == nil then
    settings.issuer = ISSUER
  end
  return introspection.introspectWithin(scripted_http.question(settings), "token", time + 5)
end

-- One more call for another token, beside those under way.
local function ask_again(deadline)
  return introspection.introspectWithin(scripted_http.question({ issuer = ISSUER, timeout = 60000 }), "token", deadline)
end

local function count(what)
  local times = 0
  for _, entry in ipairs(scripted_http.log) do
    if entry == what then
      times = times + 1
    end
  end
  return times
end

local function fresh()
  time = ngx.now()
  introspection = scripted_http.load("kong.plugins.token-introspection.introspection", function() return time end)
  sign = require("kong.plugins.token-introspection.sign")
  plan = require("kong.plugins.token-introspection.plan")
end

describe("discovery (S34)", function()
  before_each(fresh)

  it("asks between host and path first (RFC 8414 section 3.1), and remembers", function()
    assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
    assert.equal(1, count("GET " .. RFC8414))
    assert.equal("active", ask({}, { ["/introspect"] = active }).kind)
    assert.equal(0, count("GET " .. RFC8414))
  end)

  it("asks behind the path next (OpenID Connect Discovery section 4)", function()
    assert.equal("active", ask({}, { [OPENID] = metadata(), ["/introspect"] = active }).kind)
    assert.equal(1, count("GET " .. OPENID))
  end)

  it("asks behind the path too where the first document lacks what is sought", function()
    local partial = json(200, { issuer = ISSUER, jwks_uri = "https://as.example/jwks" })
    assert.equal("active", ask({}, { [RFC8414] = partial, [OPENID] = metadata(), ["/introspect"] = active }).kind)
    assert.equal("active", ask({}, { ["/introspect"] = active }).kind)
    assert.equal(0, count("GET " .. OPENID))
  end)

  it("drops the slash that ends an issuer's path, but compares with it (RFC 8414 section 3.3)", function()
    local answer = ask({ issuer = ISSUER .. "/" }, { [RFC8414] = metadata(), [OPENID] = metadata(), ["/introspect"] = active })
    assert.equal("unexpected", answer.kind)
    assert.matches("another issuer", answer.cause)
    assert.equal("active", ask({ issuer = ISSUER .. "/" }, { [RFC8414] = metadata({ issuer = ISSUER .. "/" }), ["/introspect"] = active }).kind)
  end)

  for name, script in pairs({
    ["no metadata"] = {},
    ["another issuer"] = { [RFC8414] = metadata({ issuer = "https://evil.example" }) },
    ["no issuer"] = { [OPENID] = json(200, { introspection_endpoint = "https://as.example/introspect" }) },
    ["no JSON"] = { [RFC8414] = { status = 200, body = "<html>" } },
    ["no endpoint"] = { [RFC8414] = json(200, { issuer = ISSUER }) },
    ["an endpoint in clear"] = { [RFC8414] = metadata({ introspection_endpoint = "http://as.example/introspect" }) },
    ["an endpoint that is no URL"] = { [RFC8414] = metadata({ introspection_endpoint = "/introspect" }) },
    ["another client authentication"] = { [RFC8414] = metadata({ introspection_endpoint_auth_methods_supported = { "private_key_jwt" } }) },
  }) do
    it("is unexpected: " .. name, function()
      script["/introspect"] = active
      assert.equal("unexpected", ask({}, script).kind)
      assert.equal(0, count("POST /introspect"))
    end)
  end

  it("does not hold the token endpoint's client authentication against introspection (RFC 8414 section 2)", function()
    assert.equal("active", ask({}, { [RFC8414] = metadata({ token_endpoint_auth_methods_supported = { "private_key_jwt" } }), ["/introspect"] = active }).kind)
  end)

  it("is unavailable when the server is", function()
    assert.equal("unavailable", ask({}, { [RFC8414] = { status = 503 }, [OPENID] = { status = 503 } }).kind)
    assert.equal("unavailable", ask({}, { connect = "connection refused" }).kind)
    assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
  end)

  it("passes on when the server wants to be asked again (RFC 9110 section 10.2.3)", function()
    local busy = { status = 429, headers = { ["Retry-After"] = "17" } }
    assert.equal(17, ask({}, { [RFC8414] = busy, [OPENID] = busy }).retryAfter)
    assert.equal(17, ask({}, { [RFC8414] = { status = 404 }, [OPENID] = busy }).retryAfter)
  end)

  -- No error is ever cached (design section 5): metadata that do not serve are one.
  for name, wrong in pairs({
    ["no endpoint"] = json(200, { issuer = ISSUER }),
    ["another client authentication"] = metadata({ introspection_endpoint_auth_methods_supported = { "private_key_jwt" } }),
    ["an endpoint in clear"] = metadata({ introspection_endpoint = "http://as.example/introspect" }),
  }) do
    it("is right as soon as the server has mended its metadata: " .. name, function()
      for _ = 1, 2 do
        assert.equal("unexpected", ask({}, { [RFC8414] = wrong, ["/introspect"] = active }).kind)
        assert.equal(1, count("GET " .. RFC8414))
      end
      assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
      assert.equal("active", ask({}, { ["/introspect"] = active }).kind)
    end)
  end

  it("fails for those who wait as long, and not for those who have more time", function()
    local gate, calls = semaphores.new(), 0
    scripted_http.script({
      [RFC8414] = function()
        calls = calls + 1
        if calls > 1 then return metadata() end
        gate:wait(60)
        return { failure = "timeout" }
      end,
      [OPENID] = { failure = "timeout" },
      ["/introspect"] = active,
    })
    local function asking(timeout)
      local question = scripted_http.question({ issuer = ISSUER, timeout = timeout, retries = 0 })
      return ngx.thread.spawn(introspection.introspectWithin, question, "token", time + timeout / 1000)
    end
    local threads = { asking(50000), asking(50000), asking(60000) }
    gate:post(1)
    for index, kind in ipairs({ "unavailable", "unavailable", "active" }) do
      local _, answer = ngx.thread.wait(threads[index])
      assert.equal(kind, answer.kind)
    end
    assert.equal(2, calls)
  end)

  it("is waited for by 256 calls of a worker, and by no more (design section 6)", function()
    local gate = semaphores.new()
    scripted_http.script({
      [RFC8414] = function()
        gate:wait(60)
        return metadata()
      end,
      ["/introspect"] = active,
    })
    local threads = {}
    for index = 1, 257 do threads[index] = ngx.thread.spawn(ask_again, time + 60) end
    local refused = ask_again(time + 60)
    assert.equal("unavailable", refused.kind)
    assert.truthy(refused.cause:find("too many calls wait", 1, true))
    gate:post(1)
    for index = 1, 257 do
      local _, answer = ngx.thread.wait(threads[index])
      assert.equal("active", answer.kind)
    end
  end)

  it("is done anew after a change of configuration", function()
    assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
    plan.configurePlans(nil)
    local moved = metadata({ introspection_endpoint = "https://as.example/moved" })
    assert.equal("active", ask({}, { [RFC8414] = moved, ["/moved"] = active }).kind)
    assert.equal(1, count("GET " .. RFC8414))
    assert.equal("active", ask({}, { ["/moved"] = active }).kind)
    assert.equal(0, count("GET " .. RFC8414))
  end)

  it("keeps the metadata that are known where a change of configuration finds none, and tries once", function()
    assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
    plan.configurePlans(nil)
    for _, asked in ipairs({ 1, 0 }) do
      assert.equal("active", ask({}, { [RFC8414] = { status = 503 }, ["/introspect"] = active }).kind)
      assert.equal(asked, count("GET " .. RFC8414))
    end
  end)

  for name, wrong in pairs({
    ["another issuer's (S34)"] = metadata({ issuer = "https://evil.example" }),
    ["a page"] = { status = 200, body = "<html>" },
    ["none"] = { status = 404 },
  }) do
    it("counts what a change of configuration finds: " .. name, function()
      assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
      plan.configurePlans(nil)
      for _ = 1, 2 do assert.equal("unexpected", ask({}, { [RFC8414] = wrong, [OPENID] = { status = 404 }, ["/introspect"] = active }).kind) end
      assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
    end)
  end

  it("is not needed where the endpoint is set, which wins", function()
    assert.equal("active", ask({ introspection_endpoint = "https://as.example/mine" }, { ["/mine"] = active }).kind)
    assert.equal(1, count("connect"))
  end)

  describe("and the circuit breaker", function()
    local settings = { breaker_threshold = 2, breaker_timeout = 100, retries = 0, way = "a way of this test's own" }
    local hanging = { [RFC8414] = metadata(), ["/introspect"] = { failure = "closed" } }

    before_each(function() ngx.shared.kong_db_cache:flush_all() end)
    after_each(function() ngx.shared.kong_db_cache:flush_all() end)

    it("opens where the metadata come and introspection does not, and metadata that are fetched again in the background close it not", function()
      for _ = 1, 2 do
        assert.equal("unavailable", ask(settings, hanging).kind)
        let_others_run()
        time = time + 2
      end
      assert.matches("circuit breaker", ask(settings, hanging).cause, 1, true)
      let_others_run()
      assert.equal(0, count("connect"))
    end)

    it("counts a call once where the whole server is away: what is fetched in the background beside it does not count", function()
      assert.equal("active", ask(settings, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
      time = time + 2
      assert.equal("unavailable", ask(settings, { connect = "connection refused" }).kind)
      let_others_run()
      assert.is_true(count("connect") > 1)
      time = time + 2
      assert.not_matches("circuit breaker", ask(settings, { connect = "connection refused" }).cause, 1, true)
      let_others_run()
    end)

    it("does not fetch metadata again where nothing was asked, as without a key to sign with", function()
      assert.equal("active", ask({}, { [RFC8414] = metadata(), ["/introspect"] = active }).kind)
      time = time + 2
      assert.equal("unexpected", ask({ client_auth = "private_key_jwt", client_jwk = "no key" }, { [RFC8414] = metadata() }).kind)
      let_others_run()
      assert.equal(0, count("connect"))
    end)
  end)

  it("reads a list of any length without making a text of it: each part of it would be copied for each next one", function()
    local methods = {}
    for index = 1, 20000 do methods[index] = "method" .. index end
    local script = { [RFC8414] = metadata({ introspection_endpoint_auth_methods_supported = methods }), ["/introspect"] = active }
    collectgarbage()
    collectgarbage("stop")
    local before = collectgarbage("count")
    local cause = ask({}, script).cause
    local made = collectgarbage("count") - before
    collectgarbage("restart")
    assert.matches("method1, method2", cause, 1, true)
    assert.is_true(made < 100 * 1024, made .. " KB of garbage")
  end)

  it("does not ask what bearer and none are worth to the server", function()
    local script = { [RFC8414] = metadata({ introspection_endpoint_auth_methods_supported = { "private_key_jwt" } }), ["/introspect"] = active }
    assert.equal("active", ask({ client_auth = "bearer", bearer_token = "a" }, script).kind)
    assert.equal("active", ask({ client_auth = "none" }, script).kind)
  end)
end)

describe("a JWT answer (RFC 9701, S32)", function()
  before_each(fresh)

  local ACCEPT = "application/token-introspection+jwt"

  local function jwk(key, id)
    return { kty = "EC", crv = "P-256", kid = id, use = "sig", x = key.x, y = key.y }
  end

  local function private_key(key, id)
    return sign.loadPrivateKey(cjson.encode({ kty = "EC", crv = "P-256", kid = id, x = key.x, y = key.y, d = key.d }))
  end

  local keys = json(200, { keys = { { kty = "oct", k = "AAAA" }, jwk(first, "1") } })
  local rotated = json(200, { keys = { jwk(second, "2") } })

  local function answer(more)
    more = more or {}
    local payload = {
      iss = ISSUER,
      aud = "gateway",
      iat = ngx.time(),
      token_introspection = { active = true, sub = "somebody", exp = 1795462740 },
    }
    for name, value in pairs(more.payload or {}) do
      payload[name] = value ~= "absent" and value or nil
    end
    local key = private_key(more.key or first, more.kid or "1")
    local text = sign.signCompact({ typ = more.typ or "token-introspection+jwt" }, payload, key, "ES256")
    return { status = 200, headers = { ["Content-Type"] = more.content_type or (ACCEPT .. "; charset=utf-8") }, body = more.body or text }
  end

  local function ask_for(given, known)
    return ask({ introspection_accept = ACCEPT }, { [RFC8414] = metadata(), ["/jwks"] = known or keys, ["/introspect"] = given })
  end

  it("is verified and gives what is inside", function()
    local got = ask_for(answer())
    assert.equal("active", got.kind)
    assert.equal(1795462740, got.exp)
    assert.same({ active = true, sub = "somebody", exp = 1795462740 }, cjson.decode(got.claims))
    assert.equal("active", ask_for(answer({ typ = "application/token-introspection+jwt" })).kind)
    assert.equal("active", ask_for(answer({ payload = { aud = { "another", "gateway" } } })).kind)
    assert.equal("inactive", ask_for(answer({ payload = { token_introspection = { active = false } } })).kind)
    assert.equal(0, count("GET /jwks"))
  end)

  for name, more in pairs({
    ["the typ of an access token"] = { typ = "at+jwt" },
    ["another issuer"] = { payload = { iss = "https://evil.example" } },
    ["another audience"] = { payload = { aud = "another" } },
    ["no audience"] = { payload = { aud = "absent" } },
    ["old"] = { payload = { iat = 1 } },
    ["from the future"] = { payload = { iat = 99999999999 } },
    ["no iat"] = { payload = { iat = "absent" } },
    ["nothing inside"] = { payload = { token_introspection = "absent" } },
    ["a text inside"] = { payload = { token_introspection = '{"active":true}' } },
    ["an array inside"] = { payload = { token_introspection = { "active" } } },
    ["a key of nobody's"] = { key = second },
    ["an unknown key id"] = { kid = "3" },
    ["plain"] = { content_type = "application/json", body = '{"active":true}' },
    ["plain under the JWT's name"] = { body = '{"active":true}' },
    ["encrypted"] = { body = "a.b.c.d.e" },
    -- A pattern that tries every end for every beginning would take longer than the test run.
    ["white space that never ends"] = { body = "x" .. (" "):rep(900000) .. "y" },
    ["unsigned"] = { body = base64url('{"alg":"none","typ":"token-introspection+jwt"}') .. "." .. base64url("{}") .. "." },
  }) do
    it("is unexpected: " .. name, function()
      assert.equal("unexpected", ask_for(answer(more)).kind)
    end)
  end

  it("is unexpected: signed with a secret", function()
    local payload = { iss = ISSUER, aud = "gateway", iat = ngx.time(), token_introspection = { active = true } }
    local text = sign.signCompact({ typ = "token-introspection+jwt", kid = "1" }, payload, "secret", "HS256")
    assert.equal("unexpected", ask_for(answer({ body = text })).kind)
  end)

  it("is unexpected: changed after it was signed", function()
    local good = answer()
    local header, _, signature = good.body:match("^(.-)%.(.-)%.(.-)$")
    local payload = cjson.encode({ iss = ISSUER, aud = "gateway", iat = ngx.time(), token_introspection = { active = true, sub = "evil" } })
    good.body = header .. "." .. base64url(payload) .. "." .. signature
    assert.equal("unexpected", ask_for(good).kind)
  end)

  it("finds a key by its id among hundreds", function()
    local many = {}
    for index = 1, 300 do many[index] = jwk(first, "other-" .. index) end
    many[301] = jwk(second, "2")
    assert.equal("active", ask_for(answer({ key = second, kid = "2" }), json(200, { keys = many })).kind)
  end)

  it("survives a rotation of keys, whatever bad signature came before it", function()
    assert.equal("active", ask_for(answer()).kind)
    assert.equal("unexpected", ask_for(answer({ key = second })).kind)
    assert.equal(1, count("GET /jwks"))
    assert.equal("active", ask_for(answer({ key = second, kid = "2" }), rotated).kind)
    assert.equal(1, count("GET /jwks"))
    assert.equal("active", ask_for(answer()).kind)
    assert.equal(1, count("GET /jwks"))
  end)

  it("does not fetch the keys for every bad signature: once a second for one key's id", function()
    assert.equal("active", ask_for(answer()).kind)
    for _ = 1, 2 do
      assert.equal("unexpected", ask_for(answer({ key = second })).kind)
      assert.equal(1, count("GET /jwks"))
      assert.equal("unexpected", ask_for(answer({ key = second })).kind)
      assert.equal(0, count("GET /jwks"))
      time = time + 1
    end
  end)

  it("is unavailable while newer keys cannot be fetched, also where it is too early to try again", function()
    assert.equal("active", ask_for(answer()).kind)
    local down = { status = 503 }
    assert.equal("unavailable", ask_for(answer({ key = second, kid = "2" }), down).kind)
    assert.equal("unavailable", ask_for(answer({ key = second, kid = "2" }), down).kind)
    time = time + 1
    assert.equal("active", ask_for(answer({ key = second, kid = "2" }), rotated).kind)
    assert.equal("unexpected", ask_for(answer({ kid = "3" }), rotated).kind)
    assert.equal("unexpected", ask_for(answer({ kid = "3" }), rotated).kind)
  end)

  -- An answer with this text in its payload, signed as it is.
  local function answer_with(inner, before, after)
    local header = base64url('{"alg":"ES256","typ":"token-introspection+jwt","kid":"1"}')
    local payload = ('{%s"iss":"%s","aud":"gateway","iat":%d,"token_introspection":%s}'):format(before or "", ISSUER, ngx.time(), inner)
    local signed = header .. "." .. base64url(payload)
    local der = assert(private_key(first, "1").pkey:sign(signed, "sha256"))
    local raw = require("kong.plugins.token-introspection.ecdsa").ecdsaFromDer(der, 32)
    return answer({ body = signed .. "." .. base64url(raw) .. (after or "") })
  end

  it("gives the claims as the server wrote them, as a plain answer does", function()
    for _, inner in ipairs({
      '{"active":true,"n":12345678901234567890,"f":0.1,"g":1e400,"e":[],"o":{}}',
      '{ "active" : true, "s": "}]\\"\\\\\\u0041\\/", "a": [ {"b":[1,"]"]} ] }',
      '{"active":true,"deep":' .. ("["):rep(100) .. ("]"):rep(100) .. "}",
    }) do
      assert.equal(inner, ask_for(answer_with(inner)).claims)
      assert.equal(inner, ask({ introspection_endpoint = "https://as.example/plain" }, { ["/plain"] = { status = 200, body = inner } }).claims)
    end
  end)

  it("gives the claims of the member itself, however its name is written", function()
    local before = '"x":{"token_introspection":{"active":false}},"y":"\\"token_introspection\\":{}","z":[null,true,-1.5e3],"":"",'
    assert.equal('{"active":true}', ask_for(answer_with('{"active":true}', before)).claims)
    local escaped = answer_with('0', '"token\\u005fintrospection":{"active":true},')
    assert.equal("unexpected", ask_for(escaped).kind)
  end)

  it("may stand between white space: some servers end it with a line feed", function()
    assert.equal("active", ask_for(answer_with('{"active":true}', "", "\r\n")).kind)
  end)

  it("is verified as soon as the metadata name the keys", function()
    local silent = json(200, { issuer = ISSUER, introspection_endpoint = "https://as.example/introspect" })
    local script = { [RFC8414] = silent, ["/jwks"] = keys, ["/introspect"] = answer() }
    for _ = 1, 2 do
      assert.equal("unexpected", ask({ introspection_accept = ACCEPT }, script).kind)
    end
    assert.equal("active", ask_for(answer()).kind)
  end)

  it("is verified with the keys of today after a change of configuration", function()
    assert.equal("active", ask_for(answer()).kind)
    plan.configurePlans(nil)
    -- A key that was withdrawn.
    assert.equal("unexpected", ask_for(answer(), rotated).kind)
  end)

  it("is unavailable when the keys are", function()
    assert.equal("unavailable", ask_for(answer(), { status = 503 }).kind)
    assert.equal(17, ask_for(answer(), { status = 503, headers = { ["Retry-After"] = "17" } }).retryAfter)
    assert.equal("unexpected", ask_for(answer(), { status = 404 }).kind)
    assert.equal("unexpected", ask_for(answer(), json(200, { keys = "none" })).kind)
  end)
end)
