local validate = require("spec.helpers").validate_plugin_config_schema
local schema = require("kong.plugins.token-introspection.schema")
local keys = require("spec.token-introspection.keys")

local ABSENT = {}

-- The smallest configuration with the default client_auth, and what is changed in it.
local function with(changes)
  local config = {
    introspection_endpoint = "https://as.example/introspect",
    client_id = "gateway",
    client_secret = "secret",
  }
  for name, value in pairs(changes) do
    if value == ABSENT then
      config[name] = nil
    else
      config[name] = value
    end
  end
  -- resource is of use beside resource_metadata only.
  if config.resource ~= nil and config.resource_metadata == nil then
    config.resource_metadata = "https://api.example/.well-known/oauth-protected-resource"
  end
  return config
end

local function accepted(changes)
  local entity, errors = validate(with(changes), schema)
  assert.is_nil(errors)
  return entity.config
end

local function errors_of(changes)
  local entity, errors = validate(with(changes), schema)
  assert.is_nil(entity)
  return errors
end

-- The error of one setting; nothing else may be complained about.
local function refused(setting, value, message)
  assert.same({ config = { [setting] = message } }, errors_of({ [setting] = value }))
end

local fields = {}
for _, field in ipairs(schema.fields[3].config.fields) do
  local name, description = next(field)
  fields[name] = description
end

local DEFAULTS = {
  introspection_ssl_verify = true,
  token_header = "Authorization",
  hide_credentials = true,
  allow_anonymous = false,
  ttl = 30,
  client_auth = "client_secret_basic",
  introspection_accept = "application/json",
  timeout = 5000,
  keepalive_timeout = 60000,
  retries = 1,
  negative_ttl = 0,
  stale_ttl = 0,
  respect_cache_control = false,
  breaker_threshold = 10,
  breaker_timeout = 2,
  certificate_binding = "when_bound",
  certificate_header_format = "auto",
  dpop = "when_bound",
  dpop_max_age = 60,
  dpop_nonce = false,
  dpop_dictionary = "kong_db_cache",
  consumer_by = { "username", "custom_id" },
  consumer_optional = true,
  leeway = 0,
  upstream_headers_prefix = "X-Credential-",
  upstream_headers_encoding = "rfc8187",
  realm = "service",
  run_on_preflight = true,
}

local WITHOUT_DEFAULT = {
  "introspection_endpoint", "client_id", "client_secret", "scope", "certificate_header", "custom_claims_forward", "issuer", "client_jwk", "client_jwt_alg",
  "client_certificate", "client_key", "bearer_token", "introspection_headers", "introspection_args", "jwks_uri", "http_proxy", "https_proxy", "no_proxy",
  "token_query_arg", "token_body_arg", "token_cookie", "scope_any", "audience", "issuers_allowed", "client_ids_allowed", "claims_required", "acr_values",
  "max_age", "consumer_claim", "credential_claim", "groups_claim", "anonymous", "upstream_headers", "resource_metadata", "resource",
}

describe("token-introspection: defaults (design section 4)", function()
  local entity = validate(with({ introspection_endpoint = ABSENT, issuer = "https://as.example" }), schema)

  for name, value in pairs(DEFAULTS) do
    it(name, function()
      local actual = entity.config[name]
      if type(value) == "table" then
        assert.equal(table.concat(value, ","), table.concat(actual, ","))
      else
        assert.equal(value, actual)
      end
    end)
  end

  it("are given to no other setting", function()
    local without = {}
    for _, name in ipairs(WITHOUT_DEFAULT) do
      without[name] = true
      assert.is_table(fields[name], name)
      assert.is_nil(fields[name].default, name)
    end
    for name in pairs(fields) do
      assert.is_true(without[name] or DEFAULTS[name] ~= nil, name)
    end
  end)
end)

