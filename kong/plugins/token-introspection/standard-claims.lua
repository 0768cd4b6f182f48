-- Transpiled from src/kong/plugins/token-introspection/standard-claims.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Headers, under the prefix, that are always forwarded, and their claims (RFC 7662 section 2.2).
____exports.STANDARD_CLAIMS = {
  { "Scope", "scope" },
  { "Client-ID", "client_id" },
  { "Token-Type", "token_type" },
  { "Exp", "exp" },
  { "Iat", "iat" },
  { "Nbf", "nbf" },
  { "Sub", "sub" },
  { "Aud", "aud" },
  { "Iss", "iss" },
  { "Jti", "jti" },
}
return ____exports
