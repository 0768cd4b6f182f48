/**
 * How strong the cryptography of certificates must be where the plugin verifies them itself: no weaker than nginx demands of them by Kong's default, which
 * is OpenSSL's security level 2. OpenSSL asks for it in handshakes only.
 */

type X509 = RestyOpenssl.X509;

/** Digests for which texts with equal hashes can be made: an authority's signature by one of them can be moved to another certificate. */
const brokenDigests = new LuaSet<string>();
for (const digest of ["MD2", "MD4", "MD5", "SHA1"]) brokenDigests.add(digest);

const NID_RSA = 6;

/** Shortest modulus of an RSA key, in bytes: 2048 bits. */
const SHORTEST_MODULUS = 256;

/** Raises where the key is not as OpenSSL describes one. */
function isShortKey(this: void, key: RestyOpenssl.Pkey): boolean {
  const [kind] = key.get_key_type();
  if (kind?.nid !== NID_RSA) return false;
  const [parameters] = key.get_parameters();
  const [modulus] = (parameters?.["n"] as RestyOpenssl.Bn).to_binary();
  return modulus === undefined || modulus.length < SHORTEST_MODULUS;
}

/** @param trusted the certificate is an authority's, whose own signature does not count. Raises where it cannot be read. */
function weaknessOfOne(this: void, certificate: X509, trusted: boolean): string | undefined {
  const [digest] = certificate.get_signature_digest_name();
  if (!trusted && digest !== undefined && brokenDigests.has(digest)) return `a certificate is signed with ${digest}`;
  const [key] = certificate.get_pubkey();
  if (key === undefined) return "a certificate's key cannot be read";
  return isShortKey(key) ? "the RSA key of a certificate has fewer than 2048 bits" : undefined;
}

/**
 * What is too weak in a chain.
 * @param chain as OpenSSL built it: the client's certificate first, the authority's last.
 * @returns undefined where nothing is.
 */
export function weaknessOf(chain: readonly X509[]): string | undefined {
  let left = chain.length;
  for (const certificate of chain) {
    left -= 1;
    const [read, weakness] = pcall(weaknessOfOne, certificate, left === 0);
    if (!read) return "a certificate cannot be read";
    if (weakness !== undefined) return weakness as string;
  }
  return undefined;
}
