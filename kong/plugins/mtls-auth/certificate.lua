-- Transpiled from src/kong/plugins/mtls-auth/certificate.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____ngx_2Ebase64 = require("ngx.base64")
local encode_base64url = ____ngx_2Ebase64.encode_base64url
local ____ngx_2Essl = require("ngx.ssl")
local cert_pem_to_der = ____ngx_2Essl.cert_pem_to_der
local ____resty_2Eopenssl_2Edigest = require("resty.openssl.digest")
local newDigest = ____resty_2Eopenssl_2Edigest.new
local ____distinguished_name = require("kong.plugins.mtls-auth.distinguished-name")
local attributeValue = ____distinguished_name.attributeValue
local readDistinguishedName = ____distinguished_name.readDistinguishedName
local ____header_value = require("kong.plugins.mtls-auth.header-value")
local headerValue = ____header_value.headerValue
--- The client's own certificate, PEM; empty when there is none.
function ____exports.clientCertificate()
  return ngx.var.ssl_client_raw_cert or ""
end
local ____string_0 = string
local format = ____string_0.format
local gsub = ____string_0.gsub
local match = ____string_0.match
local sub = ____string_0.sub
--- Longest part of a subject's name that a log line shows, in bytes.
local LOGGED_NAME = 256
local function subjectAttribute(kind)
  local names, problem = readDistinguishedName(ngx.var.ssl_client_s_dn or "")
  if names == nil then
    kong.log.warn("the subject's distinguished name cannot be read, its ", kind, " is left out: ", problem)
    return nil
  end
  return attributeValue(names, kind)
end
--- SHA-256 of the DER, base64url without padding (RFC 8705 section 3.1).
local function thumbprint()
  local der, unreadable = cert_pem_to_der(____exports.clientCertificate())
  if der == nil then
    kong.log.warn("the client certificate cannot be read, its thumbprint is left out: ", unreadable)
    return nil
  end
  local digest, unavailable = newDigest("sha256")
  if digest == nil then
    kong.log.err("SHA-256 is not available, the certificate's thumbprint is left out: ", unavailable)
    return nil
  end
  local hash, failure = digest:final(der)
  if type(hash) ~= "string" then
    kong.log.err("SHA-256 failed, the certificate's thumbprint is left out: ", failure)
    return nil
  end
  return encode_base64url(hash)
end
--- OpenSSL breaks a serial number of more than 35 bytes into lines, with a backslash before each.
local function serialNumber()
  local serial = ngx.var.ssl_client_serial
  local ____temp_1
  if serial == nil then
    ____temp_1 = nil
  else
    ____temp_1 = (gsub(serial, "\\\n", ""))
  end
  return ____temp_1
end
local parts = {
  upstream_cert_header = function()
    return ngx.var.ssl_client_escaped_cert
  end,
  upstream_cert_fingerprint_header = function()
    return ngx.var.ssl_client_fingerprint
  end,
  upstream_cert_fingerprint_sha256_header = thumbprint,
  upstream_cert_serial_header = serialNumber,
  upstream_cert_i_dn_header = function()
    return ngx.var.ssl_client_i_dn
  end,
  upstream_cert_s_dn_header = function()
    return ngx.var.ssl_client_s_dn
  end,
  upstream_cert_cn_header = function()
    return subjectAttribute("commonName")
  end,
  upstream_cert_org_header = function()
    return subjectAttribute("organizationName")
  end,
}
--- The part of the certificate that belongs into this setting's header, safe to be a header value.
--
-- @returns undefined when the certificate has no such part.
function ____exports.certificatePart(setting)
  local part = parts[setting]()
  local ____temp_2
  if part == nil or part == "" then
    ____temp_2 = nil
  else
    ____temp_2 = headerValue(part)
  end
  return ____temp_2
end
--- When the certificate expires, seconds since the epoch; undefined when nginx does not say.
function ____exports.certificateExpiry()
  local month, day, time, year = match(ngx.var.ssl_client_v_end or "", "^(%a+) +(%d+) ([%d:]+) (%d+) GMT$")
  if month == nil then
    return nil
  end
  return ngx.parse_http_time(format(", %02d %s %s %s GMT", day, month, year, time))
end
--- All certificates that the client sent, PEM, its own first.
--
-- @returns the empty string on a resumed TLS session: nobody kept them.
function ____exports.certificatesSent()
  local sent, problem = kong.client.tls.get_full_client_certificate_chain()
  if sent == nil and problem ~= nil then
    return nil, problem
  end
  return sent or ""
end
function ____exports.sessionIsResumed()
  return ngx.var.ssl_session_reused == "r"
end
--- The subject's distinguished name for a log line: nginx escapes what is not printable, and this shortens it.
function ____exports.subjectForLog()
  local subject = ngx.var.ssl_client_s_dn or ""
  return #subject > LOGGED_NAME and sub(subject, 1, LOGGED_NAME) .. "..." or subject
end
return ____exports
