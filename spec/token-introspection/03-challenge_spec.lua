local answer_of = require("kong.plugins.token-introspection.challenge").answerOf
local refusals = require("kong.plugins.token-introspection.refusal")

local ALGORITHMS = 'algs="ES256 ES384 PS256 RS256 EdDSA"'
local DENIED = "The resource owner or authorization server denied the request."

local function settings(changes)
  local all = { realm = "service", dpop = "when_bound" }
  for name, value in pairs(changes or {}) do all[name] = value end
  return all
end

local function refusal(code, changes)
  local all = { code = code, cause = "for the log only" }
  for name, value in pairs(changes or {}) do all[name] = value end
  return all
end

local function body(status, message)
  return '{"data":[],"error":{"code":' .. status .. ',"message":"' .. message .. '"}}'
end

-- case, refusal, settings, status, WWW-Authenticate, message
local rows = {
  { "no credentials", refusal("no_credentials"), {}, 401, 'Bearer realm="service"', "Unauthenticated." },
  { "no credentials, dpop = required", refusal("no_credentials"), { dpop = "required" }, 401, 'DPoP realm="service", ' .. ALGORITHMS, "Unauthenticated." },
  { "no credentials, dpop = off", refusal("no_credentials"), { dpop = "off" }, 401, 'Bearer realm="service"', "Unauthenticated." },
  {
    "several methods, or one repeated", refusal("invalid_request"), {}, 400, 'Bearer realm="service", error="invalid_request"',
    "The request carries more than one access token.",
  },
  { "malformed, inactive, expired, wrong type, issuer, audience", refusal("invalid_token"), {}, 401, 'Bearer realm="service", error="invalid_token"', DENIED },
  { "DPoP: the token", refusal("invalid_token", { dpop = true }), {}, 401, 'DPoP realm="service", error="invalid_token", ' .. ALGORITHMS, DENIED },
  { "DPoP: the proof", refusal("invalid_dpop_proof"), {}, 401, 'DPoP realm="service", error="invalid_dpop_proof", ' .. ALGORITHMS, DENIED },
  { "DPoP: the nonce", refusal("use_dpop_nonce"), {}, 401, 'DPoP realm="service", error="use_dpop_nonce", ' .. ALGORITHMS, DENIED },
  { "a token with dpop = required", refusal("invalid_token"), { dpop = "required" }, 401, 'DPoP realm="service", error="invalid_token", ' .. ALGORITHMS, DENIED },
  {
    "scopes as asked", refusal("insufficient_scope", { scope = "read write" }), {}, 403,
    'Bearer realm="service", error="insufficient_scope", scope="read write"', DENIED,
  },
  { "claim or client not as required", refusal("insufficient_scope"), {}, 403, 'Bearer realm="service", error="insufficient_scope"', DENIED },
  {
    "scopes, to a client that speaks DPoP", refusal("insufficient_scope", { scope = "read", dpop = true }), {}, 403,
    'DPoP realm="service", error="insufficient_scope", scope="read", ' .. ALGORITHMS, DENIED,
  },
  { "consumer required and not found", refusal("consumer_not_found"), {}, 403, nil, DENIED },
  { "consumer required and not found, dpop = required", refusal("consumer_not_found"), { dpop = "required" }, 403, nil, DENIED },
  {
    "step-up: acr (RFC 9470 section 3)", refusal("insufficient_user_authentication"), { acr_values = { "gold", "silver" } }, 401,
    'Bearer realm="service", error="insufficient_user_authentication", acr_values="gold silver"', DENIED,
  },
  {
    "step-up: age (RFC 9470 section 3)", refusal("insufficient_user_authentication"), { max_age = 0 }, 401,
    'Bearer realm="service", error="insufficient_user_authentication", max_age="0"', DENIED,
  },
  {
    "step-up: both", refusal("insufficient_user_authentication"), { acr_values = { "gold" }, max_age = 2147483646 }, 401,
    'Bearer realm="service", error="insufficient_user_authentication", acr_values="gold", max_age="2147483646"', DENIED,
  },
  { "the server is unreachable, slow, 5xx, 429", refusal("unavailable"), {}, 503, nil, "The authorization server is unavailable." },
  { "our credentials, the endpoint, the answer", refusal("unexpected"), {}, 500, nil, "An unexpected error occurred." },
}

