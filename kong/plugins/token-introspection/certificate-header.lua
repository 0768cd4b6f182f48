-- Transpiled from src/kong/plugins/token-introspection/certificate-header.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ssl = require("ngx.ssl")
local ____base64 = require("kong.plugins.token-introspection.base64")
local decodeBase64 = ____base64.decodeBase64
local encodeBase64url = ____base64.encodeBase64url
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
local byte = string.byte
local char = string.char
local find = string.find
local gsub = string.gsub
local lower = string.lower
local match = string.match
local rep = string.rep
local sub = string.sub
--- Longest header that is read, in bytes.
local MAX_HEADER_LENGTH = 16384
local BEGIN = "-----BEGIN CERTIFICATE-----"
local END = "-----END CERTIFICATE-----"
local PEM_LINE = rep(".", 64)
local NOT_DER = "it is not one complete DER certificate"
--- Thumbprint of a certificate (RFC 8705 §3.1): SHA-256 of its DER, base64url without padding.
--
-- @param der the certificate, which is not looked into.
local function derThumbprint(der)
  local hash, message = sha256(der)
  if hash == nil then
    return nil, message or "no SHA-256"
  end
  return encodeBase64url(hash)
end
--- Whether the bytes are one DER SEQUENCE (X.690 §10.1: its length in the fewest bytes), and nothing after it.
local function isOneSequence(der)
  local tag, first, second, third, fourth = byte(der, 1, 5)
  if tag ~= 48 or first == nil or second == nil then
    return false
  end
  if first < 128 then
    return #der == 2 + first
  end
  if first == 129 then
    return second >= 128 and #der == 3 + second
  end
  if third == nil then
    return false
  end
  if first == 130 then
    return second > 0 and #der == 4 + second * 256 + third
  end
  if fourth == nil then
    return false
  end
  return first == 131 and second > 0 and #der == 5 + second * 65536 + third * 256 + fourth
end
--- Proves that the bytes are a certificate: OpenSSL reads them and writes the same bytes. That costs 140 to 200 microseconds on OpenSSL 3, so
-- callers remember the result.
local function isCertificate(der)
  if not isOneSequence(der) then
    return false
  end
  local lines = gsub((gsub(ngx.encode_base64(der), PEM_LINE, "%0\n")), "\n$", "")
  local again = ssl.cert_pem_to_der(((((BEGIN .. "\n") .. lines) .. "\n") .. END) .. "\n")
  return again == der
end
local function certificateThumbprint(der)
  if der == nil then
    return nil, "its Base64 is malformed"
  end
  if not isCertificate(der) then
    return nil, NOT_DER
  end
  return derThumbprint(der)
