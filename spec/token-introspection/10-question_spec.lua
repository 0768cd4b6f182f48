local validate = require("spec.helpers").validate_plugin_config_schema
local schema = require("kong.plugins.token-introspection.schema")
local questions = require("kong.plugins.token-introspection.question")

-- The settings as Kong hands them to a plugin: what is not set is nil.
local function config(changes)
  local settings = { introspection_endpoint = "https://as.example/introspect", client_id = "gateway", client_secret = "S3cret-of-the-gateway" }
  local entity = assert(validate(settings, schema))
  local all = {}
  for name, value in pairs(entity.config) do
    if value ~= ngx.null then all[name] = value end
  end
  for name, value in pairs(changes or {}) do
    if value == ngx.null then
      all[name] = nil
    else
      all[name] = value
    end
  end
  return all
end

local function id(changes)
  return questions.questionOf(config(changes)).id
end

describe("what is asked of the authorization server (S6, design section 6)", function()
  it("is the same for configurations that ask the same", function()
    assert.equal(id(), id())
    assert.equal(
      id({ introspection_headers = { a = "1", b = "2", c = "3" }, introspection_args = { x = "1", y = "2" } }),
      id({ introspection_headers = { c = "3", b = "2", a = "1" }, introspection_args = { y = "2", x = "1" } })
    )
  end)

  it("is the same whatever is made of the answer, and however long one waits", function()
    for name, value in pairs({
      scope = { "read" }, scope_any = { "read" }, audience = { "api" }, claims_required = { sub = {} }, certificate_binding = "required", dpop = "off", realm = "other",
      token_header = "X-Token", hide_credentials = false, allow_anonymous = true, consumer_claim = "sub", upstream_headers_prefix = "X-Other-", leeway = 5,
      timeout = 1, retries = 0, keepalive_timeout = 0, breaker_threshold = 0, breaker_timeout = 9, issuers_allowed = { "a" }, anonymous = "nobody",
    }) do
      assert.equal(id(), id({ [name] = value }), name)
    end
  end)

  local DECIDING = {
    introspection_endpoint = "https://as.example/other", introspection_ssl_verify = false, issuer = "https://as.example", client_auth = "client_secret_post",
    client_id = "other", client_secret = "other", client_jwk = "{}", client_jwt_alg = "ES256", client_certificate = "PEM", client_key = "PEM", bearer_token = "token",
    introspection_headers = { ["X-Tenant"] = "a" }, introspection_args = { realm = "a" }, introspection_accept = "application/token-introspection+jwt",
    jwks_uri = "https://as.example/keys", http_proxy = "http://proxy:3128", https_proxy = "http://proxy:3128", no_proxy = "as.example",
    -- The lifetimes: an answer kept for one must not outlive another's.
    ttl = 31, negative_ttl = 5, stale_ttl = 5, respect_cache_control = true,
  }
  for name, value in pairs(DECIDING) do
    it("is another with another " .. name, function()
      assert.not_equal(id(), id({ [name] = value }))
    end)
  end

  it("is another for each of them", function()
    local seen = { [id()] = "none" }
    for name, value in pairs(DECIDING) do
      local one = id({ [name] = value })
      assert.is_nil(seen[one], name)
      seen[one] = name
    end
  end)

  it("is another when the same text stands in another setting", function()
    assert.not_equal(id({ client_id = "a", client_secret = "b" }), id({ client_id = "b", client_secret = "a" }))
    assert.not_equal(id({ client_id = "ab", client_secret = "c" }), id({ client_id = "a", client_secret = "bc" }))
    assert.not_equal(id({ introspection_headers = { a = "1" } }), id({ introspection_args = { a = "1" } }))
    assert.not_equal(id({ introspection_args = { a = "b", c = "d" } }), id({ introspection_args = { a = "b1:c1:d" } }))
    assert.not_equal(id({ introspection_args = { ab = "c" } }), id({ introspection_args = { a = "bc" } }))
    assert.not_equal(id({ http_proxy = "http://p" }), id({ https_proxy = "http://p" }))
    assert.not_equal(id({ ttl = 1, negative_ttl = 2 }), id({ ttl = 2, negative_ttl = 1 }))
  end)

  it("is another when a setting is absent or holds the text `nil`", function()
    for _, name in ipairs({ "client_id", "client_secret", "issuer", "no_proxy", "bearer_token" }) do
      assert.not_equal(id({ [name] = ngx.null }), id({ [name] = "nil" }), name)
    end
  end)

  it("has a name from which no secret can be read: a hash", function()
    assert.matches("^[%w_-]+$", id())
    assert.equal(43, #id())
    for _, secret in ipairs({ "S3cret", "gateway", "as.example", ngx.encode_base64("S3cret-of-the-gateway") }) do assert.is_nil(id():find(secret, 1, true)) end
  end)

  it("is a copy: a secret that Kong rewrites later does not change it", function()
    local settings = config()
    local question = questions.questionOf(settings)
    settings.client_secret = "rotated"
    assert.equal("S3cret-of-the-gateway", question.client_secret)
    assert.not_equal(question.id, questions.questionOf(settings).id)
  end)

  it("holds every setting that asking needs", function()
    local settings = config(DECIDING)
    local question = questions.questionOf(settings)
    for name in pairs(DECIDING) do assert.equal(settings[name], question[name], name) end
    for _, name in ipairs({ "timeout", "keepalive_timeout", "retries", "breaker_threshold", "breaker_timeout" }) do assert.equal(settings[name], question[name]) end
  end)
end)

describe("the way to a server", function()
  local function way(changes)
    return questions.questionOf(config(changes)).way
  end

  it("is the same for configurations that reach it in the same way, whatever they ask", function()
    for name, value in pairs({ client_id = "other", ttl = 5, introspection_args = { a = "b" }, retries = 5, breaker_threshold = 3 }) do
      assert.equal(way(), way({ [name] = value }), name)
    end
  end)

  it("is another by another proxy, with other certificates, or within another time", function()
    local seen = { [way()] = "none" }
    for name, value in pairs({
      http_proxy = "http://proxy", https_proxy = "http://proxy", no_proxy = "as.example", introspection_ssl_verify = false,
      client_certificate = "PEM", client_key = "PEM", timeout = 20,
    }) do
      local one = way({ [name] = value })
      assert.is_nil(seen[one], name)
      seen[one] = name
    end
  end)
end)

describe("the patience of a question", function()
  it("is the same for the same timeout and retries, and for no others", function()
    local function patience(changes)
      return questions.questionOf(config(changes)).patience
    end
    assert.equal(patience(), patience({ client_id = "other" }))
    assert.not_equal(patience(), patience({ timeout = 20 }))
    assert.not_equal(patience(), patience({ retries = 5 }))
    assert.not_equal(patience({ timeout = 11, retries = 1 }), patience({ timeout = 1, retries = 11 }))
  end)
end)
