/**
 * Nonces for DPoP proofs (RFC 9449 §9): a keyed hash of the time, so that none has to be remembered. The key is random, made on first use
 * and shared by the workers of a node; when it is lost, clients are told the new nonce as they are of any other.
 */
import * as hmac from "resty.openssl.hmac";
import * as random from "resty.openssl.rand";
import { encodeBase64url } from "./base64";
import { PREFIX, addOnce } from "./dpop-dictionary";

const floor = math.floor;

const SECRET = `${PREFIX}nonce-secret`;

/** Seconds after which the nonce changes. One is good for this long at least, and for twice as long at most. */
const SLOT = 60;

/** The nonces that are good now: the current one first, then the one before. */
export type Nonces = readonly [string, string];

/** What this worker made last. */
let last: { readonly secret: string; readonly slot: number; readonly nonces: Nonces } | undefined;

function sharedSecret(this: void, name: string): string | undefined {
  const dictionary = ngx.shared[name];
  if (dictionary === undefined) return undefined;
  const [known] = dictionary.get(SECRET);
  if (typeof known === "string") return known;
  const [made] = random.bytes(32);
  if (made === undefined) return undefined;
  addOnce(name, dictionary, SECRET, made, 0);
  // Another worker may have been first.
  const [secret] = dictionary.get(SECRET);
  return typeof secret === "string" ? secret : undefined;
}

function nonceOf(this: void, secret: string, slot: number): string | undefined {
  const [code] = hmac.new(secret, "sha256");
  if (code === undefined) return undefined;
  const [hash] = code.final(`${slot}`);
  return hash === undefined ? undefined : encodeBase64url(hash);
}

/**
 * @param name of the shared dictionary.
 * @param now seconds since the epoch.
 * @returns undefined when the dictionary is missing or has no memory left, or OpenSSL failed.
 */
function currentNonces(this: void, name: string, now: number): Nonces | undefined {
  const secret = sharedSecret(name);
  if (secret === undefined) return undefined;
  const slot = floor(now / SLOT);
  if (last !== undefined && last.slot === slot && last.secret === secret) return last.nonces;
  const current = nonceOf(secret, slot);
  const previous = nonceOf(secret, slot - 1);
  if (current === undefined || previous === undefined) return undefined;
  last = { secret, slot, nonces: [current, previous] };
  return last.nonces;
}

export { currentNonces };
