-- Transpiled from src/kong/plugins/token-introspection/key-set.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local fetchKeys, readKey, keySetUrl
local ____answer = require("kong.plugins.token-introspection.answer")
local unexpected = ____answer.unexpected
local ____claims = require("kong.plugins.token-introspection.claims")
local isArray = ____claims.isArray
local ____discovery = require("kong.plugins.token-introspection.discovery")
local discoverJwksUri = ____discovery.discoverJwksUri
local fetchJson = ____discovery.fetchJson
local rediscover = ____discovery.rediscover
local ____jwk = require("kong.plugins.token-introspection.jwk")
local loadPublicJwk = ____jwk.loadPublicJwk
local readPublicJwk = ____jwk.readPublicJwk
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
local ____remote_document = require("kong.plugins.token-introspection.remote-document")
local createRemoteDocuments = ____remote_document.createRemoteDocuments
local obtain = ____remote_document.obtain
local obtainNewer = ____remote_document.obtainNewer
local ____signature = require("kong.plugins.token-introspection.signature")
local keyKindOf = ____signature.keyKindOf
local verifySignature = ____signature.verifySignature
local ____url = require("kong.plugins.token-introspection.url")
local parseUrl = ____url.parseUrl
function fetchKeys(call)
  local url, failure = keySetUrl(call)
  if url == nil then
    return nil, failure or unexpected("no jwks_uri")
  end
  local members, trouble = fetchJson(call, url.text)
  if members == nil then
    return nil, trouble or unexpected("no keys")
  end
  local listed = members.keys
  if not isArray(listed) then
    return nil, unexpected(printable(url.text) .. " is not a JWK Set: see whether jwks_uri is right")
  end
  local keys = {}
  for ____, jwk in ipairs(listed) do
    local key = readKey(jwk)
    if key ~= nil then
      keys[#keys + 1] = key
    end
  end
  return keys
end
function readKey(jwk)
  local key = readPublicJwk(jwk)
  if key == nil then
    return nil
  end
  local members = jwk
  local use = members.use
  local kid = members.kid
  local alg = members.alg
  if type(use) == "string" and use ~= "sig" then
    return nil
  end
  local operations = members.key_ops
  if isArray(operations) then
    local verifies = false
    for ____, operation in ipairs(operations) do
      verifies = verifies or operation == "verify"
    end
    if not verifies then
      return nil
    end
  end
  return {
    keyId = type(kid) == "string" and kid or nil,
    algorithm = type(alg) == "string" and alg or nil,
    jwk = key,
  }
end
function keySetUrl(call)
  local ____call_question_0 = call.question
  local jwks_uri = ____call_question_0.jwks_uri
  if jwks_uri == nil then
    return discoverJwksUri(call)
  end
  local url, wrong = parseUrl(jwks_uri)
  if url == nil then
    return nil, unexpected("jwks_uri " .. (wrong or ""))
  end
  return url
end
--- Keys that are tried for one signature: a set with a key id names one, or few.
local MOST_TRIED = 8
local keySets = createRemoteDocuments("the authorization server's key set", fetchKeys)
local function verifiesWith(keys, jws)
  local kind = keyKindOf(jws.algorithm)
  local wanted = jws.header.kid
  local tried = 0
  for ____, candidate in ipairs(keys) do
    local fits = candidate.jwk.kind == kind
      and (candidate.algorithm == nil or candidate.algorithm == jws.algorithm)
      and (wanted == nil or candidate.keyId == wanted)
    if fits and tried < MOST_TRIED then
      tried = tried + 1
      local key = loadPublicJwk(candidate.jwk)
      if key ~= nil and verifySignature(key, jws.algorithm, jws.signed, jws.signature) then
        return true
      end
    end
  end
  return false
end
--- Verifies a signature with the authorization server's keys. Keys may have been rotated: when none of those that are known will do, they are fetched
-- again: at once for another key's id than last time, else at most once a second.
--
-- @returns undefined when it is good; else why not.
function ____exports.signatureFailure(call, jws)
  if keyKindOf(jws.algorithm) == nil then
    return unexpected(
      ("the JWT answer is signed with " .. printable(jws.algorithm, 20)) .. ", which is not accepted: asymmetric algorithms only"
    )
  end
  local place = call.question.jwks_uri or "issuer " .. (call.question.issuer or "")
  local keys, failure = obtain(keySets, call, place)
  if keys == nil then
    if call.question.jwks_uri == nil then
      rediscover(call.question)
    end
    return failure or unexpected("no keys")
  end
  if verifiesWith(keys, jws) then
    return nil
  end
  local kid = jws.header.kid
  local newer, trouble = obtainNewer(keySets, call, place, keys, type(kid) == "string" and kid or "")
  if newer ~= nil and verifiesWith(newer, jws) then
    return nil
  end
  if newer == nil and trouble ~= nil then
    return trouble
  end
  local named = type(kid) == "string" and (" (kid " .. printable(kid, 60)) .. ")" or ""
  return unexpected(
    ("the signature of the JWT answer is not one by a key of the authorization server" .. named) .. ": see jwks_uri and issuer"
  )
end
return ____exports