describe("token-introspection: every setting", function()
  it("has a description that is a sentence: the page of settings is made from them", function()
    for name, field in pairs(fields) do
      assert.matches("^%u.*[.)]$", field.description or "", 1, false)
      assert.is_true(#field.description > 15, name)
    end
  end)

  it("that is unknown is refused by name", function()
    refused("introspection_url", "https://as.example", "unknown field")
  end)

  -- What each type of setting says of a value of another type.
  local WRONG = {
    string = { { 5, "expected a string" }, { true, "expected a string" }, { { "a" }, "expected a string" }, { { a = "b" }, "expected a string" } },
    boolean = { { 5, "expected a boolean" }, { "true", "expected a boolean" }, { {}, "expected a boolean" } },
    number = { { "5", "expected a number" }, { true, "expected a number" }, { {}, "expected a number" } },
    integer = { { "5", "expected an integer" }, { 1.5, "expected an integer" }, { {}, "expected an integer" } },
    array = {
      { "a", "expected an array" }, { "", "expected an array" }, { 5, "expected an array" }, { true, "expected an array" },
      { { a = "b" }, "expected an array" }, { { {} }, { "expected a string" } }, { { 5 }, { "expected a string" } },
    },
    map = { { "a", "expected a map" }, { "", "expected a map" }, { 5, "expected a map" }, { true, "expected a map" } },
  }

  for name, field in pairs(fields) do
    it(name .. " of another type gets Kong's own error, never a traceback", function()
      for _, wrong in ipairs(WRONG[field.type]) do
        local good, entity, errors = pcall(validate, with({ [name] = wrong[1] }), schema)
        assert.is_true(good, entity)
        assert.is_nil(entity)
        assert.same(wrong[2], errors.config[name])
      end
    end)
  end

  it("with a default may not be null", function()
    for name in pairs(DEFAULTS) do
      assert.equal("required field missing", errors_of({ [name] = ngx.null }).config[name])
    end
  end)

  it("without a default may be null, as Kong's Admin API sends it", function()
    for _, name in ipairs(WITHOUT_DEFAULT) do
      if name ~= "introspection_endpoint" and name ~= "client_id" and name ~= "client_secret" then accepted({ [name] = ngx.null }) end
    end
  end)

  it("that is an empty text is refused", function()
    for name, field in pairs(fields) do
      if field.type == "string" and field.one_of == nil then
        assert.equal("length must be at least 1", errors_of({ [name] = "" }).config[name], name)
      end
    end
  end)
end)

describe("token-introspection: the predecessor's configuration (design section 1)", function()
  it("is accepted unchanged: the example of its README", function()
    local config = accepted({
      introspection_endpoint = "https://host.docker.internal:9443/realms/test/protocol/openid-connect/token/introspect",
      client_id = "introspection-client",
      client_secret = "secret",
      certificate_header = "x-client-cert",
    })
    assert.equal("x-client-cert", config.certificate_header)
    assert.equal("secret", config.client_secret)
  end)

  it("is accepted unchanged: every setting that it had", function()
    accepted({
      introspection_endpoint = "http://localhost:8080/introspect",
      introspection_ssl_verify = false,
      client_id = "introspection-client",
      client_secret = "s3cr&t=+/ %",
      token_header = "X-Access-Token",
      hide_credentials = false,
      allow_anonymous = true,
      ttl = 0,
      scope = { "read", "https://api.example/write" },
      certificate_header = "X-Client-Cert",
      custom_claims_forward = { "username", "realm_access" },
    })
  end)

  it("may have empty lists: any scope", function()
    accepted({ scope = {}, custom_claims_forward = {} })
  end)
end)

describe("token-introspection: numbers", function()
  local RANGES = {
    { "ttl", 0, 2147483647 }, { "negative_ttl", 0, 2147483647 }, { "stale_ttl", 0, 2147483647 }, { "timeout", 1, 2147483646 },
    { "keepalive_timeout", 0, 2147483646 }, { "retries", 0, 10 }, { "breaker_threshold", 0, 1000000 }, { "dpop_max_age", 1, 3600 },
    { "max_age", 0, 2147483646 }, { "leeway", 0, 3600 },
  }
  for _, range in ipairs(RANGES) do
    local name, lowest, highest = range[1], range[2], range[3]
    it(name .. " is from " .. lowest .. " to " .. highest, function()
      local message = "value should be between " .. lowest .. " and " .. highest
      accepted({ [name] = lowest })
      accepted({ [name] = highest })
      refused(name, lowest - 1, message)
      refused(name, highest + 1, message)
    end)
  end

  it("that are seconds of a lifetime may be fractions", function()
    for _, name in ipairs({ "ttl", "negative_ttl", "stale_ttl", "leeway", "breaker_timeout" }) do accepted({ [name] = 0.5 }) end
  end)

  it("breaker_timeout is more than 0", function()
    refused("breaker_timeout", 0, "value must be greater than 0")
    refused("breaker_timeout", -1, "value must be greater than 0")
    refused("breaker_timeout", 1e300, "value should be between 0 and 86400")
  end)
end)

describe("token-introspection: choices", function()
  local CHOICES = {
    client_auth = { "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "bearer", "none" },
    client_jwt_alg = { "RS256", "PS256", "ES256" },
    introspection_accept = { "application/json", "application/token-introspection+jwt" },
    certificate_binding = { "off", "when_bound", "required" },
    certificate_header_format = { "auto", "pem_urlencoded", "rfc9440", "xfcc", "der_base64" },
    dpop = { "off", "when_bound", "required" },
    upstream_headers_encoding = { "rfc8187", "base64url", "none" },
  }
  local EVERYTHING = {
    issuer = "https://as.example", client_jwk = keys.jwk, client_certificate = keys.certificate, client_key = keys.key, bearer_token = "token",
  }
  for name, choices in pairs(CHOICES) do
    it(name, function()
      for _, choice in ipairs(choices) do
        local changes = { [name] = choice }
        for setting, value in pairs(EVERYTHING) do changes[setting] = value end
        accepted(changes)
      end
      for _, wrong in ipairs({ "", "other", choices[1]:upper() .. " " }) do
        refused(name, wrong, "expected one of: " .. table.concat(choices, ", "))
      end
    end)
  end

  it("consumer_by", function()
    accepted({ consumer_by = { "id", "username", "custom_id" } })
    refused("consumer_by", {}, "length must be at least 1")
    refused("consumer_by", { "id", "name" }, { [2] = "expected one of: username, custom_id, id" })
  end)
end)

describe("token-introspection: URLs", function()
  local UNQUOTABLE = "must not hold spaces, quotes, backslashes, control characters or anything beyond ASCII"
  local URLS = { "introspection_endpoint", "issuer", "jwks_uri", "resource_metadata", "resource" }

  for _, name in ipairs(URLS) do
    it(name .. " is an http or https URL", function()
      for _, url in ipairs({
        "http://as.example", "https://as.example/realms/test", "HTTPS://as.example:8443/i", "http://127.0.0.1:1/", "https://[2001:db8::1]:8443/i",
        "https://[::1]/", "https://as.example:65535/%C3%A4",
      }) do
        accepted({ [name] = url })
      end
      if name == "issuer" then
        refused(name, "https://as.example/i?a=b", "must not have a query (RFC 8414 section 2)")
      else
        accepted({ [name] = "https://as.example/i?a=b" })
      end
      for _, bad in ipairs({
        { "as.example", "must be an absolute URL" },
        { "//as.example/", "must be an absolute URL" },
        { "/introspect", "must be an absolute URL" },
        { "mailto:a@as.example", "must be an absolute URL" },
        { "ftp://as.example/", "Supported protocols are HTTP and HTTPS" },
        { "file:///etc/passwd", "Supported protocols are HTTP and HTTPS" },
        { "https://", "missing host in url" },
        { "https:///path", "missing host in url" },
        { "https://:8443/", "missing host in url" },
        { "https://?a=b", "missing host in url" },
        { "https://[zz]/", "missing host in url" },
        { "https://[1:2]/", "missing host in url" },
        { "https://[::1/", "missing host in url" },
        { "https://as.example/%zz", "must have two hexadecimal digits behind each '%'" },
        { "https://as.example/%4", "must have two hexadecimal digits behind each '%'" },
        { "https://as.example:0/", "invalid port in url" },
        { "https://as.example:65536/", "invalid port in url" },
        { "https://as.example:http/", "invalid port in url" },
        { "https://as.example:80:80/", "invalid port in url" },
        { "https://as.example/#part", "must not have a fragment" },
        { "https://as.example/a b", UNQUOTABLE },
        { "https://as.example/\r\nX: y", UNQUOTABLE },
        { "https://as.example/\0", UNQUOTABLE },
      }) do
        refused(name, bad[1], bad[2])
      end
    end)

    it(name .. " holds no user information, and the error says so", function()
      for _, url in ipairs({ "https://user@as.example/", "https://user:password@as.example/", "https://user:1@as.example/", "https://@as.example/" }) do
        refused(name, url, "must not hold user information")
      end
    end)
  end

  it("resource needs resource_metadata, at which the document is served (RFC 9728 section 3)", function()
    local config = with({ resource = "https://api.example" })
    config.resource_metadata = nil
    local entity, errors = validate(config, schema)
    assert.is_nil(entity)
    assert.same({ ["@entity"] = { "resource_metadata is needed beside resource: the URL at which the metadata is served" } }, errors)
  end)

  it("can be quoted in a challenge (S23)", function()
    for _, name in ipairs(URLS) do
      for _, url in ipairs({ 'https://api.example/",error="x', "https://api.example/\\", "https://api.example/\195\164" }) do
        refused(name, url, UNQUOTABLE)
      end
    end
  end)

  for _, name in ipairs({ "http_proxy", "https_proxy" }) do
    it(name .. " is an http URL without a path", function()
      for _, url in ipairs({ "http://proxy.example:3128", "http://proxy.example:3128/", "http://user:p%40ss@proxy.example:3128", "HTTP://[::1]:3128" }) do
        accepted({ [name] = url })
      end
      refused(name, "proxy.example:3128", "must be an absolute URL")
      refused(name, "https://proxy.example", "proxies are reached over http only")
      refused(name, "http://proxy.example/path", "must not have a path, query or fragment")
      refused(name, "http://proxy.example?a", "must not have a path, query or fragment")
      refused(name, "http://proxy.example/#a", "must not have a path, query or fragment")
      refused(name, "http://", "missing host in url")
      refused(name, "http://user:password@:3128", "missing host in url")
      refused(name, "http://proxy.example:0", "invalid port in url")
    end)
  end
end)

describe("token-introspection: texts that go into headers and challenges", function()
  it("token_cookie is a name as RFC 9110 §5.1 has it", function()
    for _, good in ipairs({ "X-Token", "x_token", "!#$%&'*+-.^_`|~09azAZ" }) do accepted({ token_cookie = good }) end
    for _, bad in ipairs({ "X Token", "X-Token:", "X-T\195\182ken", "X-Token\r\nX", "a;b", "a=b", "(a)", "\127" }) do
      refused("token_cookie", bad, "invalid value: " .. bad)
    end
  end)

  for _, name in ipairs({ "token_header", "certificate_header" }) do
    it(name .. " is a name that nginx lets through", function()
      for _, good in ipairs({ "X-Token", "x_token", "Proxy-Authorization", "X-Forwarded-Client-Cert", "0-9" }) do accepted({ [name] = good }) end
      for _, bad in ipairs({ "X Token", "X-Token:", "X.Token", "X!Token", "X-T\195\182ken", "X-Token\r\nX", "a;b", "a=b", "(a)", "\127" }) do
        refused(name, bad, "invalid value: " .. bad)
      end
    end)

    it(name .. " carries nothing else", function()
      for _, bad in ipairs({ "Host", "cookie", "Connection", "Content_Length", "Transfer-Encoding", "DPoP", "TE", "Upgrade", "Expect" }) do
        refused(name, bad, "the header '" .. bad .. "' carries something else")
      end
    end)
  end

  it("scope and scope_any hold scopes as RFC 6749 §3.3 has them, several in an entry if need be", function()
    for _, name in ipairs({ "scope", "scope_any" }) do
      accepted({ [name] = { "read", "read write", "https://api.example/read", "urn:x:~!#$%&'()*+,-./:;<=>?@[]^_`{|}" } })
      for _, bad in ipairs({ 'a"b', "a\\b", " a", " ", "\195\164", "a\tb", "a\nb" }) do refused(name, { "read", bad }, { [2] = "invalid value: " .. bad }) end
      refused(name, { "" }, { "length must be at least 1" })
    end
  end)

  it("acr_values hold values without spaces (RFC 9470 §3: they are joined by spaces)", function()
    accepted({ acr_values = { "urn:mace:incommon:iap:silver", "1" } })
    for _, bad in ipairs({ "a b", 'a"', "a\\", "\195\164" }) do refused("acr_values", { bad }, { "invalid value: " .. bad }) end
  end)

  it("lists of which one must match are not empty: nobody could pass", function()
    for _, name in ipairs({ "scope_any", "audience", "issuers_allowed", "client_ids_allowed", "acr_values" }) do
      refused(name, {}, "length must be at least 1")
    end
  end)

  it("realm can be quoted (S23)", function()
    accepted({ realm = "The API (v2): it's here" })
    for _, bad in ipairs({ 'a"b', "a\\b", "a\nb", "\195\164" }) do refused("realm", bad, "invalid value: " .. bad) end
  end)

  it("introspection_headers cannot end a header", function()
    accepted({ introspection_headers = { ["X-Tenant"] = "a b" } })
    refused("introspection_headers", { ["X-Tenant"] = "a\r\nX: y" }, "invalid value: a\r\nX: y")
    refused("introspection_headers", { ["X Tenant"] = "a" }, "invalid value: X Tenant")
    refused("introspection_headers", { ["X-Tenant:"] = "a" }, "invalid value: X-Tenant:")
  end)

  it("introspection_args may be empty, for they are encoded", function()
    accepted({ introspection_args = { token_type_hint = "", ["a&b"] = "c=d \n" } })
    refused("introspection_args", { [""] = "a" }, "length must be at least 1")
  end)

  it("claims_required maps paths to lists of texts", function()
    accepted({ claims_required = { ["realm_access.roles"] = { "admin", "" }, email_verified = { "true" }, sub = {} } })
    refused("claims_required", { sub = "alice" }, "expected an array")
    refused("claims_required", { sub = { 5 } }, { "expected a string" })
    refused("claims_required", { [""] = {} }, "length must be at least 1")
  end)
end)

describe("token-introspection: dpop_dictionary", function()
  it("is a shared dictionary that nginx has", function()
    accepted({ dpop_dictionary = "kong" })
    refused("dpop_dictionary", "nobody_declared_it", "missing shared dict 'nobody_declared_it'")
  end)
end)

describe("token-introspection: what settings need of each other", function()
  local function entity_error(changes)
    return (errors_of(changes)["@entity"] or {})[1]
  end

  it("introspection_endpoint or issuer", function()
    accepted({ introspection_endpoint = ABSENT, issuer = "https://as.example" })
    accepted({ issuer = "https://as.example" })
    assert.same(
      { ["@entity"] = { "at least one of these fields must be non-empty: 'config.introspection_endpoint', 'config.issuer'" } },
      errors_of({ introspection_endpoint = ABSENT })
    )
  end)

  it("client_auth bearer and none need neither client_id nor client_secret", function()
    accepted({ client_auth = "none", client_id = ABSENT, client_secret = ABSENT })
    accepted({ client_auth = "bearer", bearer_token = "token", client_id = ABSENT, client_secret = ABSENT })
  end)

  it("client_auth tls_client_auth needs an https endpoint, for nobody sees the certificate without TLS (RFC 8705 section 2)", function()
    local tls = { client_auth = "tls_client_auth", client_certificate = keys.certificate, client_key = keys.key }
    for endpoint, good in pairs({ ["https://as.example/introspect"] = true, ["http://as.example/introspect"] = false, ["HTTP://as.example/introspect"] = false, ["{vault://env/endpoint}"] = true }) do
      tls.introspection_endpoint = endpoint
      if good then
        accepted(tls)
      else
        assert.matches("must be https", errors_of(tls)["@entity"][1])
      end
    end
  end)

  local NEEDS = {
    { "client_secret_basic", "client_id", {} },
    { "client_secret_post", "client_id", {} },
    { "client_secret_jwt", "client_id", {} },
    { "private_key_jwt", "client_id", { client_jwk = keys.jwk } },
    { "tls_client_auth", "client_id", { client_certificate = keys.certificate, client_key = keys.key } },
    { "client_secret_basic", "client_secret", {} },
    { "client_secret_post", "client_secret", {} },
    { "client_secret_jwt", "client_secret", {} },
    { "private_key_jwt", "client_jwk", {} },
    { "tls_client_auth", "client_certificate", {} },
    { "bearer", "bearer_token", {} },
  }
  for _, need in ipairs(NEEDS) do
    local method, setting, others = need[1], need[2], need[3]
    local function changes(value)
      local all = { client_auth = method, [setting] = value }
      for name, other in pairs(others) do all[name] = other end
      return all
    end

    it("client_auth " .. method .. " needs " .. setting, function()
      assert.is_table(errors_of(changes(ABSENT)))
      assert.is_table(errors_of(changes(ngx.null)))
    end)

    it("client_auth " .. method .. " without " .. setting .. " is told what to change", function()
      local message = entity_error(changes(ABSENT))
      assert.is_truthy(message:find(setting, 1, true), message)
      assert.is_truthy(message:find("client_auth", 1, true), message)
      assert.is_nil(message:find("failed conditional validation", 1, true), message)
    end)
  end

  it("client_certificate and client_key come together", function()
    accepted({ client_certificate = keys.certificate, client_key = keys.key })
    for name, value in pairs({ client_certificate = keys.certificate, client_key = keys.key }) do
      assert.equal("all or none of these fields must be set: 'config.client_certificate', 'config.client_key'", entity_error({ [name] = value }))
    end
  end)

  -- Kong leaves out a check of which one field is a reference to a vault.
  describe("beside a reference to a vault", function()
    local REFERENCE = "{vault://env/something}"

    it("client_certificate and client_key come together", function()
      accepted({ client_certificate = REFERENCE, client_key = REFERENCE })
      accepted({ client_certificate = keys.certificate, client_key = REFERENCE })
      for _, name in ipairs({ "client_certificate", "client_key" }) do
        assert.equal("all or none of these fields must be set: 'config.client_certificate', 'config.client_key'", entity_error({ [name] = REFERENCE }))
      end
    end)

    it("what the plugin sets itself stays its own", function()
      local endpoint = REFERENCE
      assert.matches("'Host' is set by the plugin itself", entity_error({ introspection_endpoint = endpoint, introspection_headers = { Host = "other.example" } }))
      assert.matches("'token' is set by the plugin itself", entity_error({ introspection_endpoint = endpoint, introspection_args = { token = "x" } }))
      assert.matches("needs client_auth none", entity_error({ introspection_endpoint = endpoint, introspection_headers = { Authorization = "ApiKey x" } }))
      assert.matches("must be different headers", entity_error({ introspection_endpoint = endpoint, certificate_header = "authorization" }))
    end)
  end)

  it("signed answers need issuer and client_id, and the error says why (S32)", function()
    local signed = "application/token-introspection+jwt"
    accepted({ introspection_accept = signed, issuer = "https://as.example" })
    accepted({ introspection_accept = signed, issuer = "https://as.example", jwks_uri = "https://as.example/keys" })
    local without_issuer = entity_error({ introspection_accept = signed })
    local without_client = entity_error({ introspection_accept = signed, issuer = "https://as.example", client_auth = "none", client_id = ABSENT })
    assert.is_truthy(without_issuer:find("issuer is needed", 1, true), without_issuer)
    assert.is_truthy(without_client:find("client_id is needed", 1, true), without_client)
  end)

  it("consumer_optional = false needs consumer_claim, and the error says so", function()
    accepted({ consumer_optional = false, consumer_claim = "sub" })
    local message = entity_error({ consumer_optional = false })
    assert.is_truthy(message:find("consumer_claim is needed", 1, true), message)
  end)

  it("token_header and certificate_header are different headers, in any spelling", function()
    local message = "token_header and certificate_header must be different headers"
    assert.same({ ["@entity"] = { message } }, errors_of({ certificate_header = "authorization" }))
    assert.same({ ["@entity"] = { message } }, errors_of({ token_header = "X-Token", certificate_header = "x_token" }))
  end)

  it("introspection_headers leave alone what makes the request one of RFC 7662", function()
    for _, name in ipairs({ "Host", "content-length", "Content_Type", "Transfer-Encoding", "Connection", "ACCEPT", "Accept_Encoding", "Proxy-Authorization", "TE", "Upgrade", "expect" }) do
      assert.same({ ["@entity"] = { "introspection_headers: '" .. name .. "' is set by the plugin itself" } }, errors_of({ introspection_headers = { [name] = "x" } }))
    end
  end)

  it("introspection_headers name no header twice, however it is written", function()
    accepted({ introspection_headers = { ["X-Tenant"] = "a", ["X-Tenants"] = "b" } })
    for _, other in ipairs({ "x-tenant", "X_Tenant" }) do
      assert.matches("^introspection_headers: the header '.*' is there twice$", entity_error({ introspection_headers = { ["X-Tenant"] = "a", [other] = "b" } }))
    end
  end)

  it("credentials stand in one place (RFC 6749 §2.3): Authorization needs client_auth none", function()
    accepted({ client_auth = "none", introspection_headers = { Authorization = "ApiKey x" } })
    assert.same(
      { ["@entity"] = { "introspection_headers: 'Authorization' needs client_auth none, for credentials stand in one place only" } },
      errors_of({ introspection_headers = { Authorization = "ApiKey x" } })
    )
    for _, name in ipairs({ "token", "client_id", "client_secret", "client_assertion", "client_assertion_type" }) do
      assert.same({ ["@entity"] = { "introspection_args: '" .. name .. "' is set by the plugin itself" } }, errors_of({ introspection_args = { [name] = "x" } }))
    end
  end)
end)

describe("token-introspection: headers that no setting can produce (design section 4)", function()
  local RESERVED = {
    "Host", "Content-Length", "Transfer-Encoding", "Connection", "TE", "Upgrade", "Trailer", "Expect", "Authorization", "Via", "Proxy", "X-Forwarded-For",
    "X-Forwarded-Anything", "X-Real-IP", "X-Kong-Request-Id", "X-Consumer-ID", "X-Consumer-Groups", "X-Credential-Identifier",
    "content_length", "X_FORWARDED_FOR", "x_real_ip", "HOST", "x_credential_identifier",
  }
  for _, name in ipairs(RESERVED) do
    it("upstream_headers: " .. name, function()
      assert.same(
        { ["@entity"] = { "upstream_headers: the header '" .. name .. "' is not this plugin's to set" } },
        errors_of({ upstream_headers = { [name] = "sub" } })
      )
    end)
  end

  it("upstream_headers: the prefix's Identifier", function()
    assert.same(
      { ["@entity"] = { "upstream_headers: the header 'x-token_identifier' is not this plugin's to set" } },
      errors_of({ upstream_headers_prefix = "X-Token-", upstream_headers = { ["x-token_identifier"] = "sub" } })
    )
  end)

  it("custom_claims_forward: the prefix's Identifier", function()
    for _, claim in ipairs({ "Identifier", "identifier" }) do
      assert.same(
        { ["@entity"] = { "custom_claims_forward: the header 'X-Credential-" .. claim .. "' is not this plugin's to set" } },
        errors_of({ custom_claims_forward = { "name", claim } })
      )
    end
    assert.same(
      { ["@entity"] = { "custom_claims_forward: the header 'X-Token-identifier' is not this plugin's to set" } },
      errors_of({ upstream_headers_prefix = "X-Token-", custom_claims_forward = { "identifier" } })
    )
  end)

  it("custom_claims_forward: what is no header name", function()
    for _, claim in ipairs({ "https://api.example/roles", "a b", "r\195\182le", "a\r\nX" }) do
      assert.same(
        { ["@entity"] = { "custom_claims_forward: 'X-Credential-" .. claim .. "' is no header name; forward this claim by upstream_headers" } },
        errors_of({ custom_claims_forward = { claim } })
      )
    end
    accepted({ custom_claims_forward = { "realm_access.roles", "given_name" } })
  end)

  it("upstream_headers: no header twice", function()
    local message = errors_of({ upstream_headers = { ["X-Name"] = "name", ["x_name"] = "username" } })["@entity"][1]
    assert.is_true(
      message == "upstream_headers: the header 'X-Name' is there twice" or message == "upstream_headers: the header 'x_name' is there twice",
      message
    )
  end)

  it("upstream_headers: none that a service cannot tell from a claim's own (RFC 3875 section 4.1.18)", function()
    assert.same(
      { ["@entity"] = { "upstream_headers: 'X_Credential_Sub' and 'X-Credential-Sub' are one header to many services" } },
      errors_of({ upstream_headers = { ["X_Credential_Sub"] = "username" } })
    )
    assert.same(
      { ["@entity"] = { "upstream_headers: 'x-credential_given-name' and 'X-Credential-given_name' are one header to many services" } },
      errors_of({ custom_claims_forward = { "given_name" }, upstream_headers = { ["x-credential_given-name"] = "name" } })
    )
    accepted({ upstream_headers = { ["x-credential-sub"] = "username" }, custom_claims_forward = { "token_type" } })
  end)

  it("upstream_headers: names as RFC 9110 §5.1 has them", function()
    accepted({ upstream_headers = { ["X-User.Name"] = "https://api.example/name" } })
    for _, bad in ipairs({ "X Name", "X-Name:", "X\r\nY", "\195\164" }) do refused("upstream_headers", { [bad] = "name" }, "invalid value: " .. bad) end
    refused("upstream_headers", { ["X-Name"] = "" }, "length must be at least 1")
  end)

  it("the prefix begins none of them", function()
    for _, prefix in ipairs({
      "X-", "x-", "X-Kong-", "X-Kong-Upstream-", "X-Consumer-", "X-Consumer-Custom-", "X-Forwarded-", "X-Forwarded-Client-", "Content-", "X-Real-",
      "Transfer-", "x-real-", "X_Real-", "X_Kong-",
    }) do
      refused("upstream_headers_prefix", prefix, "headers that begin with '" .. prefix .. "' are not this plugin's to set")
    end
  end)

  it("the prefix is the beginning of a header name and ends in a hyphen", function()
    for _, good in ipairs({ "X-Token-", "Token-", "X-A_B-" }) do accepted({ upstream_headers_prefix = good }) end
    for _, bad in ipairs({ "X-Token", "X-Token_", "X" }) do refused("upstream_headers_prefix", bad, "must end in '-'") end
    for _, bad in ipairs({ "X Token-", "X:-", "\195\164-", "X\r\n-" }) do
      refused("upstream_headers_prefix", bad, "must be the beginning of a header name")
    end
    refused("upstream_headers_prefix", "", "length must be at least 1")
  end)
end)

describe("token-introspection: references to a vault (design section 4)", function()
  local REFERENCE = "{vault://env/introspection}"
  local REFERENCEABLE = {
    introspection_endpoint = true, client_id = true, client_secret = true, client_jwk = true, client_certificate = true, client_key = true, bearer_token = true,
  }

  it("are taken where the setting does not decide who may pass", function()
    for name in pairs(REFERENCEABLE) do
      local config = accepted({ [name] = REFERENCE, client_certificate = REFERENCE, client_key = REFERENCE })
      assert.equal(REFERENCE, config[name])
    end
  end)

  it("are taken nowhere else", function()
    for name, field in pairs(fields) do
      assert.equal(REFERENCEABLE[name], field.referenceable, name)
      assert.is_nil((field.elements or field.values or {}).referenceable, name)
    end
  end)

  it("are refused where the setting is a URL, a name or a choice", function()
    for _, name in ipairs({ "issuer", "jwks_uri", "resource_metadata", "http_proxy", "https_proxy" }) do refused(name, REFERENCE, "must be an absolute URL") end
    for _, name in ipairs({ "token_header", "certificate_header", "token_cookie" }) do refused(name, REFERENCE, "invalid value: " .. REFERENCE) end
    refused("certificate_binding", REFERENCE, "expected one of: off, when_bound, required")
    refused("upstream_headers_prefix", REFERENCE, "must be the beginning of a header name")
  end)

  it("satisfy what settings need of each other", function()
    accepted({ introspection_endpoint = REFERENCE, client_id = REFERENCE, client_secret = REFERENCE })
    accepted({ client_auth = "private_key_jwt", client_secret = ABSENT, client_jwk = REFERENCE })
    accepted({ client_auth = "tls_client_auth", client_secret = ABSENT, client_certificate = REFERENCE, client_key = REFERENCE })
    accepted({ client_auth = "bearer", bearer_token = REFERENCE })
  end)

  it("secrets are encrypted at rest", function()
    for name, field in pairs(fields) do
      local secret = name == "client_secret" or name == "client_jwk" or name == "client_key" or name == "bearer_token"
      assert.equal(secret or nil, field.encrypted, name)
    end
  end)
end)

describe("token-introspection: the plugin", function()
  it("has the predecessor's name", function()
    assert.equal("token-introspection", schema.name)
  end)

  it("runs after mtls-auth, and before ip-restriction, acl and rate-limiting (design section 3)", function()
    local handler = require("kong.plugins.token-introspection.handler")
    assert.equal(1040, handler.PRIORITY)
    assert.equal("1.0.0", handler.VERSION)
  end)

  it("cannot be put on a consumer: it finds out who the consumer is", function()
    if debug.getinfo(validate, "u").nparams < 3 then return pending("Kong's helper takes no fields beside config before 3.9") end
    local _, errors = validate(with({}), schema, { consumer = { id = "d3b7b7c8-4f5d-4f0a-9b7e-0d6f2c1a8e55" } })
    assert.same({ consumer = "value must be null" }, errors)
  end)

  it("is for the HTTP protocols", function()
    if debug.getinfo(validate, "u").nparams < 3 then return pending("Kong's helper takes no fields beside config before 3.9") end
    assert.is_truthy(validate(with({}), schema, { protocols = { "http", "https", "grpc", "grpcs" } }))
    local _, errors = validate(with({}), schema, { protocols = { "http", "tcp" } })
    assert.same({ protocols = { [2] = "expected one of: grpc, grpcs, http, https" } }, errors)
  end)
end)
