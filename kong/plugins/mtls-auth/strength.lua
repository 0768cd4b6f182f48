-- Transpiled from src/kong/plugins/mtls-auth/strength.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ffi = require("ffi")
local LEVEL = 2
ffi.cdef(
  '\n  void *mtls_auth_parameters(void *store) __asm__("X509_STORE_get0_param");\n  void mtls_auth_set_level(void *parameters, int level) __asm__("X509_VERIFY_PARAM_set_auth_level");\n'
)
local library = ffi.C
--- Lets a store verify with strong cryptography only: keys of every kind (RSA from 2048 bits, curves from 224) and signatures of every form (SHA-2), but
-- for the authority's own signature, which does not count.
function ____exports.demandStrength(store)
  library.mtls_auth_set_level(library.mtls_auth_parameters(store.ctx), LEVEL)
end
return ____exports
