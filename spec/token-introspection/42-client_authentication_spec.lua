local authentication = require("kong.plugins.token-introspection.client-authentication")
local cjson = require("cjson.safe")
local form_encoding = require("kong.plugins.token-introspection.form-encoding")
local proxy = require("kong.plugins.token-introspection.proxy")
local url = require("kong.plugins.token-introspection.url")
local validators = require("kong.plugins.token-introspection.settings-validators")

local function authenticate(settings, endpoint)
  local headers, form = {}, {}
  local good, wrong = authentication.authenticate(settings, headers, form, assert(url.parseUrl(endpoint or "https://as.example/issuer")))
  return good, wrong, headers, form
end

local function claims_of(assertion)
  local _, payload = assertion:match("^([^.]+)%.([^.]+)%.")
  return cjson.decode(require("ngx.base64").decode_base64url(payload))
end

describe("client authentication (RFC 7662 section 2.1, S2)", function()
  it("form-encodes id and secret for Basic (RFC 6749 section 2.3.1)", function()
    local _, _, headers, form = authenticate({ client_auth = "client_secret_basic", client_id = "odd:client+id", client_secret = "s:e+c r%&t/\195\182~" })
    assert.equal("odd%3Aclient%2Bid:s%3Ae%2Bc+r%25%26t%2F%C3%B6~", ngx.decode_base64(headers.Authorization:match("^Basic (.*)$")))
    assert.is_nil(next(form))
  end)

  it("puts id and secret into the form for client_secret_post, and nowhere else", function()
    local _, _, headers, form = authenticate({ client_auth = "client_secret_post", client_id = "a", client_secret = "b" })
    assert.same({ client_id = "a", client_secret = "b" }, form)
    assert.is_nil(next(headers))
  end)

  it("makes a new assertion each time for client_secret_jwt (RFC 7523 section 3)", function()
    local seen = {}
    for _ = 1, 2 do
      local _, _, headers, form = authenticate({ client_auth = "client_secret_jwt", client_id = "a", client_secret = "b" })
      assert.is_nil(next(headers))
      assert.is_nil(form.client_secret)
      assert.equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form.client_assertion_type)
      local claims = claims_of(form.client_assertion)
      assert.equal("a", claims.iss)
      assert.equal("a", claims.sub)
      assert.equal("https://as.example/issuer", claims.aud)
      assert.is_true(claims.exp > claims.iat and claims.exp - claims.iat <= 120)
      assert.is_nil(seen[claims.jti])
      seen[claims.jti] = true
    end
  end)

  it("says what is wrong with a key, without the key", function()
    local good, wrong = authenticate({ client_auth = "private_key_jwt", client_id = "a", client_jwk = "not a key, but secret" })
    assert.is_nil(good)
    assert.matches("client_jwk", wrong)
    assert.is_nil(wrong:find("secret", 1, true))
  end)

  it("names the client in the form for tls_client_auth (RFC 8705 section 2)", function()
    local _, _, headers, form = authenticate({ client_auth = "tls_client_auth", client_id = "a", client_certificate = "pem", client_key = "pem" })
    assert.same({ client_id = "a" }, form)
    assert.is_nil(next(headers))
  end)

  it("is none for tls_client_auth without TLS, where nobody sees the certificate", function()
    local good, wrong = authenticate({ client_auth = "tls_client_auth", client_id = "a", client_certificate = "pem", client_key = "pem" }, "http://as.example/introspect")
    assert.is_nil(good)
    assert.matches("https", wrong)
  end)

  it("sends a bearer token, but not one that would end the header", function()
    local _, _, headers, form = authenticate({ client_auth = "bearer", bearer_token = "abc" })
    assert.equal("Bearer abc", headers.Authorization)
    assert.is_nil(next(form))
    local good, wrong = authenticate({ client_auth = "bearer", bearer_token = "abc\r\nX: y" })
    assert.is_nil(good)
    assert.is_nil(wrong:find("abc", 1, true))
  end)

  it("is only the client id for none", function()
    local _, _, headers, form = authenticate({ client_auth = "none", client_id = "a" })
    assert.same({ client_id = "a" }, form)
    assert.is_nil(next(headers))
  end)
end)

describe("the form", function()
  it("percent-encodes what the token is made of (S1)", function()
    assert.equal("a=1+2&token=a%2Bb%2Fc%3D%26%25", form_encoding.encodeForm({ token = "a+b/c=&%", a = "1 2" }))
  end)
end)

