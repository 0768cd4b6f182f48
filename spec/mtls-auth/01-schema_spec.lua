local validate = require("spec.helpers").validate_plugin_config_schema
local schema = require("kong.plugins.mtls-auth.schema")
local certificates = require("spec.mtls-auth.certificates")

local header_settings = {
  "upstream_cert_header",
  "upstream_cert_fingerprint_header",
  "upstream_cert_fingerprint_sha256_header",
  "upstream_cert_serial_header",
  "upstream_cert_i_dn_header",
  "upstream_cert_s_dn_header",
  "upstream_cert_cn_header",
  "upstream_cert_org_header",
}

local function errors_of(config)
  local entity, errors = validate(config, schema)
  assert.is_nil(entity)
  return errors
end

describe("mtls-auth: settings", function()
  it("need not be given: the status is then 401", function()
    local entity, errors = validate({}, schema)
    assert.is_nil(errors)
    assert.equal(401, entity.config.error_response_code)
  end)

  it("are those of the predecessor", function()
    assert.is_truthy(validate({
      error_response_code = 403,
      upstream_cert_header = "X-Client-Cert",
      upstream_cert_fingerprint_header = "X-Client-Cert-Fingerprint",
      upstream_cert_serial_header = "X-Client-Cert-Serial",
      upstream_cert_i_dn_header = "X-Client-Cert-Issuer-DN",
      upstream_cert_s_dn_header = "X-Client-Cert-Subject-DN",
      upstream_cert_cn_header = "X-Client-Cert-CN",
      upstream_cert_org_header = "X-Client-Cert-Org",
    }, schema))
  end)

  it("may be the new ones", function()
    assert.is_truthy(validate({
      upstream_cert_fingerprint_sha256_header = "X-Client-Cert-Thumbprint",
      ca_certificates = { certificates.root, certificates.intermediate },
    }, schema))
  end)

  it("have no others", function()
    assert.same({ config = { upstream_header = "unknown field" } }, errors_of({ upstream_header = "X" }))
  end)
end)

describe("mtls-auth: error_response_code", function()
  for _, code in ipairs({ 400, 401, 599 }) do
    it("may be " .. code, function()
      assert.is_truthy(validate({ error_response_code = code }, schema))
    end)
  end

  for _, code in ipairs({ 0, 200, 399, 600 }) do
    it("is refused as " .. code, function()
      assert.same({ config = { error_response_code = "value should be between 400 and 599" } }, errors_of({ error_response_code = code }))
    end)
  end

  it("is refused when it is no integer", function()
    assert.same({ config = { error_response_code = "expected an integer" } }, errors_of({ error_response_code = 401.5 }))
    assert.same({ config = { error_response_code = "expected an integer" } }, errors_of({ error_response_code = "401" }))
  end)
end)

describe("mtls-auth: header names", function()
  for _, setting in ipairs(header_settings) do
    it(setting .. " may hold letters, digits, - and _", function()
      assert.is_truthy(validate({ [setting] = "X-Client_1" }, schema))
    end)

    for _, name in ipairs({ "X Client", "X-Client:", "X-Client\r\nX-Other", "Ä", "X.Client" }) do
      it(setting .. " is refused as " .. string.gsub(name, "%c", "?"), function()
        assert.same({ config = { [setting] = "must be a header name: letters, digits, '-' and '_'" } }, errors_of({ [setting] = name }))
      end)
    end

    it(setting .. " is refused when it is empty", function()
      assert.same({ config = { [setting] = "length must be at least 1" } }, errors_of({ [setting] = "" }))
    end)
  end

  for _, name in ipairs({
    "Host", "Content-Length", "Transfer-Encoding", "Connection", "TE", "Upgrade", "Trailer", "Expect", "Authorization",
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Path", "X-Forwarded-Prefix", "X-Real-IP", "X-Kong-Request-Id", "X-Consumer-Username", "X-Credential-Identifier",
    "X-Anonymous-Consumer", "X-Authenticated-Groups", "Proxy", "Via", "content_length", "x_real_ip", "X_FORWARDED_FOR", "CONNECTION",
  }) do
    it("are refused as " .. name, function()
      assert.same(
        { config = { upstream_cert_header = "must not be '" .. name .. "', which has another meaning" } },
        errors_of({ upstream_cert_header = name })
      )
    end)
  end

  it("that only begin like a reserved one are good", function()
    for _, name in ipairs({ "X-Forwarded", "X-Forwarded-Client-Cert", "X-Forwarded-Tls-Client-Cert", "Host-Name", "X-Kong", "Expected", "X-Consumer", "X-Credential-Cert" }) do
      assert.is_truthy(validate({ upstream_cert_header = name }, schema))
    end
  end)

  for _, name in ipairs({ "X-Client-Cert", "x-client-cert", "X_Client_Cert" }) do
    it("are refused twice: X-Client-Cert and " .. name, function()
      assert.same(
        { ["@entity"] = { "'upstream_cert_header' and 'upstream_cert_cn_header' must not name the same header" } },
        errors_of({ upstream_cert_header = "X-Client-Cert", upstream_cert_cn_header = name })
      )
    end)
  end
end)

describe("mtls-auth: ca_certificates", function()
  it("is refused when it is empty", function()
    assert.same({ config = { ca_certificates = "length must be at least 1" } }, errors_of({ ca_certificates = {} }))
  end)

  it("is refused when it is no list", function()
    assert.same({ config = { ca_certificates = "expected an array" } }, errors_of({ ca_certificates = certificates.root }))
  end)

  local unreadable = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
  local cases = {
    { "no PEM", "hello", "must be one certificate in PEM, and nothing else" },
    { "two certificates", certificates.root .. certificates.foreign, "must be one certificate in PEM, and nothing else" },
    { "a key beside the certificate", certificates.root .. "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", "must be one certificate in PEM, and nothing else" },
    { "something that cannot be read", unreadable, "must be one certificate in PEM: this one cannot be read" },
    { "a client's certificate", certificates.client, "must be a certificate authority's certificate (basic constraint CA)" },
  }
  for _, case in ipairs(cases) do
    it("is refused with " .. case[1] .. " in an element", function()
      assert.same({ config = { ca_certificates = { [2] = case[3] } } }, errors_of({ ca_certificates = { certificates.root, case[2] } }))
    end)
  end
end)

describe("mtls-auth: the plugin", function()
  it("runs before Kong's own authentication plugins", function()
    local handler = require("kong.plugins.mtls-auth.handler")
    assert.equal(1600, handler.PRIORITY)
    assert.equal("1.0.0", handler.VERSION)
  end)

  it("cannot be put on a consumer", function()
    if debug.getinfo(validate, "u").nparams < 3 then return pending("Kong's helper takes no fields beside config before 3.9") end
    local _, errors = validate({}, schema, { consumer = { id = "d3b7b7c8-4f5d-4f0a-9b7e-0d6f2c1a8e55" } })
    assert.same({ consumer = "value must be null" }, errors)
  end)
end)
