local digest = require "resty.openssl.digest"
local hmac = require "resty.openssl.hmac"
local pkey = require "resty.openssl.pkey"
local rand = require "resty.openssl.rand"

local function hex(bytes)
  return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

describe("resty.openssl", function()
  it("hashes (FIPS 180-2, appendix B.1)", function()
    local d = assert(digest.new("sha256"))
    local abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert.equal(abc, hex(d:final("abc")))
    assert.is_true(d:reset())
    assert.is_true(d:update("a", "b"))
    assert.equal(abc, hex(d:final("c")))
    local none, err = digest.new("nohash")
    assert.is_nil(none)
    assert.matches('digest.new: invalid digest type "nohash"', err, 1, true)
  end)

  it("authenticates (RFC 4231, test case 2)", function()
    local h = assert(hmac.new("Jefe", "sha256"))
    assert.equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", hex(h:final("what do ya want for nothing?")))
  end)

  it("gives random bytes", function()
    assert.equal(16, #rand.bytes(16))
    assert.are_not.equal(rand.bytes(16), rand.bytes(16))
  end)

  it("signs and verifies with keys of each kind", function()
    local kinds = {
      { { type = "RSA", bits = 2048 }, "sha256", pkey.PADDINGS.RSA_PKCS1_PADDING },
      { { type = "RSA", bits = 2048 }, "sha256", pkey.PADDINGS.RSA_PKCS1_PSS_PADDING, { pss_saltlen = 32 } },
      { { type = "EC", curve = "prime256v1" }, "sha256" },
      { { type = "ED25519" } },
    }
    for _, kind in ipairs(kinds) do
      local key = assert(pkey.new(kind[1]))
      local signature = assert(key:sign("message", kind[2], kind[3], kind[4]))
      local public = assert(pkey.new(assert(key:to_PEM("public"))))
      assert.is_true(public:verify(signature, "message", kind[2], kind[3], kind[4]))
      assert.is_false((public:verify(signature, "another", kind[2], kind[3], kind[4])))
      assert.is_true(key:is_private())
      assert.is_false(public:is_private())
      assert.equal("pkey:sign: missing private key", (select(2, public:sign("message", kind[2]))))
    end
  end)

  -- RFC 7515, appendix A.3: a JWK of P-256 and a signature made with it.
  it("reads a JWK", function()
    local b64 = require("ngx.base64").decode_base64url
    local key = assert(pkey.new(
      '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}',
      { format = "JWK" }
    ))
    local input = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    local raw = b64("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
    local function integer(bytes)
      bytes = bytes:gsub("^%z+", "")
      if bytes:byte() > 127 then bytes = "\0" .. bytes end
      return "\2" .. string.char(#bytes) .. bytes
    end
    local body = integer(raw:sub(1, 32)) .. integer(raw:sub(33))
    assert.is_true(key:verify("\48" .. string.char(#body) .. body, input, "sha256"))
    assert.equal(415, key:get_parameters().group)
  end)

  it("refuses a JWK whose point is not on its curve", function()
    local key, err = pkey.new(
      '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}',
      { format = "JWK" }
    )
    assert.is_nil(key)
    assert.matches("^pkey.new:load_key: ", err)
  end)

  it("says what is no key and no certificate", function()
    local key, err = pkey.new("nonsense")
    assert.is_nil(key)
    assert.is_string(err)
    local certificate
    certificate, err = require("resty.openssl.x509").new("nonsense")
    assert.is_nil(certificate)
    assert.matches("^x509.new: error:", err)
  end)
end)
