-- Transpiled from src/kong/plugins/mtls-auth/settings.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____settings_validators = require("kong.plugins.mtls-auth.settings-validators")
local checkCaCertificate = ____settings_validators.checkCaCertificate
local checkHeaderName = ____settings_validators.checkHeaderName
--- Every setting of the plugin: type, default, description. `Config` is derived from it.
____exports.settings = {
  {
    error_response_code = {
      type = "integer",
      required = true,
      default = 401,
      between = { 400, 599 },
      description = "Status of the answer to a client without a valid certificate. With 408, 444 and 499 nginx closes the connection without an answer.",
    },
  },
  {
    ca_certificates = {
      type = "array",
      len_min = 1,
      elements = { type = "string", required = true, custom_validator = checkCaCertificate },
      description = "Certificates in PEM, one in each element, of the only authorities to trust here. A client's certificate then passes when they verify it, whatever nginx says; without this setting, when nginx verified it. Weak cryptography does not count: signatures with MD5 or SHA-1, RSA keys of fewer than 2048 bits, curves of fewer than 224 (OpenSSL's security level 2).",
    },
  },
  {
    upstream_cert_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header to the upstream service for the certificate: PEM, URL-encoded.",
    },
  },
  {
    upstream_cert_fingerprint_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header for the certificate's SHA-1 fingerprint, hexadecimal.",
    },
  },
  {
    upstream_cert_fingerprint_sha256_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header for the certificate's SHA-256 thumbprint, base64url, as in x5t#S256 (RFC 8705 section 3.1).",
    },
  },
  {
    upstream_cert_serial_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header for the certificate's serial number, hexadecimal.",
    },
  },
  {
    upstream_cert_i_dn_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header for the issuer's distinguished name (RFC 4514).",
    },
  },
  {
    upstream_cert_s_dn_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header for the subject's distinguished name (RFC 4514).",
    },
  },
  {
    upstream_cert_cn_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header for the subject's common name (CN): of several the most specific.",
    },
  },
  {
    upstream_cert_org_header = {
      type = "string",
      custom_validator = checkHeaderName,
      description = "Header for the subject's organization (O): of several the most specific.",
    },
  },
}
--- The settings that name headers, in the order in which they are written.
____exports.headerSettings = {
  "upstream_cert_header",
  "upstream_cert_fingerprint_header",
  "upstream_cert_fingerprint_sha256_header",
  "upstream_cert_serial_header",
  "upstream_cert_i_dn_header",
  "upstream_cert_s_dn_header",
  "upstream_cert_cn_header",
  "upstream_cert_org_header",
}
return ____exports
