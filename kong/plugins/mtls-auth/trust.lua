-- Transpiled from src/kong/plugins/mtls-auth/trust.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____resty_2Eopenssl_2Eerr = require("resty.openssl.err")
local takeErrors = ____resty_2Eopenssl_2Eerr.format_error
local ____resty_2Eopenssl_2Ex509 = require("resty.openssl.x509")
local newX509 = ____resty_2Eopenssl_2Ex509.new
local ____resty_2Eopenssl_2Ex509_2Echain = require("resty.openssl.x509.chain")
local newChain = ____resty_2Eopenssl_2Ex509_2Echain.new
local ____resty_2Eopenssl_2Ex509_2Estore = require("resty.openssl.x509.store")
local newStore = ____resty_2Eopenssl_2Ex509_2Estore.new
local verify_flags = ____resty_2Eopenssl_2Ex509_2Estore.verify_flags
local ____strength = require("kong.plugins.mtls-auth.strength")
local demandStrength = ____strength.demandStrength
local ____string_0 = string
local gmatch = ____string_0.gmatch
--- Most certificates between the client's and an authority's, and most of those sent by the client that are read.
local MAXIMUM_DEPTH = 9
local function readExpiry(certificate)
  local expiry = certificate:get_not_after()
  return expiry
end
--- When a certificate expires; 0, long ago, when its time cannot be read: whatever hangs on it is then never remembered.
local function expiryOf(certificate)
  local ok, expiry = pcall(readExpiry, certificate)
  return ok and type(expiry) == "number" and expiry or 0
end
--- Makes a store of these PEM certificates. Each is trusted by itself, an intermediate one without its root as well. A client certificate must
-- be fit for TLS client authentication (extended key usage), and all cryptography strong.
function ____exports.makeTrust(certificates)
  local store, storeProblem = newStore()
  if store == nil then
    return nil, storeProblem
  end
  local authorities, chainProblem = newChain()
  if authorities == nil then
    return nil, chainProblem
  end
  local expiries = {}
  for ____, pem in ipairs(certificates) do
    local certificate, unreadable = newX509(pem, "PEM")
    if certificate == nil then
      return nil, unreadable
    end
    local stored, storing = store:add(certificate)
    if stored ~= true then
      return nil, storing or "a certificate could not be added"
    end
    local chained, chaining = authorities:add(certificate)
    if chained ~= true then
      return nil, chaining or "a certificate could not be added"
    end
    expiries[#expiries + 1] = expiryOf(certificate)
  end
  local purposeSet, purposeProblem = store:set_purpose("sslclient")
  if purposeSet ~= true then
    return nil, purposeProblem or "the purpose could not be set"
  end
  local depthSet, depthProblem = store:set_depth(MAXIMUM_DEPTH)
  if depthSet ~= true then
    return nil, depthProblem or "the depth could not be set"
  end
  local flagSet, flagProblem = store:set_flags(verify_flags.X509_V_FLAG_PARTIAL_CHAIN or 524288)
  if flagSet ~= true then
    return nil, flagProblem or "the flags could not be set"
  end
  demandStrength(store)
  return { store = store, authorities = authorities, expiries = expiries }
end
--- The certificates that a client sent behind its own, from the PEM of all that it sent.
local function readIntermediates(sent)
  local intermediates = {}
  local position = 0
  for pem in gmatch(sent, "%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-.-%-%-%-%-%-END CERTIFICATE%-%-%-%-%-") do
    if position > MAXIMUM_DEPTH then
      break
    end
    if position > 0 then
      local certificate, unreadable = newX509(pem, "PEM")
      if certificate == nil then
        return nil, unreadable
      end
      intermediates[#intermediates + 1] = certificate
    end
    position = position + 1
  end
  return intermediates
end
--- The earlier of two times; one that has passed cannot belong to a certificate which was just verified with.
local function earlierButAhead(____until, expiry, now)
  return expiry > now and expiry < ____until and expiry or ____until
end
--- Verifies a client's certificate.
--
-- @param leaf the certificate, PEM.
-- @param sent all that the client sent, PEM, its own certificate first; the empty string when that is not known.
-- @param now seconds since the epoch.
-- @returns until when this stays true, in seconds since the epoch: no certificate that can have taken part expires before; or undefined and why
-- the certificate is refused.
function ____exports.verifyCertificate(trust, leaf, sent, now)
  local certificate, unreadable = newX509(leaf, "PEM")
  if certificate == nil then
    return nil, unreadable
  end
  local intermediates, broken = readIntermediates(sent)
  if intermediates == nil then
    return nil, broken
  end
  local chain, chainProblem = newChain()
  if chain == nil then
    return nil, chainProblem
  end
  for ____, intermediate in ipairs(intermediates) do
    local added, problem = chain:add(intermediate)
    if added ~= true then
      return nil, problem or "an intermediate certificate could not be added"
    end
  end
  local verified, reason = trust.store:verify(certificate, chain)
  takeErrors("x509.store:verify")
  if verified ~= true then
    return nil, reason or "not verified"
  end
  local ____until = expiryOf(certificate)
  for ____, intermediate in ipairs(intermediates) do
    ____until = earlierButAhead(____until, expiryOf(intermediate), now)
  end
  for ____, expiry in ipairs(trust.expiries) do
    ____until = earlierButAhead(____until, expiry, now)
  end
  return ____until
end
return ____exports
