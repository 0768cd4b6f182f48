local certificate_header = require("kong.plugins.token-introspection.certificate-header")

local read = certificate_header.readCertificateHeader

-- RFC 8705 appendix A: a self-signed certificate and its thumbprint.
local SELF_SIGNED = "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsG"
  .. "A1UEAwwEbXRsczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGG"
  .. "WvsDSb0tH6IxLm8wCgYIKoZIzj0EAwIDSQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2"
  .. "DmFfQj1L+SY="
local SELF_SIGNED_THUMBPRINT = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"

-- RFC 9440 appendix A: the client's certificate.
local LEAF = "MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0"
  .. "ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU"
  .. "/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYC"
  .. "uiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMC"
  .. "A0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk="
local LEAF_THUMBPRINT = "v68ffgcPn6jdYpBfFY2nP4ShE2Yk-6_Mk5PI9yh6aes"
local LEAF_HASH = "bfaf1f7e070f9fa8dd62905f158da73f84a1136624fbafcc9393c8f7287a69eb"

local function pem(base64)
  return "-----BEGIN CERTIFICATE-----\n" .. base64:gsub(("."):rep(64), "%0\n") .. "\n-----END CERTIFICATE-----\n"
end

-- As nginx's $ssl_client_escaped_cert: all but the unreserved characters.
local function escape(text)
  return (text:gsub("[^%w%-._~]", function(c)
    return ("%%%02X"):format(c:byte())
  end))
end

-- As AWS: "URL-encoded PEM, with +=/ as safe characters".
local function escape_as_aws(text)
  return (text:gsub("[^%w%-._~+=/]", function(c)
    return ("%%%02X"):format(c:byte())
  end))
end

local CHAIN = pem(LEAF) .. pem(SELF_SIGNED)

local GOOD = {
  { "nginx: URL-encoded PEM", "pem_urlencoded", escape(pem(LEAF)) },
  { "nginx with a chain: the first certificate is the leaf", "pem_urlencoded", escape(CHAIN) },
  { "AWS: + / = as they are", "pem_urlencoded", escape_as_aws(CHAIN) },
  { "Java, PHP: encoded as a form is", "pem_urlencoded", (escape(CHAIN):gsub("%%20", "+")) },
  { "everything percent-encoded", "pem_urlencoded", (pem(LEAF):gsub(".", function(c) return ("%%%02x"):format(c:byte()) end)) },
  { "PEM whose line feeds became spaces", "pem_urlencoded", (pem(LEAF):gsub("\n", " ")) },
  { "nginx's $ssl_client_cert, with tabs", "pem_urlencoded", (pem(LEAF):gsub("\n", "\n\t")) },
  { "Traefik 3: Base64 without armour", "pem_urlencoded", LEAF },
  { "Traefik 3 with a chain", "pem_urlencoded", LEAF .. "," .. SELF_SIGNED },
  { "Traefik 2: the same, URL-encoded", "pem_urlencoded", escape(LEAF) .. "," .. escape(SELF_SIGNED) },
  { "RFC 9440 §2.2", "rfc9440", ":" .. LEAF .. ":" },
  { "HAProxy, Caddy: Base64 of the DER", "der_base64", LEAF },
  { "Envoy: Cert", "xfcc", 'By=spiffe://a/b;Cert="' .. escape(pem(LEAF)) .. '"' },
  { "Envoy: Hash", "xfcc", "Hash=" .. LEAF_HASH },
  { "Envoy: Hash and Cert", "xfcc", 'Hash=' .. LEAF_HASH .. ';Cert="' .. escape(pem(LEAF)) .. '";Subject="CN=a"' },
  { "Envoy: a quoted value holds separators and quotes", "xfcc", 'Subject="O=\\"a,b\\";Hash=0, CN=\\\\";Hash=' .. LEAF_HASH },
  { "Envoy: the last element counts", "xfcc", "Hash=" .. ("0"):rep(64) .. ";URI=spiffe://x,By=y;Hash=" .. LEAF_HASH },
  { "Envoy: white space after the comma", "xfcc", "Hash=" .. ("0"):rep(64) .. ", Hash=" .. LEAF_HASH },
  { "Envoy: names and digits in any case", "xfcc", 'HASH=' .. LEAF_HASH:upper() .. ';cErT="' .. escape(pem(LEAF)) .. '"' },
  { "Envoy: an empty value, and names that may repeat", "xfcc", "URI=;URI=a=b;DNS=a;DNS=b;Hash=" .. LEAF_HASH },
}