end
--- First certificate of a PEM text. White space may stand anywhere in the Base64 and around the armour, in place of line feeds (nginx's
-- $ssl_client_cert has tabs, other proxies spaces); nothing else may.
--
-- @returns the DER of the first certificate, decoded and not looked into; the others only have to be PEM.
local function firstOfPem(text)
  local first
  local position = find(text, "%S")
  while position ~= nil do
    if sub(text, position, position + #BEGIN - 1) ~= BEGIN then
      return nil, "there is something else beside PEM certificates"
    end
    local start = position + #BEGIN
    local ____end = find(text, END, start, true)
    if ____end == nil then
      return nil, "a PEM certificate has no end"
    end
    local body = gsub(sub(text, start, ____end - 1), "%s+", "")
    local der = decodeBase64(body)
    if der == nil then
      return nil, "the Base64 of a PEM certificate is malformed"
    end
    if not isOneSequence(der) then
      return nil, NOT_DER
    end
    if first == nil then
      first = der
    end
    position = find(text, "%S", ____end + #END)
  end
  if first == nil then
    return nil, "it is empty"
  end
  return first
end
--- Thumbprint of the certificate in a PEM text that OpenSSL wrote, `$ssl_client_raw_cert`: one certificate, which is not parsed once more, with line feeds and
-- nothing else between its lines.
--
-- @returns base64url SHA-256; or undefined and why not.
local function pemThumbprint(pem)
  local lines = match(pem, "BEGIN CERTIFICATE%-+\n([^-]+)")
  if lines == nil then
    return nil, "it is not PEM"
  end
  local der = decodeBase64((gsub(lines, "\n", "")))
  if der == nil then
    return nil, "its Base64 is malformed"
  end
  return derThumbprint(der)
end
local function fromHexadecimal(digits)
  return char(tonumber(digits, 16) or 0)
end
--- Percent-decoding (RFC 3986 §2.1). A plus sign is a plus sign: AWS leaves the Base64 alphabet as it is.
local function percentDecode(text)
  if (find(text, "%", 1, true)) == nil then
    return text
  end
  local others = gsub(text, "%%%x%x", "")
  if (find(others, "%", 1, true)) ~= nil then
    return nil
  end
  local decoded = gsub(text, "%%(%x%x)", fromHexadecimal)
  return decoded
end
local function readPem(text)
  local der, cause = firstOfPem(text)
  if der == nil then
    return nil, cause or NOT_DER
  end
  return certificateThumbprint(der)
end
--- Traefik: Base64 of the DER, several with commas between, the leaf first.
local function readBase64List(text)
  local comma = find(text, ",", 1, true)
  local leaf = comma == nil and text or sub(text, 1, comma - 1)
  while comma ~= nil do
    local next = find(text, ",", comma + 1, true)
    local der = decodeBase64(sub(text, comma + 1, next == nil and -1 or next - 1))
    if der == nil or not isOneSequence(der) then
      return nil, "a certificate of the chain is malformed"
    end
    comma = next
  end
  return certificateThumbprint(decodeBase64(leaf))
end
--- PEM that was encoded as a form is (Java's URLEncoder, PHP's urlencode). In the armour a plus sign can only be a space, and there it is one everywhere.
local BEGIN_IN_FORM = "-----BEGIN+CERTIFICATE-----"
local function readPercentEncoded(value)
  local inForm = sub(value, 1, #BEGIN_IN_FORM) == BEGIN_IN_FORM
  local text = percentDecode(inForm and (gsub(value, "%+", " ")) or value)
  if text == nil then
    return nil, "its percent-encoding is malformed"
  end
  if (find(text, "-", 1, true)) ~= nil then
    return readPem(text)
  end
  return readBase64List(text)
end
--- RFC 9440 §2.2: a structured field that is one byte sequence (RFC 8941 §3.3.5), without parameters.
local function readByteSequence(value)
  local encoded = match(value, "^:([^:]*):$")
  if encoded == nil then
    return nil, "it is not one byte sequence"
  end
  return certificateThumbprint(decodeBase64(encoded))
end
--- One value of Envoy's header, and where the next character stands.
local function readXfccValue(value, start)
  if byte(value, start) ~= 34 then
    local ____, ____end, text = find(value, '^([^,;"]*)', start)
    if ____end == nil or type(text) ~= "string" then
      return nil, nil
    end
    return text, ____end + 1
  end
  local position = start + 1
  do
    while true do
      local found = find(value, '["\\]', position)
      if found == nil then
        return nil, nil
      end
      if byte(value, found) == 34 then
        local text = gsub(sub(value, start + 1, found - 1), "\\(.)", "%1")
        return text, found + 1
      end
      position = found + 2
    end
  end
end
local function xfccThumbprint(certificate, hash)
  local expected
  if hash ~= nil then
    if #hash ~= 64 or (find(hash, "%X")) ~= nil then
      return nil, "Hash is not a SHA-256 in hexadecimal"
    end
    local bytes = gsub(hash, "(%x%x)", fromHexadecimal)
    expected = encodeBase64url(bytes)
  end
  if certificate == nil then
    if expected == nil then
      return nil, "its last element has neither Cert nor Hash"
    end
    return expected
  end
  local text = percentDecode(certificate)
  if text == nil then
    return nil, "the percent-encoding of Cert is malformed"
  end
  local thumbprint, cause = readPem(text)
  if thumbprint == nil then
    return nil, cause or NOT_DER
  end
  if expected ~= nil and expected ~= thumbprint then
    return nil, "Cert and Hash are of different certificates"
  end
  return thumbprint
end
--- Envoy's X-Forwarded-Client-Cert: elements with commas between, one per hop; pairs with semicolons between; values in double quotes where
-- they hold one of those. The last element is the hop nearest to us, so it is the one that counts.
local function readXfcc(value)
  local certificate
  local hash
  local position = 1
  do
    while true do
      local ____, equals, name = find(value, "^[ \t]*(%a+)=", position)
      if equals == nil or type(name) ~= "string" then
        return nil, "an element is not made of pairs"
      end
      local text, after = readXfccValue(value, equals + 1)
      if text == nil or after == nil then
        return nil, "a quoted value has no end"
      end
      local key = lower(name)
      if key == "cert" then
        if certificate ~= nil then
          return nil, "an element has Cert twice"
        end
        certificate = text
      elseif key == "hash" then
        if hash ~= nil then
          return nil, "an element has Hash twice"
        end
        hash = text
      end
      local ____, ____end, separator = find(value, "^[ \t]*([,;])", after)
      if ____end == nil then
        if after <= #value then
          return nil, "something follows a value"
        end
        return xfccThumbprint(certificate, hash)
      end
      position = ____end + 1
      if separator == "," then
        certificate = nil
        hash = nil
      end
    end
  end
end
local XFCC_KEYS = {}
for ____, key in ipairs({
  "by",
  "hash",
  "cert",
  "chain",
  "subject",
  "uri",
  "dns",
}) do
  XFCC_KEYS[key] = true
end
--- Which format a value is in. The formats are told apart by how they begin, and no two begin alike: a colon is RFC 9440, the name of a pair
-- is Envoy; Base64 has an equals sign at its end only.
local function recognise(value)
  if byte(value, 1) == 58 then
    return "rfc9440"
  end
  local name = match(value, "^[ \t]*(%a+)=")
  if name ~= nil and XFCC_KEYS[lower(name)] ~= nil then
    return "xfcc"
  end
  return "pem_urlencoded"
end
--- Reads a certificate header.
--
-- @param value the header's value, as it came.
-- @param format how it is written: `pem_urlencoded` (nginx, AWS; Traefik's Base64 without armour counts too), `rfc9440`, `xfcc` (Envoy),
-- `der_base64` (HAProxy, Caddy), or `auto`.
-- @returns the leaf's thumbprint (RFC 8705 §3.1): base64url SHA-256 without padding; or undefined and why not, as the rest of a sentence
-- about the header, without any of its text.
local function readCertificateHeader(value, format)
  if #value > MAX_HEADER_LENGTH then
    return nil, ("it is longer than " .. tostring(MAX_HEADER_LENGTH)) .. " bytes"
  end
  local written = format == "auto" and recognise(value) or format
  if written == "rfc9440" then
    return readByteSequence(value)
  end
  if written == "xfcc" then
    return readXfcc(value)
  end
  if written == "der_base64" then
    return certificateThumbprint(decodeBase64(value))
  end
  return readPercentEncoded(value)
end
____exports.MAX_HEADER_LENGTH = MAX_HEADER_LENGTH
____exports.derThumbprint = derThumbprint
____exports.pemThumbprint = pemThumbprint
____exports.readCertificateHeader = readCertificateHeader
return ____exports
