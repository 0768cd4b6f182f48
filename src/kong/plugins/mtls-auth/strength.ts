/**
 * How strong the cryptography of certificates must be where the plugin verifies them itself: no weaker than nginx demands of them by Kong's default, which
 * is OpenSSL's security level 2: 112 bits. OpenSSL asks for it in handshakes; in a verification only where it is told to.
 */
import * as ffi from "ffi";

const LEVEL = 2;

interface Library {
  mtls_auth_parameters(this: void, store: OpenResty.CData): OpenResty.CData;
  mtls_auth_set_level(this: void, parameters: OpenResty.CData, level: number): void;
}

// Under names of our own: resty.openssl, which has nothing for this, may declare the functions one day, in other words.
ffi.cdef(`
  void *mtls_auth_parameters(void *store) __asm__("X509_STORE_get0_param");
  void mtls_auth_set_level(void *parameters, int level) __asm__("X509_VERIFY_PARAM_set_auth_level");
`);

const library = ffi.C as object as Library;

/**
 * Lets a store verify with strong cryptography only: keys of every kind (RSA from 2048 bits, curves from 224) and signatures of every form (SHA-2), but
 * for the authority's own signature, which does not count.
 */
export function demandStrength(store: RestyOpenssl.X509Store): void {
  library.mtls_auth_set_level(library.mtls_auth_parameters(store.ctx), LEVEL);
}