local der = ngx.decode_base64(LEAF)

local BAD = {
  { "nothing", "pem_urlencoded", "" },
  { "nothing", "rfc9440", "" },
  { "nothing", "xfcc", "" },
  { "nothing", "der_base64", "" },
  { "a NUL", "auto", "\0" },
  { "text", "auto", "(null)" },
  { "an unfinished percent sign", "pem_urlencoded", escape(pem(LEAF)) .. "%0" },
  { "a percent sign before no hexadecimal", "pem_urlencoded", "%zz" .. escape(pem(LEAF)) },
  { "double encoding", "pem_urlencoded", escape(escape(pem(LEAF))) },
  { "form encoding in which a plus sign was forgotten", "pem_urlencoded", (escape(pem(LEAF)):gsub("%%20", "+"):gsub("%%2B", "+")) },
  { "form encoding of another armour", "pem_urlencoded", (escape(pem(LEAF)):gsub("%%20CERT", " CERT", 1):gsub("%%20", "+")) },
  { "text before PEM", "pem_urlencoded", escape("x" .. pem(LEAF)) },
  { "text after PEM", "pem_urlencoded", escape(pem(LEAF) .. "x") },
  { "a private key after the certificate", "pem_urlencoded", escape(pem(LEAF) .. "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") },
  { "another kind of PEM", "pem_urlencoded", escape((pem(LEAF):gsub("CERTIFICATE", "TRUSTED CERTIFICATE"))) },
  { "PEM with headers", "pem_urlencoded", escape((pem(LEAF):gsub("\n", "\nProc-Type: 4\n\n", 1))) },
  { "PEM without an end", "pem_urlencoded", escape(pem(LEAF):sub(1, -30)) },
  { "two headers that were joined", "pem_urlencoded", escape(pem(LEAF)) .. ", " .. escape(pem(LEAF)) },
  { "a chain whose second certificate is cut", "pem_urlencoded", LEAF .. "," .. SELF_SIGNED:sub(1, -5) },
  { "a comma without a certificate", "pem_urlencoded", LEAF .. "," },
  { "Base64 lists with white space: two joined headers", "auto", LEAF .. ", " .. SELF_SIGNED },
  { "a list", "rfc9440", ":" .. LEAF .. ":, :" .. SELF_SIGNED .. ":" },
  { "a parameter", "rfc9440", ":" .. LEAF .. ":;a=1" },
  { "no end", "rfc9440", ":" .. LEAF },
  { "URL-safe Base64", "rfc9440", ":" .. LEAF:gsub("+", "-"):gsub("/", "_") .. ":" },
  { "no bytes", "rfc9440", "::" },
  { "no padding", "der_base64", (LEAF:gsub("=", "")) },
  { "white space", "der_base64", LEAF:sub(1, 64) .. "\n" .. LEAF:sub(65) },
  { "bits left over", "der_base64", (SELF_SIGNED:gsub("Y=$", "Z=")) },
  { "a chain", "der_base64", LEAF .. "," .. SELF_SIGNED },
  { "a byte after the certificate", "der_base64", ngx.encode_base64(der .. "\0") },
  { "a second certificate behind it", "der_base64", ngx.encode_base64(der .. ngx.decode_base64(SELF_SIGNED)) },
  { "a cut certificate", "der_base64", ngx.encode_base64(der:sub(1, -2)) },
  { "a SEQUENCE that is no certificate", "der_base64", ngx.encode_base64("\48\130\1\0" .. ("\5\0"):rep(128)) },
  { "an empty SEQUENCE", "der_base64", ngx.encode_base64("\48\0") },
  { "an indefinite length", "der_base64", ngx.encode_base64("\48\128" .. der:sub(5) .. "\0\0") },
  { "a length in more bytes than needed", "der_base64", ngx.encode_base64("\48\131\0" .. der:sub(3)) },
  { "one byte", "der_base64", "MA==" },
  { "no Cert and no Hash", "xfcc", "By=a;URI=b" },
  { "a certificate in another element only", "xfcc", "Hash=" .. LEAF_HASH .. ",By=a" },
  { "Cert and Hash that differ", "xfcc", "Hash=" .. ("0"):rep(64) .. ';Cert="' .. escape(pem(LEAF)) .. '"' },
  { "Hash twice", "xfcc", "Hash=" .. LEAF_HASH .. ";Hash=" .. LEAF_HASH },
  { "Cert twice", "xfcc", ('Cert="' .. escape(pem(LEAF)) .. '"'):rep(2, ";") },
  { "a short Hash", "xfcc", "Hash=" .. LEAF_HASH:sub(1, -3) },
  { "a Hash that is not hexadecimal", "xfcc", "Hash=" .. ("g"):rep(64) },
  { "a quote without an end", "xfcc", 'Hash=' .. LEAF_HASH .. ';Subject="CN=a' },
  { "an escaped quote as the end", "xfcc", 'Hash=' .. LEAF_HASH .. ';Subject="CN=a\\"' },
  { "text after a quote", "xfcc", 'Subject="a"b;Hash=' .. LEAF_HASH },
  { "a quote within a value", "xfcc", 'Subject=a"b";Hash=' .. LEAF_HASH },
  { "an element without a pair", "xfcc", "Hash=" .. LEAF_HASH .. "," },
  { "a pair without a name", "xfcc", "=a;Hash=" .. LEAF_HASH },
  { "two semicolons", "xfcc", "By=a;;Hash=" .. LEAF_HASH },
}

