-- Transpiled from src/kong/plugins/token-introspection/certificate.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____certificate_header = require("kong.plugins.token-introspection.certificate-header")
local MAX_HEADER_LENGTH = ____certificate_header.MAX_HEADER_LENGTH
local pemThumbprint = ____certificate_header.pemThumbprint
local readCertificateHeader = ____certificate_header.readCertificateHeader
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____peer = require("kong.plugins.token-introspection.peer")
local isPeerTrusted = ____peer.isPeerTrusted
local gsub = string.gsub
local lower = string.lower
--- Thumbprints of handshakes by the connection's serial number, which nginx never gives twice; false: no certificate. nginx neither
-- renegotiates nor asks for a certificate later, so a connection keeps its certificate.
local ofConnection = createMemo(4096, 65536)
--- Thumbprints of headers by their text, apart for each format. Only what a trusted proxy sent, and what was good, is remembered.
local ofHeader = {}
for ____, format in ipairs({
  "auto",
  "pem_urlencoded",
  "rfc9440",
  "xfcc",
  "der_base64",
}) do
  ofHeader[format] = createMemo(1024, 2097152)
end
--- How a header is spelled in a table of headers: in lower case, with `-`.
local normalisedNames = createMemo(256, 65536)
local function normalise(name)
  local known = recall(normalisedNames, name)
  if known ~= nil then
    return known
  end
  local normalised = gsub(lower(name), "_", "-")
  remember(normalisedNames, name, normalised)
  return normalised
end
--- The value of a header that a trusted proxy sets. The proxy spells it as the setting does: what comes in another spelling (`_` for `-`), which
-- proxies let through, the client wrote.
--
-- @param headers as `ngx.req.get_headers(0)` gives them: names in lower case.
-- @returns undefined when absent, the value, or false when it is there more than once, or in another spelling.
local function singleHeader(headers, name)
  local wanted = normalise(name)
  local length = #wanted
  local spelled = lower(name)
  local value
  for spelling in pairs(headers) do
    if #spelling == length and (spelling == wanted or (gsub(spelling, "_", "-")) == wanted) then
      local found = headers[spelling]
      if spelling ~= spelled or type(found) ~= "string" then
        return false
      end
      value = found
    end
  end
  return value
end
local function headerThumbprint(value, format)
  if #value > MAX_HEADER_LENGTH then
    return nil, ("the certificate header is refused: it is longer than " .. tostring(MAX_HEADER_LENGTH)) .. " bytes"
  end
  local memo = ofHeader[format]
  local known = recall(memo, value)
  if known ~= nil then
    return known
  end
  local thumbprint, cause = readCertificateHeader(value, format)
  if thumbprint == nil then
    return nil, "the certificate header is refused: " .. (cause or "")
  end
  remember(memo, value, thumbprint)
  return thumbprint
end
---
-- @param connection whose handshake is not known yet.
local function readHandshake(connection)
  local pem = ngx.var.ssl_client_raw_cert
  if pem == nil or pem == "" then
    remember(ofConnection, connection, false)
    return nil
  end
  local thumbprint, cause = pemThumbprint(pem)
  if thumbprint == nil then
    return nil, "the certificate of the TLS handshake is refused: " .. (cause or "")
  end
  remember(ofConnection, connection, thumbprint)
  return thumbprint
end
local function handshakeThumbprint()
  local connection = ngx.var.connection
  local known = recall(ofConnection, connection)
  if known == nil then
    return readHandshake(connection)
  end
  local ____temp_0
  if known == false then
    ____temp_0 = nil
  else
    ____temp_0 = known
  end
  return ____temp_0
end
--- Thumbprint of the caller's certificate (RFC 8705 §3.1).
--
-- From a trusted peer the header, when present, wins over the handshake, for the proxy may have a certificate of its own; an empty header is
-- the proxy's word that there is none. From anybody else the header is never read.
--
-- @param headers as `ngx.req.get_headers(0)` gives them.
-- @returns base64url SHA-256; undefined alone when there is no certificate; undefined and why a certificate that is there is refused.
local function clientThumbprint(headers, settings)
  local name = settings.certificate_header
  if name ~= nil and isPeerTrusted() then
    local value = singleHeader(headers, name)
    if value == false then
      return nil, "the certificate header is refused: it is there more than once, or in another spelling"
    end
    if value == "" then
      return nil
    end
    if value ~= nil then
      return headerThumbprint(value, settings.certificate_header_format)
    end
  end
  return handshakeThumbprint()
end
____exports.clientThumbprint = clientThumbprint
return ____exports
