/** Headers, under the prefix, that are always forwarded, and their claims (RFC 7662 section 2.2). */
export const STANDARD_CLAIMS: readonly (readonly [string, string])[] = [
  ["Scope", "scope"],
  ["Client-ID", "client_id"],
  ["Token-Type", "token_type"],
  ["Exp", "exp"],
  ["Iat", "iat"],
  ["Nbf", "nbf"],
  ["Sub", "sub"],
  ["Aud", "aud"],
  ["Iss", "iss"],
  ["Jti", "jti"],
];
