local certificate = require("kong.plugins.token-introspection.certificate")

-- RFC 8705 appendix A and RFC 9440 appendix A.
local SELF_SIGNED = "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsG"
  .. "A1UEAwwEbXRsczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGG"
  .. "WvsDSb0tH6IxLm8wCgYIKoZIzj0EAwIDSQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2"
  .. "DmFfQj1L+SY="
local OF_HANDSHAKE = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"
local LEAF = "MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0"
  .. "ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU"
  .. "/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYC"
  .. "uiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMC"
  .. "A0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk="
local OF_HEADER = "v68ffgcPn6jdYpBfFY2nP4ShE2Yk-6_Mk5PI9yh6aes"
local HANDSHAKE_PEM = "-----BEGIN CERTIFICATE-----\n" .. SELF_SIGNED:gsub(("."):rep(64), "%0\n") .. "\n-----END CERTIFICATE-----\n"

-- Nothing of what is tested here yields, so that standing in for the request disturbs nobody.
describe("client certificate", function()
  local real_ngx, real_kong = _G.ngx, _G.kong
  local connection = 0
  local variables, reads

  local TRUSTED = { ["10.0.0.1"] = true, ["10.0.0.2"] = true }

  before_each(function()
    connection = connection + 1
    reads = 0
    variables = { connection = "spec-" .. connection, peer = "10.0.0.1", ssl_client_raw_cert = HANDSHAKE_PEM }
    _G.ngx = setmetatable({
      var = setmetatable({}, {
        __index = function(_, name)
          if name == "ssl_client_raw_cert" then
            reads = reads + 1
          end
          return variables[name]
        end,
      }),
    }, { __index = real_ngx })
    _G.kong = {
      client = { get_ip = function() return variables.peer end },
      ip = { is_trusted = function(address) return TRUSTED[address] == true end },
      configuration = { proxy_listeners = { { port = 8443 }, { port = 9443, proxy_protocol = true } } },
    }
  end)

  after_each(function()
    _G.ngx, _G.kong = real_ngx, real_kong
  end)

  local function settings(header, format)
    return { certificate_header = header, certificate_header_format = format or "auto" }
  end

  local function thumbprint(headers, header, format)
    return certificate.clientThumbprint(headers, settings(header, format))
  end

  it("is that of the handshake", function()
    assert.equal(OF_HANDSHAKE, (thumbprint({})))
  end)

  it("of the handshake counts whoever issued it (S15)", function()
    variables.ssl_client_verify = "FAILED:self-signed certificate"
    assert.equal(OF_HANDSHAKE, (thumbprint({})))
  end)

  it("is none where the client showed none, which is no error", function()
    for _, nothing in ipairs({ false, "" }) do
      variables.connection = "none-" .. tostring(nothing)
      variables.ssl_client_raw_cert = nothing or nil
      assert.same({ n = 1 }, { n = select("#", thumbprint({})), thumbprint({}) })
    end
  end)

  it("is remembered for its connection, and for no other", function()
    assert.equal(OF_HANDSHAKE, (thumbprint({})))
    assert.equal(OF_HANDSHAKE, (thumbprint({})))
    assert.equal(1, reads)
    variables.connection = variables.connection .. "-other"
    variables.ssl_client_raw_cert = nil
    assert.is_nil((thumbprint({})))
    assert.is_nil((thumbprint({})))
    assert.equal(2, reads)
  end)

  it("is remembered within bounds", function()
    for number = 1, 20000 do
      variables.connection = "many-" .. number
      thumbprint({})
    end
    variables.connection = "many-1"
    reads = 0
    assert.equal(OF_HANDSHAKE, (thumbprint({})))
    assert.equal(1, reads)
  end)

  it("is that of a trusted proxy's header, which wins over the proxy's own (S16)", function()
    assert.equal(OF_HEADER, (thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate")))
    assert.equal(OF_HEADER, (thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate")))
    assert.equal(0, reads)
  end)

  it("is that of the handshake where the trusted proxy sent no header", function()
    assert.equal(OF_HANDSHAKE, (thumbprint({ ["x-other-name1"] = LEAF }, "X-Certificate")))
  end)

  it("is none where the trusted proxy sent an empty header", function()
    assert.same({}, { thumbprint({ ["x-certificate"] = "" }, "X-Certificate") })
  end)

  it("is never read from a header that anybody else sent (S31)", function()
    variables.peer = "192.0.2.1"
    assert.equal(OF_HANDSHAKE, (thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate")))
    assert.equal(OF_HANDSHAKE, (thumbprint({ ["x-certificate"] = { LEAF, LEAF } }, "X-Certificate")))
    assert.equal(OF_HANDSHAKE, (thumbprint({ ["x-certificate"] = "garbage" }, "X-Certificate")))
    variables.connection = variables.connection .. "-other"
    variables.ssl_client_raw_cert = nil
    assert.same({}, { thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate") })
  end)

  it("is never read from a header that is not configured", function()
    assert.equal(OF_HANDSHAKE, (thumbprint({ ["x-certificate"] = LEAF })))
  end)

  it("behind PROXY protocol comes from a header only when the client it names is trusted too", function()
    variables.proxy_protocol_addr = "192.0.2.1"
    assert.equal(OF_HANDSHAKE, (thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate")))
    variables.proxy_protocol_addr = "10.0.0.2"
    assert.equal(OF_HEADER, (thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate")))
    variables.proxy_protocol_addr = ""
    assert.equal(OF_HEADER, (thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate")))
  end)

  it("behind PROXY protocol that names nobody (PROXY UNKNOWN, LOCAL) comes from the handshake only", function()
    variables.server_port = "9443"
    assert.not_equal(OF_HEADER, (thumbprint({ ["x-client-certificate"] = LEAF }, "X-Client-Certificate")))
    variables.server_port = "8443"
    assert.equal(OF_HEADER, (thumbprint({ ["x-client-certificate"] = LEAF }, "X-Client-Certificate")))
  end)

  it("is refused when the header is there twice, or in two spellings, or too long, or garbage", function()
    local cases = {
      { ["x-certificate"] = { LEAF, LEAF } },
      { ["x-client-certificate"] = LEAF, ["x_client_certificate"] = LEAF },
      { ["x-client_certificate"] = LEAF, ["x_client-certificate"] = LEAF },
      { ["x-client-certificate"] = "", ["x_client-certificate"] = LEAF },
      { ["x-certificate"] = ("A"):rep(16385) },
      { ["x-certificate"] = "garbage" },
      { ["x-certificate"] = {} },
    }
    for _, headers in ipairs(cases) do
      local name = headers["x-certificate"] and "X-Certificate" or "X-Client-Certificate"
      local result, cause = thumbprint(headers, name)
      assert.is_nil(result)
      assert.matches("^the certificate header is refused: .", cause)
    end
  end)

  it("is refused under another spelling than the setting's, which the proxy did not write", function()
    for _, case in ipairs({ { "x_client_certificate", "X-Client-Certificate" }, { "x-client-certificate", "X_Client_Certificate" } }) do
      local result, cause = thumbprint({ [case[1]] = LEAF }, case[2])
      assert.is_nil(result)
      assert.equal("the certificate header is refused: it is there more than once, or in another spelling", cause)
    end
    assert.equal(OF_HEADER, (thumbprint({ ["x_client_certificate"] = LEAF }, "X_Client_Certificate")))
  end)

  it("is remembered for a header apart for each format", function()
    assert.equal(OF_HEADER, (thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate", "der_base64")))
    assert.is_nil((thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate", "rfc9440")))
    assert.is_nil((thumbprint({ ["x-certificate"] = LEAF }, "X-Certificate", "xfcc")))
  end)
end)
