-- Transpiled from src/kong/plugins/token-introspection/client-assertion.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____resty_2Eopenssl_2Erand = require("resty.openssl.rand")
local bytes = ____resty_2Eopenssl_2Erand.bytes
local ____base64 = require("kong.plugins.token-introspection.base64")
local encodeBase64url = ____base64.encodeBase64url
local ____sign = require("kong.plugins.token-introspection.sign")
local loadPrivateKey = ____sign.loadPrivateKey
local signCompact = ____sign.signCompact
--- RFC 7523 section 2.2.
____exports.ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
--- Seconds that an assertion is good for: enough for one call, and for clocks that differ a little.
local LIFETIME = 60
local function signerOf(question)
  if question.client_auth == "client_secret_jwt" then
    if question.client_secret == nil then
      return nil, "client_secret is not set"
    end
    local algorithm = "HS256"
    return question.client_secret, algorithm
  end
  if question.client_jwk == nil then
    return nil, "client_jwk is not set"
  end
  local key, wrong = loadPrivateKey(question.client_jwk)
  if key == nil then
    return nil, "client_jwk: " .. (wrong or "")
  end
  return key, question.client_jwt_alg or key.algorithm
end
--- An assertion of who we are (RFC 7523 section 3), for one use: servers remember its `jti`.
--
-- @param audience the issuer, or the endpoint where no issuer is configured.
-- @returns undefined and what is wrong, without any part of a key.
function ____exports.makeAssertion(question, audience)
  local id = question.client_id
  if id == nil then
    return nil, "client_id is not set"
  end
  local key, algorithm = signerOf(question)
  if key == nil then
    return nil, algorithm
  end
  local random, noRandom = bytes(16)
  if random == nil then
    return nil, noRandom or "no random bytes"
  end
  local time = ngx.time()
  local claims = {
    iss = id,
    sub = id,
    aud = audience,
    jti = encodeBase64url(random),
    iat = time,
    exp = time + LIFETIME,
  }
  local assertion, wrong = signCompact({ typ = "JWT" }, claims, key, algorithm)
  if assertion == nil then
    return nil, (("the assertion for " .. question.client_auth) .. " cannot be signed: ") .. (wrong or "")
  end
  return assertion
end
return ____exports
