local base64 = require("kong.plugins.token-introspection.base64")
local cjson = require("cjson.safe")
local dpop = require("kong.plugins.token-introspection.dpop")
local sha256 = require("kong.plugins.token-introspection.sha256").sha256
local sign = require("kong.plugins.token-introspection.sign")

-- RFC 9449 section 7.1: the request to a protected resource; 6.1: the thumbprint of its key.
local RFC_PROOF = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFV"
  .. "ZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljO"
  .. "C1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXR"
  .. "oIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnm"
  .. "cw6Fy1dqd-jfxSYoMxhAJpLjA"
local RFC_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
local RFC_THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
local RFC_TIME = 1562262618

-- RFC 9449 section 5: the request for a token, which has no ath.
local RFC_TOKEN_REQUEST_PROOF = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdC"
  .. "RnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRj"
  .. "IiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0z"
  .. "dyRT3vFoHsiZL7d5C0KzXfEgWAsKq1Wqo1EU5Y-Vd1g"

-- RFC 7515 appendix A.3.1: a key whose private part is public.
local JWK = { kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }
local PRIVATE = ('{"kty":"EC","crv":"P-256","x":"%s","y":"%s","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}'):format(JWK.x, JWK.y)
local THUMBPRINT = require("kong.plugins.token-introspection.jwk").readPublicJwk(JWK).thumbprint

local NOW = 1700000000
local TOKEN = "an-access-token"

local function copy(original, changes)
  local result = {}
  for name, value in pairs(original) do
    result[name] = value
  end
  for name, value in pairs(changes or {}) do
    if value == ngx.null then
      result[name] = nil
    else
      result[name] = value
    end
  end
  return result
end

local function expectation(changes)
  return copy({
    method = "GET",
    target = "https://api.example.com:443/things/1",
    tokenHash = base64.encodeBase64url(sha256(TOKEN)),
    thumbprint = THUMBPRINT,
    now = NOW,
    maxAge = 60,
    leeway = 0,
  }, changes)
end

local function claims(changes)
  return copy({
    jti = "an-id",
    htm = "GET",
    htu = "https://api.example.com/things/1",
    iat = NOW,
    ath = base64.encodeBase64url((sha256(TOKEN))),
  }, changes)
end

-- The header is encoded by hand: signCompact writes no nested members, as ours needs none.
local function proof(claim_changes, header_changes, sign_text)
  local header = copy({ typ = "dpop+jwt", alg = "ES256", jwk = JWK }, header_changes)
  local input = base64.encodeBase64url(cjson.encode(header)) .. "." .. base64.encodeBase64url(cjson.encode(claims(claim_changes)))
  local key = assert(sign.loadPrivateKey(PRIVATE))
  local der = assert(key.pkey:sign(sign_text or input, "sha256"))
  local raw = require("kong.plugins.token-introspection.ecdsa").ecdsaFromDer(der, 32)
  return input .. "." .. base64.encodeBase64url(raw)
end

local function refused(code, header, expected)
  local good, refusal = dpop.checkDpopProof(header, expected or expectation())
  assert.is_nil(good)
  assert.equal(code, refusal.code)
  assert.is_true(refusal.dpop)
  assert.matches("^dpop: ", refusal.cause)
  return refusal
end

