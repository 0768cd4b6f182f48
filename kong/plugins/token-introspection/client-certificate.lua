-- Transpiled from src/kong/plugins/token-introspection/client-certificate.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____ngx_2Essl = require("ngx.ssl")
local parse_pem_cert = ____ngx_2Essl.parse_pem_cert
local parse_pem_priv_key = ____ngx_2Essl.parse_pem_priv_key
local privateKeys = require("resty.openssl.pkey")
local certificates = require("resty.openssl.x509")
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
local find = string.find
local parsed = createMemo(100, 4 * 1024 * 1024)
--- Raises when the key is not the certificate's: found here, it is a mistake in the settings, and not one of the server.
local function belongTogether(certificatePem, keyPem)
  local certificate = certificates.new(certificatePem, "PEM")
  local key = privateKeys.new(keyPem, { format = "PEM", type = "pr" })
  if certificate == nil or key == nil or not (certificate:check_private_key(key)) then
    error("no pair", 0)
  end
end
--- Reads a certificate, with the chain that may follow it.
--
-- @returns undefined and what is wrong.
local function parseCertificate(pem)
  local certificate, message = parse_pem_cert(pem)
  if certificate == nil then
    return nil, "is not a PEM certificate: " .. printable(message or "")
  end
  return certificate
end
--- Reads a private key.
--
-- @returns undefined and what is wrong, without any part of the key.
local function parseKey(pem)
  if (find(pem, "ENCRYPTED", 1, true)) ~= nil then
    return nil, "is a key with a passphrase: store it without one"
  end
  local key, message = parse_pem_priv_key(pem)
  if key == nil then
    return nil, "is not a PEM private key: " .. printable(message or "")
  end
  return key
end
--- The client certificate of a question; parsed once for the worker.
--
-- @returns undefined alone: none is configured; undefined and what is wrong with it, without any part of the key.
function ____exports.clientCertificateOf(question)
  local ____question_0 = question
  local certificatePem = ____question_0.client_certificate
  local keyPem = ____question_0.client_key
  if certificatePem == nil and keyPem == nil then
    return nil, nil
  end
  if certificatePem == nil then
    return nil, "client_key is set, and client_certificate is not"
  end
  if keyPem == nil then
    return nil, "client_certificate is set, and client_key is not"
  end
  local text = ((tostring(#certificatePem) .. ":") .. certificatePem) .. keyPem
  local known = recall(parsed, text)
  if known ~= nil then
    return known, nil
  end
  local certificate, certificateWrong = parseCertificate(certificatePem)
  if certificate == nil then
    return nil, "client_certificate " .. (certificateWrong or "")
  end
  local key, keyWrong = parseKey(keyPem)
  if key == nil then
    return nil, "client_key " .. (keyWrong or "")
  end
  if not (pcall(belongTogether, certificatePem, keyPem)) then
    return nil, "client_key is not the key of client_certificate"
  end
  local pair = { certificate = certificate, key = key }
  remember(parsed, text, pair)
  return pair, nil
end
return ____exports