describe("answers (design section 5)", function()
  for _, row in ipairs(rows) do
    it(row[1], function()
      local answer = answer_of(row[2], settings(row[3]), false)
      assert.equal(row[4], answer.status)
      assert.equal(body(row[4], row[6]), answer.body)
      assert.same({ ["WWW-Authenticate"] = row[5], ["Content-Type"] = "application/json" }, answer.headers)
    end)

    it(row[1] .. ": to gRPC, the message alone and no Content-Type", function()
      local answer = answer_of(row[2], settings(row[3]), true)
      assert.equal(row[4], answer.status)
      assert.equal(row[6], answer.body)
      assert.same({ ["WWW-Authenticate"] = row[5] }, answer.headers)
    end)

    it(row[1] .. ": the cause goes to the log only", function()
      local answer = answer_of(row[2], settings(row[3]), false)
      assert.is_nil(answer.body:find("for the log only", 1, true))
      assert.is_nil((answer.headers["WWW-Authenticate"] or ""):find("for the log only", 1, true))
    end)
  end

  it("resource_metadata is named in every challenge (RFC 9728 section 5.1)", function()
    local named = settings({ resource_metadata = "https://api.example/.well-known/oauth-protected-resource" })
    for _, row in ipairs(rows) do
      local merged = settings(row[3])
      merged.resource_metadata = named.resource_metadata
      local challenge = answer_of(row[2], merged, false).headers["WWW-Authenticate"]
      if row[5] then
        assert.equal(row[5] .. ', resource_metadata="https://api.example/.well-known/oauth-protected-resource"', challenge)
      else
        assert.is_nil(challenge)
      end
    end
  end)

  it("the realm is the configured one", function()
    assert.equal('Bearer realm="The API"', answer_of(refusal("no_credentials"), settings({ realm = "The API" }), false).headers["WWW-Authenticate"])
  end)

  it("acr_values and max_age are named in a step-up only", function()
    local all = settings({ acr_values = { "gold" }, max_age = 60 })
    assert.equal('Bearer realm="service", error="invalid_token"', answer_of(refusal("invalid_token"), all, false).headers["WWW-Authenticate"])
  end)

  it("a nonce goes out as DPoP-Nonce (RFC 9449 section 8)", function()
    local answer = answer_of(refusal("use_dpop_nonce", { nonce = "abc" }), settings(), false)
    assert.equal("abc", answer.headers["DPoP-Nonce"])
  end)

  it("Retry-After is whole seconds (RFC 9110 section 10.2.3)", function()
    local answer = answer_of(refusal("unavailable", { retryAfter = 2 }), settings(), false)
    assert.equal("2", answer.headers["Retry-After"])
    assert.is_nil(answer.headers["WWW-Authenticate"])
  end)

  it("a refusal may bring its own message", function()
    local answer = answer_of(refusal("invalid_request", { message = "Another." }), settings(), false)
    assert.equal(400, answer.status)
    assert.equal(body(400, "Another."), answer.body)
  end)

  it("are JSON", function()
    local cjson = require("cjson.safe")
    for _, row in ipairs(rows) do
      local decoded = cjson.decode(answer_of(row[2], settings(row[3]), false).body)
      assert.equal(row[4], decoded.error.code)
      assert.equal(row[6], decoded.error.message)
    end
  end)

  -- RFC 9110 section 11.6.1 and 5.6.4, as strictly as it is written: one challenge, parameters once each, values quoted.
  it("WWW-Authenticate is one challenge, each parameter once and quoted, and none is bare (S23)", function()
    for _, row in ipairs(rows) do
      for _, metadata in ipairs({ false, "https://api.example/metadata?a=b,c" }) do
        local merged = settings(row[3])
        merged.resource_metadata = metadata or nil
        local challenge = answer_of(row[2], merged, false).headers["WWW-Authenticate"]
        if challenge then
          local scheme, rest = challenge:match("^(%a+) (.+)$")
          assert.is_true(scheme == "Bearer" or scheme == "DPoP")
          local seen = {}
          rest = rest .. ", "
          while rest ~= "" do
            local name, value, after = rest:match('^([%a_]+)="([^"\\%c]*)", (.*)$')
            assert.is_string(name, challenge)
            assert.is_nil(seen[name], challenge)
            seen[name] = value
            rest = after
          end
          assert.equal("service", seen.realm)
        end
      end
    end
  end)
end)

describe("a refusal to a client that speaks DPoP (RFC 9449 section 7.1)", function()
  it("keeps all that it was", function()
    local original = { code = "unavailable", cause = "c", message = "m", nonce = "n", scope = "s", retryAfter = 3 }
    local spoken = refusals.speakDpop(original)
    for name, value in pairs(original) do assert.equal(value, spoken[name]) end
    assert.is_true(spoken.dpop)
    assert.is_nil(original.dpop)
  end)

  it("a nonce is for this client alone (RFC 9449 section 8.2)", function()
    local headers = answer_of(refusal("use_dpop_nonce", { nonce = "abc" }), settings(), false).headers
    assert.equal("abc", headers["DPoP-Nonce"])
    assert.equal("no-store", headers["Cache-Control"])
    assert.is_nil(answer_of(refusal("invalid_dpop_proof"), settings(), false).headers["Cache-Control"])
  end)
end)
