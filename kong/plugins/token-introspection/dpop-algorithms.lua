-- Transpiled from src/kong/plugins/token-introspection/dpop-algorithms.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- The signature algorithms that a DPoP challenge and the resource's metadata name (RFC 9449 section 7.1, RFC 9728 section 2).
____exports.DPOP_ALGORITHMS = {
  "ES256",
  "ES384",
  "PS256",
  "RS256",
  "EdDSA",
}
return ____exports