describe("DPoP proof (RFC 9449 section 4.3)", function()
  it("of section 7.1 is good for its request", function()
    local good = assert(dpop.checkDpopProof(RFC_PROOF, {
      method = "GET",
      target = "https://resource.example.org:443/protectedresource",
      tokenHash = base64.encodeBase64url(sha256(RFC_TOKEN)),
      thumbprint = RFC_THUMBPRINT,
      now = RFC_TIME + 10,
      maxAge = 60,
      leeway = 0,
    }))
    assert.equal("e1j3V_bKic8-LAEB", good.jti)
    assert.equal(RFC_TIME, good.iat)
  end)

  it("of section 5, for a token request, is none for a resource", function()
    refused("invalid_dpop_proof", RFC_TOKEN_REQUEST_PROOF, {
      method = "POST",
      target = "https://server.example.com:443/token",
      tokenHash = base64.encodeBase64url(sha256(RFC_TOKEN)),
      thumbprint = RFC_THUMBPRINT,
      now = 1562262616,
      maxAge = 60,
      leeway = 0,
    })
  end)

  it("is good", function()
    assert.same(claims(), assert(dpop.checkDpopProof(proof(), expectation())))
  end)

  it("1: is there, once", function()
    refused("invalid_dpop_proof", nil)
    refused("invalid_dpop_proof", "")
    refused("invalid_dpop_proof", { proof(), proof() })
    refused("invalid_dpop_proof", { proof() })
    refused("invalid_dpop_proof", proof() .. ", " .. proof())
  end)

  it("2: is one well-formed JWT", function()
    local text = proof()
    for length = 0, #text - 1, 7 do
      refused("invalid_dpop_proof", text:sub(1, length))
    end
    refused("invalid_dpop_proof", text .. "A")
    refused("invalid_dpop_proof", text .. "=")
    refused("invalid_dpop_proof", " " .. text)
    refused("invalid_dpop_proof", ("A"):rep(9000))
    refused("invalid_dpop_proof", proof({ note = ("x"):rep(9000) }))
  end)

  it("3: has all claims, each of its type", function()
    for _, name in ipairs({ "jti", "htm", "htu", "iat", "ath" }) do
      for _, value in ipairs({ ngx.null, true, {}, { "GET" } }) do
        refused("invalid_dpop_proof", proof({ [name] = value }))
      end
    end
    for _, name in ipairs({ "jti", "htm", "htu", "ath" }) do
      refused("invalid_dpop_proof", proof({ [name] = "" }))
      refused("invalid_dpop_proof", proof({ [name] = 1 }))
    end
    refused("invalid_dpop_proof", proof({ iat = tostring(NOW) }))
  end)

  it("3: has a jti of bounded length", function()
    assert.is_table(dpop.checkDpopProof(proof({ jti = ("x"):rep(256) }), expectation()))
    refused("invalid_dpop_proof", proof({ jti = ("x"):rep(257) }))
  end)

  it("4: is of type dpop+jwt", function()
    for _, typ in ipairs({ ngx.null, "JWT", "at+jwt", "application/dpop+jwt", "", 1, { "dpop+jwt" } }) do
      refused("invalid_dpop_proof", proof(nil, { typ = typ }))
    end
  end)

  it("5: is signed with an asymmetric algorithm that fits its key", function()
    for _, alg in ipairs({ "none", "HS256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "ES256K", "es256", "", 1, ngx.null }) do
      refused("invalid_dpop_proof", proof(nil, { alg = alg }))
    end
  end)

  it("6: is signed with the key of its header", function()
    refused("invalid_dpop_proof", proof(nil, nil, "another text"))
    local header, payload, signature = proof():match("^(.+)%.(.+)%.(.+)$")
    local other = select(2, proof({ jti = "other" }):match("^(.+)%.(.+)%.(.+)$"))
    refused("invalid_dpop_proof", header .. "." .. other .. "." .. signature)
    refused("invalid_dpop_proof", header .. "." .. payload .. "." .. base64.encodeBase64url(("\0"):rep(64)))
    refused("invalid_dpop_proof", header .. "." .. payload .. "." .. base64.encodeBase64url("\0"))
  end)

  it("7: has a public key", function()
    refused("invalid_dpop_proof", proof(nil, { jwk = copy(JWK, { d = "AA" }) }))
    refused("invalid_dpop_proof", proof(nil, { jwk = ngx.null }))
    refused("invalid_dpop_proof", proof(nil, { jwk = "key" }))
    refused("invalid_dpop_proof", proof(nil, { jwk = { kty = "oct", k = "AA" } }))
    refused("invalid_dpop_proof", proof(nil, { jwk = copy(JWK, { x = 1 }) }))
    refused("invalid_dpop_proof", proof(nil, { crit = { "exp" } }))
  end)

  it("8: is for this method, letter by letter", function()
    refused("invalid_dpop_proof", proof({ htm = "POST" }))
    refused("invalid_dpop_proof", proof({ htm = "get" }))
    assert.is_table(dpop.checkDpopProof(proof({ htm = "PATCH" }), expectation({ method = "PATCH" })))
  end)

  it("9: is for this URI, normalised, without query and fragment", function()
    for _, htu in ipairs({ "HTTPS://API.example.com:443/things/1", "https://api.example.com/%74hings/./1?a=b#c", "https://api.example.com/x/../things/1" }) do
      assert.is_table(dpop.checkDpopProof(proof({ htu = htu }), expectation()))
    end
    for _, htu in ipairs({ "http://api.example.com/things/1", "https://api.example.com/things/2", "https://api.example.com:8443/things/1", "https://api.example.com/things/1/",
      "https://other.example.com/things/1", "/things/1", "https://user@api.example.com/things/1", "https://api.example.com/Things/1" }) do
      refused("invalid_dpop_proof", proof({ htu = htu }))
    end
    refused("invalid_dpop_proof", proof({ htu = "*" }))
  end)

  it("11: is in force by its own times, where it has some (RFC 7519 sections 4.1.4 and 4.1.5)", function()
    for _, times in ipairs({ { exp = NOW + 1 }, { nbf = NOW }, { nbf = NOW + 5 }, { exp = NOW + 60, nbf = NOW - 60 } }) do
      assert.is_table((dpop.checkDpopProof(proof(times), expectation())))
    end
    for _, times in ipairs({ { exp = NOW }, { exp = NOW - 3600 }, { nbf = NOW + 6 }, { exp = "soon" }, { exp = {} }, { nbf = "soon" }, { nbf = true } }) do
      refused("invalid_dpop_proof", proof(times))
    end
    assert.is_table((dpop.checkDpopProof(proof({ exp = NOW - 29 }), expectation({ leeway = 30 }))))
  end)

  it("11: is neither too old nor dated ahead", function()
    local function at(iat, leeway)
      return (dpop.checkDpopProof(proof({ iat = iat }), expectation({ leeway = leeway or 0 })))
    end
    assert.is_table(at(NOW - 60))
    assert.is_nil(at(NOW - 61))
    assert.is_nil(at(NOW - 60.5))
    assert.is_table(at(NOW - 70, 10))
    assert.is_nil(at(NOW - 71, 10))
    -- It counts whole seconds.
    assert.is_table((dpop.checkDpopProof(proof({ iat = NOW - 60 }), expectation({ now = NOW + 0.999 }))))
    assert.is_nil((dpop.checkDpopProof(proof({ iat = NOW - 61 }), expectation({ now = NOW + 0.001 }))))
    -- At least 5 seconds ahead, and the leeway where that is more.
    assert.is_table(at(NOW + 5))
    assert.is_nil(at(NOW + 6))
    assert.is_table(at(NOW + 5, 1))
    assert.is_nil(at(NOW + 6, 1))
    assert.is_table(at(NOW + 10, 10))
    assert.is_nil(at(NOW + 11, 10))
    for _, iat in ipairs({ 0, -1, 1e300, -1e300, NOW * 1000 }) do
      assert.is_nil(at(iat))
    end
  end)

  it("12a: is for this access token", function()
    refused("invalid_dpop_proof", proof(), expectation({ tokenHash = base64.encodeBase64url(sha256("another-token")) }))
    refused("invalid_dpop_proof", proof({ ath = TOKEN }))
    refused("invalid_dpop_proof", proof({ ath = claims().ath .. "=" }))
  end)

  it("12b: has the key that the token is bound to", function()
    refused("invalid_token", proof(), expectation({ thumbprint = RFC_THUMBPRINT }))
    refused("invalid_token", proof(), expectation({ thumbprint = THUMBPRINT .. "=" }))
    refused("invalid_token", proof(), expectation({ thumbprint = "" }))
  end)

  describe("with nonces (section 9)", function()
    local nonces = { "current", "previous" }

    it("10: holds one of them", function()
      for _, nonce in ipairs(nonces) do
        assert.same(claims({ nonce = nonce }), assert(dpop.checkDpopProof(proof({ nonce = nonce }), expectation({ nonces = nonces }))))
      end
    end)

    it("10: is told when it holds none or another", function()
      for _, nonce in ipairs({ ngx.null, "older", "", 1, { "current" } }) do
        refused("use_dpop_nonce", proof({ nonce = nonce }), expectation({ nonces = nonces }))
      end
    end)

    it("is told of a nonce only when all else is good", function()
      refused("invalid_dpop_proof", proof({ htm = "POST" }), expectation({ nonces = nonces }))
      refused("invalid_dpop_proof", proof(nil, nil, "another text"), expectation({ nonces = nonces }))
    end)

    it("may hold one that nobody demanded", function()
      assert.is_table(dpop.checkDpopProof(proof({ nonce = "of the authorization server" }), expectation()))
    end)
  end)

  it("of a key that was seen before is still held against the token's key (section 7.1)", function()
    local seen = proof()
    assert.is_table(dpop.checkDpopProof(seen, expectation()))
    refused("invalid_token", seen, expectation({ thumbprint = RFC_THUMBPRINT }))
    refused("invalid_dpop_proof", (seen:gsub("%.[^.]+$", ".") .. ("A"):rep(86)))
    assert.is_table(dpop.checkDpopProof(proof({ jti = "another" }), expectation()))
  end)

  it("never has a word of the proof in its refusal", function()
    local refusal = refused("invalid_dpop_proof", proof({ htu = "https://secret.example.com/", jti = "secret" }))
    assert.is_nil(refusal.cause:find("secret", 1, true))
  end)

  it("neither raises nor passes when it is mutated", function()
    local state = 11
    local function random(n)
      state = (state * 1103515245 + 12345) % 2147483648
      return math.floor(state / 65536) % n + 1
    end
    local text = proof()
    for _ = 1, 1000 do
      local at = random(#text)
      local changed = text:sub(1, at - 1) .. string.char(random(256) - 1) .. text:sub(at + random(3) - 1)
      if changed ~= text then
        local ok, good, refusal = pcall(dpop.checkDpopProof, changed, expectation())
        assert.is_true(ok, good)
        assert.is_nil(good)
        assert.is_table(refusal)
      end
    end
  end)
end)
