local helpers = require("spec.helpers")
local base64 = require("ngx.base64")
local sha256 = require("resty.sha256")
local ssl = require("ngx.ssl")
local identities = require("spec.mtls-auth.identities")
local integration = require("spec.token-introspection.integration")

local REFUSAL = '{"error":"invalid_request", "error_description": "mTLS client not provided or invalid"}'

local authority = identities.new({ { "O", "Example" }, { "CN", "Root" } })
local foreign_authority = identities.new({ { "O", "Elsewhere" }, { "CN", "Root" } })
local client1 = identities.new({ { "C", "SE" }, { "O", 'A, "B" + C' }, { "CN", "client1" } }, authority)
local client2 = identities.new({ { "CN", "client2" } }, authority)
local stranger = identities.new({ { "O", "Example" }, { "CN", "client1" } }, foreign_authority)

local function thumbprint(identity)
  local digest = sha256:new()
  digest:update(identity.certificate_der)
  return (base64.encode_base64url(digest:final()))
end

--- Calls a route over TLS, with an identity's certificate or without any.
local function call(path, identity, headers)
  local client = helpers.http_client({
    scheme = "https",
    host = "127.0.0.1",
    port = helpers.get_proxy_port(true),
    ssl_verify = false,
    ssl_server_name = "localhost",
    ssl_client_cert = identity and assert(ssl.parse_pem_cert(identity.certificate_pem)) or nil,
    ssl_client_priv_key = identity and assert(ssl.parse_pem_priv_key(identity.key_pem)) or nil,
  })
  return integration.send({ path = path, headers = headers or {} }, client)
end

local function assert_refused(status, response, body)
  assert.equal(status, response.status, body)
  assert.equal(REFUSAL, body)
end

for _, strategy in helpers.all_strategies() do
  describe("mtls-auth: access [#" .. strategy .. "]", function()
    local authority_file

    lazy_setup(function()
      local bp = helpers.get_db_utils(strategy == "off" and "postgres" or strategy, { "services", "routes", "plugins" }, { "token-introspection", "mtls-auth" })
      local service = integration.insert_service(bp)
      local function route(name, config)
        integration.insert_route(bp, service, name, nil, { { name = "mtls-auth", config = config } })
      end
      route("plain", {})
      route("teapot", { error_response_code = 418 })
      route("headers", {
        upstream_cert_header = "X-Cert",
        upstream_cert_fingerprint_header = "X-SHA1",
        upstream_cert_fingerprint_sha256_header = "X-SHA256",
        upstream_cert_serial_header = "X-Serial",
        upstream_cert_i_dn_header = "X-Issuer",
        upstream_cert_s_dn_header = "X-Subject",
        upstream_cert_cn_header = "X-CN",
        upstream_cert_org_header = "X-Org",
      })
      route("foreign", { ca_certificates = { foreign_authority.certificate_pem }, upstream_cert_cn_header = "X-CN" })
      integration.insert_route(bp, service, "bound", { certificate_binding = "required" }, { { name = "mtls-auth", config = {} } })
      authority_file = identities.write(authority)
      integration.start(strategy, {
        nginx_proxy_ssl_verify_client = "optional_no_ca",
        nginx_proxy_ssl_client_certificate = authority_file,
      })
    end)

    lazy_teardown(function()
      helpers.stop_kong()
      os.remove(authority_file)
    end)

    it("a certificate of the authority passes", function()
      assert.equal(200, call("/plain", client1).status)
    end)

    it("none, and one of another authority, are refused", function()
      assert_refused(401, call("/plain"))
      assert_refused(401, call("/plain", stranger))
      assert_refused(418, call("/teapot"))
      assert_refused(401, integration.send({ path = "/plain" }))
    end)

    it("the certificate's parts reach the upstream, and nothing that the client wrote there", function()
      local headers = integration.received(call("/headers", client1, { ["X-CN"] = "admin", ["x_cn"] = "admin", ["X-Org"] = "admin" }))
      assert.equal("client1", headers["x-cn"])
      assert.is_nil(headers["x_cn"])
      assert.equal('A, "B" + C', headers["x-org"])
      assert.equal('CN=client1,O=A\\, \\"B\\" \\+ C,C=SE', headers["x-subject"])
      assert.equal("CN=Root,O=Example", headers["x-issuer"])
      assert.equal(client1.serial, headers["x-serial"])
      assert.equal(thumbprint(client1), headers["x-sha256"])
      assert.equal(ngx.encode_base64(ngx.sha1_bin(client1.certificate_der)), ngx.encode_base64((headers["x-sha1"]:gsub("%x%x", function(byte)
        return string.char(tonumber(byte, 16))
      end))))
      assert.equal(client1.certificate_pem, ngx.unescape_uri(headers["x-cert"]))
    end)

    it("a certificate without a part clears its header", function()
      local headers = integration.received(call("/headers", client2, { ["X-Org"] = "admin" }))
      assert.equal("client2", headers["x-cn"])
      assert.is_nil(headers["x-org"])
    end)

    it("ca_certificates: these authorities and no others", function()
      assert.equal("client1", integration.received(call("/foreign", stranger))["x-cn"])
      assert_refused(401, call("/foreign", client1))
    end)

    it("a certificate-bound token passes with its own certificate only (RFC 8705)", function()
      local bearer = { Authorization = "Bearer " .. integration.token({ cnf = { ["x5t#S256"] = thumbprint(client1) } }) }
      local invalid_token = 'Bearer realm="service", error="invalid_token"'
      assert.equal(200, call("/bound", client1, bearer).status)
      integration.assert_refusal(401, integration.DENIED, invalid_token, call("/bound", client2, bearer))
      assert_refused(401, call("/bound", nil, bearer))
      assert.equal(200, call("/bound", client1, bearer).status)
      integration.assert_refusal(401, integration.DENIED, invalid_token, call("/bound", client1, { Authorization = "Bearer " .. integration.token() }))
    end)
  end)

  describe("mtls-auth: configured globally [#" .. strategy .. "]", function()
    lazy_setup(function()
      local bp = helpers.get_db_utils(strategy == "off" and "postgres" or strategy, { "services", "routes", "plugins" }, { "token-introspection", "mtls-auth" })
      integration.insert_route(bp, integration.insert_service(bp), "any", nil, {})
      bp.plugins:insert({ name = "mtls-auth", config = { ca_certificates = { authority.certificate_pem }, upstream_cert_cn_header = "X-CN" } })
      integration.start(strategy)
    end)

    lazy_teardown(function()
      helpers.stop_kong()
    end)

    it("asks for the certificate in the handshake by itself, without any directive of nginx", function()
      assert.equal("client1", integration.received(call("/any", client1))["x-cn"])
      assert_refused(401, call("/any", stranger))
      assert_refused(401, call("/any"))
    end)
  end)
end
