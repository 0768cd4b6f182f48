/** Verification of client certificates against the authorities of `ca_certificates` (RFC 5280 section 6, done by OpenSSL). */
import { format_error as takeErrors } from "resty.openssl.err";
import { new as newX509 } from "resty.openssl.x509";
import { new as newChain } from "resty.openssl.x509.chain";
import { new as newStore, verify_flags } from "resty.openssl.x509.store";
import { demandStrength } from "./strength";

const { gmatch } = string;

type X509 = RestyOpenssl.X509;

/** The authorities of one configuration, ready to verify with. */
export interface Trust {
  readonly store: RestyOpenssl.X509Store;
  /** The authorities' certificates, whose names are sent to clients as a hint. */
  readonly authorities: RestyOpenssl.X509Chain;
  /** When each of them expires, seconds since the epoch. */
  readonly expiries: readonly number[];
}

/** Most certificates between the client's and an authority's, and most of those sent by the client that are read. */
const MAXIMUM_DEPTH = 9;

function readExpiry(this: void, certificate: X509): number | undefined {
  const [expiry] = certificate.get_not_after();
  return expiry;
}

/** When a certificate expires; 0, long ago, when its time cannot be read: whatever hangs on it is then never remembered. */
function expiryOf(certificate: X509): number {
  const [ok, expiry] = pcall(readExpiry, certificate);
  return ok && typeof expiry === "number" ? expiry : 0;
}

/**
 * Makes a store of these PEM certificates. Each is trusted by itself, an intermediate one without its root as well. A client certificate must
 * be fit for TLS client authentication (extended key usage), and all cryptography strong.
 */
export function makeTrust(certificates: readonly string[]): LuaMultiReturn<[Trust] | [undefined, string]> {
  const [store, storeProblem] = newStore();
  if (store === undefined) return $multi(undefined, storeProblem);
  const [authorities, chainProblem] = newChain();
  if (authorities === undefined) return $multi(undefined, chainProblem);
  const expiries: number[] = [];
  for (const pem of certificates) {
    const [certificate, unreadable] = newX509(pem, "PEM");
    if (certificate === undefined) return $multi(undefined, unreadable);
    const [stored, storing] = store.add(certificate);
    if (stored !== true) return $multi(undefined, storing ?? "a certificate could not be added");
    const [chained, chaining] = authorities.add(certificate);
    if (chained !== true) return $multi(undefined, chaining ?? "a certificate could not be added");
    expiries.push(expiryOf(certificate));
  }
  const [purposeSet, purposeProblem] = store.set_purpose("sslclient");
  if (purposeSet !== true) return $multi(undefined, purposeProblem ?? "the purpose could not be set");
  const [depthSet, depthProblem] = store.set_depth(MAXIMUM_DEPTH);
  if (depthSet !== true) return $multi(undefined, depthProblem ?? "the depth could not be set");
  const [flagSet, flagProblem] = store.set_flags(verify_flags.X509_V_FLAG_PARTIAL_CHAIN ?? 0x80000);
  if (flagSet !== true) return $multi(undefined, flagProblem ?? "the flags could not be set");
  demandStrength(store);
  return $multi({ store, authorities, expiries });
}

/** The certificates that a client sent behind its own, from the PEM of all that it sent. */
function readIntermediates(sent: string): LuaMultiReturn<[X509[]] | [undefined, string]> {
  const intermediates: X509[] = [];
  let position = 0;
  for (const [pem] of gmatch(sent, "%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-.-%-%-%-%-%-END CERTIFICATE%-%-%-%-%-")) {
    if (position > MAXIMUM_DEPTH) break;
    if (position > 0) {
      const [certificate, unreadable] = newX509(pem, "PEM");
      if (certificate === undefined) return $multi(undefined, unreadable);
      intermediates.push(certificate);
    }
    position += 1;
  }
  return $multi(intermediates);
}

/** The earlier of two times; one that has passed cannot belong to a certificate which was just verified with. */
function earlierButAhead(until: number, expiry: number, now: number): number {
  return expiry > now && expiry < until ? expiry : until;
}

/**
 * Verifies a client's certificate.
 * @param leaf the certificate, PEM.
 * @param sent all that the client sent, PEM, its own certificate first; the empty string when that is not known.
 * @param now seconds since the epoch.
 * @returns until when this stays true, in seconds since the epoch: no certificate that can have taken part expires before; or undefined and why
 * the certificate is refused.
 */
export function verifyCertificate(
  trust: Trust,
  leaf: string,
  sent: string,
  now: number,
): LuaMultiReturn<[number] | [undefined, string]> {
  const [certificate, unreadable] = newX509(leaf, "PEM");
  if (certificate === undefined) return $multi(undefined, unreadable);
  const [intermediates, broken] = readIntermediates(sent);
  if (intermediates === undefined) return $multi(undefined, broken);
  const [chain, chainProblem] = newChain();
  if (chain === undefined) return $multi(undefined, chainProblem);
  for (const intermediate of intermediates) {
    const [added, problem] = chain.add(intermediate);
    if (added !== true) return $multi(undefined, problem ?? "an intermediate certificate could not be added");
  }
  const [verified, reason] = trust.store.verify(certificate, chain);
  // What a failed verification leaves in OpenSSL's list of errors nginx would find there, and report as its own (level alert).
  takeErrors("x509.store:verify");
  if (verified !== true) return $multi(undefined, reason ?? "not verified");
  let until = expiryOf(certificate);
  for (const intermediate of intermediates) until = earlierButAhead(until, expiryOf(intermediate), now);
  for (const expiry of trust.expiries) until = earlierButAhead(until, expiry, now);
  return $multi(until);
}