describe("certificate header", function()
  it("knows the thumbprint of RFC 8705 appendix A", function()
    assert.equal(SELF_SIGNED_THUMBPRINT, read(SELF_SIGNED, "der_base64"))
    assert.equal(SELF_SIGNED_THUMBPRINT, certificate_header.derThumbprint(ngx.decode_base64(SELF_SIGNED)))
    assert.equal(SELF_SIGNED_THUMBPRINT, certificate_header.pemThumbprint(pem(SELF_SIGNED)))
  end)

  for _, case in ipairs(GOOD) do
    local name, format, value = unpack(case)
    it("reads " .. format .. ": " .. name, function()
      assert.same({ LEAF_THUMBPRINT }, { read(value, format) })
    end)
    it("recognises " .. format .. ": " .. name, function()
      assert.same({ LEAF_THUMBPRINT }, { read(value, "auto") })
    end)
  end

  for _, case in ipairs(BAD) do
    local name, format, value = unpack(case)
    it("refuses " .. format .. ": " .. name, function()
      local thumbprint, cause = read(value, format)
      assert.is_nil(thumbprint)
      assert.is_string(cause)
    end)
  end

  it("refuses more than 16 KiB, however good", function()
    local long = escape(pem(LEAF):rep(40))
    assert.is_true(#long > 16384)
    assert.is_nil((read(long, "pem_urlencoded")))
    assert.equal(LEAF_THUMBPRINT, (read(escape(pem(LEAF):rep(8)), "pem_urlencoded")))
  end)

  it("never has a word of the header in its answer", function()
    for _, case in ipairs(BAD) do
      local _, cause = read(case[3], case[2])
      assert.is_nil(cause:find("MII", 1, true))
      assert.is_true(#cause < 80)
    end
  end)
end)

describe("certificate header, mutated", function()
  -- A generator of our own: the same inputs on every run, and nobody else's random numbers disturbed.
  local state = 20260725
  local function random(n)
    state = (state * 1103515245 + 12345) % 2147483648
    return math.floor(state / 65536) % n + 1
  end

  local PIECES = { "", "=", ":", ",", ";", '"', "\\", "%", "%25", "%0A", " ", "\t", "\n", "\0", "\255", "+", "-", "-----", "Cert=", "Hash=", "A", "MII" }

  local function mutate(text)
    for _ = 1, random(3) do
      local at, piece = random(#text + 1), PIECES[random(#PIECES)]
      text = text:sub(1, at - 1) .. piece .. text:sub(at + random(3) - 1)
      if random(8) == 1 then
        text = text:sub(1, random(#text + 1))
      end
    end
    return text
  end

  it("neither raises nor has two readings", function()
    local refused = 0
    for round = 1, 3000 do
      local value = mutate(GOOD[round % #GOOD + 1][3])
      local readings, count = {}, 0
      for _, format in ipairs({ "pem_urlencoded", "rfc9440", "xfcc", "der_base64" }) do
        local ok, thumbprint, cause = pcall(read, value, format)
        assert.is_true(ok, thumbprint)
        assert.is_string(thumbprint or cause)
        if thumbprint ~= nil and not readings[thumbprint] then
          readings[thumbprint] = true
          count = count + 1
        end
      end
      assert.is_true(count <= 1)
      local recognised = read(value, "auto")
      assert.is_true(recognised == nil or readings[recognised] == true)
      if recognised == nil then
        refused = refused + 1
      end
    end
    assert.is_true(refused > 1000)
  end)
end)
