-- Transpiled from src/kong/plugins/mtls-auth/settings-validators.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____resty_2Eopenssl_2Ex509 = require("resty.openssl.x509")
local newX509 = ____resty_2Eopenssl_2Ex509.new
local ____header_name = require("kong.plugins.mtls-auth.header-name")
local normalisedName = ____header_name.normalisedName
local ____string_0 = string
local find = ____string_0.find
local gsub = ____string_0.gsub
local sub = ____string_0.sub
--- Headers with a meaning of their own for nginx, for Kong or for HTTP itself, in lower case: a certificate's part there would break the
-- request, be removed again, or pass for somebody else's word.
local reserved = {}
for ____, name in ipairs({
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "proxy",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-anonymous-consumer",
  "x-authenticated-groups",
  "x-credential-identifier",
  "x-credential-username",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-path",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-real-ip",
}) do
  reserved[name] = true
end
local reservedPrefixes = { "x-kong-", "x-consumer-" }
local function isReserved(name)
  local normalised = normalisedName(name)
  if reserved[normalised] ~= nil then
    return true
  end
  for ____, prefix in ipairs(reservedPrefixes) do
    if sub(normalised, 1, #prefix) == prefix then
      return true
    end
  end
  return false
end
--- A header that the plugin may set: letters, digits, `-` and `_`, and none that means something else.
function ____exports.checkHeaderName(name)
  local token = find(name, "^[%w_-]+$")
  if token == nil then
    return nil, "must be a header name: letters, digits, '-' and '_'"
  end
  if isReserved(name) then
    return nil, ("must not be '" .. name) .. "', which has another meaning"
  end
  return true
end
--- One certificate authority's certificate in PEM. An expired one is let in: otherwise Kong would not start on the day after.
function ____exports.checkCaCertificate(pem)
  local ____, count = gsub(pem, "%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-", "")
  local ____, blocks = gsub(pem, "%-%-%-%-%-BEGIN ", "")
  if count ~= 1 or blocks ~= 1 then
    return nil, "must be one certificate in PEM, and nothing else"
  end
  local certificate = newX509(pem, "PEM")
  if certificate == nil then
    return nil, "must be one certificate in PEM: this one cannot be read"
  end
  local authority = certificate:get_basic_constraints("ca")
  if authority ~= true then
    return nil, "must be a certificate authority's certificate (basic constraint CA)"
  end
  return true
end
return ____exports