describe("URLs", function()
  it("are taken apart", function()
    local parsed = url.parseUrl("HTTPS://As.Example/realms/x?y=z")
    assert.same({ "https", "as.example", 443, "/realms/x?y=z", "https://as.example:443" }, { parsed.scheme, parsed.host, parsed.port, parsed.path, parsed.server })
    parsed = url.parseUrl("http://[::1]:8080")
    assert.same({ "http", "[::1]", 8080, "/" }, { parsed.scheme, parsed.host, parsed.port, parsed.path })
    assert.equal("::1", url.serverName(parsed))
    -- RFC 6066 section 3: the name in TLS has no dot at its end.
    assert.equal("as.example", url.serverName(url.parseUrl("https://as.example./")))
    assert.is_nil((url.parseUrl("ftp://x/")))
    assert.is_nil((url.parseUrl("https://user:secret@x/")))
  end)

  it("have hosts that end in digits, which are no port", function()
    for text, expected in pairs({
      ["http://keycloak1/introspect"] = { "keycloak1", 80 },
      ["https://192.0.2.17"] = { "192.0.2.17", 443 },
      ["http://192.0.2.17:8080/"] = { "192.0.2.17", 8080 },
      ["https://node-12:/x"] = { "node-12", 443 },
      ["https://[2001:db8::12]/"] = { "[2001:db8::12]", 443 },
      ["https://[2001:db8::12]:8443/"] = { "[2001:db8::12]", 8443 },
    }) do
      local parsed = url.parseUrl(text)
      assert.same(expected, { parsed.host, parsed.port }, text)
    end
  end)

  it("of proxies are http, and may hold user and password", function()
    assert.is_true(validators.checkProxyUrl("http://user:p%40ss@proxy.example:3128"))
    assert.is_true(validators.checkProxyUrl("http://proxy.example/"))
    for _, bad in ipairs({ "https://proxy.example", "proxy.example:3128", "http://", "http://proxy.example/path", "http://proxy.example:99999" }) do
      assert.is_nil((validators.checkProxyUrl(bad)))
    end
  end)
end)

describe("the proxy", function()
  local function towards(host, no_proxy)
    return proxy.proxyFor({ https_proxy = "http://us%20er:p%40ss+w@proxy.example:3128", no_proxy = no_proxy }, { scheme = "https", host = host })
  end

  it("gets its credentials decoded, and apart from its URL", function()
    local options = towards("as.example")
    assert.equal("http://proxy.example:3128", options.https_proxy)
    assert.equal("us er:p@ss+w", ngx.decode_base64(options.https_proxy_authorization:match("^Basic (.*)$")))
  end)

  it("is left out for hosts and domains of no_proxy", function()
    assert.is_nil(towards("as.example", "other, as.example"))
    assert.is_nil(towards("as.example", ".example"))
    assert.is_nil(towards("as.example", "EXAMPLE"))
    assert.is_nil(towards("as.example", "*"))
    assert.is_not_nil(towards("notas.example", "as.example"))
    assert.is_not_nil(towards("as.example", "as.example.org"))
    assert.is_nil(proxy.proxyFor({ http_proxy = "http://proxy.example" }, { scheme = "https", host = "as.example" }))
  end)

  for text, cases in pairs({
    -- As curl and Go read them.
    ["https://[::1]/"] = { yes = { "::1", "[::1]", "0:0:0:0:0:0:0:1", "[::1]:443", "::/8", "a, ::1" }, no = { "::2", "[::1]:8443", "1", "127.0.0.1", "::", ":::1" } },
    ["https://[2001:DB8::a:1]:8443/"] = { yes = { "2001:db8::/32", "2001:db8:0:0:0:0:a:1", "[2001:0db8::a:1]:8443", "::/0" }, no = { "2001:db9::/32", "2001:db8::/129", "2001:db8::a", "0.0.0.0/0" } },
    ["https://[::ffff:10.1.2.3]/"] = { yes = { "::ffff:a01:203" }, no = { "10.1.2.3" } },
    ["https://10.1.2.3/"] = { yes = { "10.1.2.3", "10.0.0.0/8", "10.1.2.2/31", "10.1.2.3:443", "0.0.0.0/0", "10.1.2.3/32" }, no = { "1.2.3", ".2.3", "11.0.0.0/8", "10.1.2.4/31", "10.1.2.3:80", "10.1.2.3/33", "10.1.2.3/x", "::/0", "10.1.2.256" } },
    ["https://as.example.org/"] = { yes = { "*.example.org", ".example.org", "example.org", "as.example.org:443", "example.org:443", "AS.example.org", "*" }, no = { "*.as.example.org", "as.example.org:80", "*as.example.org", "*.", ".", "10.0.0.0/8" } },
  }) do
    it("is left out as curl and Go would: " .. text, function()
      local parsed = url.parseUrl(text)
      for _, list in ipairs(cases.yes) do
        assert.is_nil(proxy.proxyFor({ https_proxy = "http://proxy.example", no_proxy = list }, parsed), list)
      end
      for _, list in ipairs(cases.no) do
        assert.is_not_nil(proxy.proxyFor({ https_proxy = "http://proxy.example", no_proxy = list }, parsed), list)
      end
    end)
  end
end)
