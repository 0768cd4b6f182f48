-- Transpiled from src/kong/plugins/token-introspection/question.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local field
local ____ngx_2Ebase64 = require("ngx.base64")
local encode_base64url = ____ngx_2Ebase64.encode_base64url
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
function field(value)
  return (tostring(#value) .. ":") .. value
end
local concat = table.concat
local sort = table.sort
--- Settings that say whom to ask, as whom and how, and how long the answer is kept: all that can change an answer, or its life.
local DECIDING = {
  "introspection_endpoint",
  "introspection_ssl_verify",
  "issuer",
  "client_auth",
  "client_id",
  "client_secret",
  "client_jwk",
  "client_jwt_alg",
  "client_certificate",
  "client_key",
  "bearer_token",
  "introspection_accept",
  "jwks_uri",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "ttl",
  "negative_ttl",
  "stale_ttl",
  "respect_cache_control",
}
--- Settings whose value may be a reference to a vault, which Kong resolves, and rewrites in place when the secret changes.
____exports.REFERENCEABLE = {
  "introspection_endpoint",
  "client_id",
  "client_secret",
  "client_jwk",
  "client_certificate",
  "client_key",
  "bearer_token",
}
--- Settings that say how a server is reached.
local REACHING = {
  "introspection_ssl_verify",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "client_certificate",
  "client_key",
  "timeout",
}
local function sortedPairs(map)
  local lines = {}
  if map ~= nil then
    for name, value in pairs(map) do
      lines[#lines + 1] = field(name) .. field(value)
    end
  end
  sort(lines)
  return concat(lines)
end
--- The values of these settings, one after the other.
local function valuesOf(config, names)
  local parts = {}
  for ____, name in ipairs(names) do
    local value = config[name]
    parts[#parts + 1] = value == nil and "-" or field(tostring(value))
  end
  return parts
end
--- A text by which equal lists are known, and from which none can be read.
local function hashOf(parts)
  local hash = sha256(concat(parts))
  return encode_base64url(hash or tostring(parts))
end
--- Takes the question out of a configuration.
function ____exports.questionOf(config)
  local parts = valuesOf(config, DECIDING)
  parts[#parts + 1] = field(sortedPairs(config.introspection_headers))
  parts[#parts + 1] = field(sortedPairs(config.introspection_args))
  return {
    id = hashOf(parts),
    way = hashOf(valuesOf(config, REACHING)),
    patience = (
      (((((":" .. tostring(config.timeout)) .. ":") .. tostring(config.retries)) .. ":") .. tostring(config.breaker_threshold)) .. ":"
    ) .. tostring(config.breaker_timeout),
    introspection_endpoint = config.introspection_endpoint,
    introspection_ssl_verify = config.introspection_ssl_verify,
    issuer = config.issuer,
    client_auth = config.client_auth,
    client_id = config.client_id,
    client_secret = config.client_secret,
    client_jwk = config.client_jwk,
    client_jwt_alg = config.client_jwt_alg,
    client_certificate = config.client_certificate,
    client_key = config.client_key,
    bearer_token = config.bearer_token,
    introspection_accept = config.introspection_accept,
    jwks_uri = config.jwks_uri,
    http_proxy = config.http_proxy,
    https_proxy = config.https_proxy,
    no_proxy = config.no_proxy,
    ttl = config.ttl,
    negative_ttl = config.negative_ttl,
    stale_ttl = config.stale_ttl,
    respect_cache_control = config.respect_cache_control,
    introspection_headers = config.introspection_headers,
    introspection_args = config.introspection_args,
    timeout = config.timeout,
    keepalive_timeout = config.keepalive_timeout,
    retries = config.retries,
    breaker_threshold = config.breaker_threshold,
    breaker_timeout = config.breaker_timeout,
  }
end
return ____exports
