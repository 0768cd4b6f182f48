/**
 * A DPoP proof is used once (RFC 9449 §11.1) on a node, whichever of its workers sees it. Nodes do not share what they remember.
 *
 * What is remembered can be lost: Kong empties kong_db_cache with every change of declarative configuration, and a restart empties
 * everything. So the dictionary also holds the time since which it has remembered everything, and a proof issued before that is refused:
 * nobody knows any more whether it was used.
 *
 * A proof may bear the very second of that time, though, or be dated ahead of our clock, and so be used, forgotten and still be young enough. Such
 * proofs are noted in a second dictionary too, which no change of configuration empties.
 */
import { encodeBase64url } from "./base64";
import { type DpopProof, allowedAhead } from "./dpop";
import { PREFIX, addOnce } from "./dpop-dictionary";
import { KONGS_CACHE, LOCKS } from "./node-memory";
import type { Refusal } from "./refusal";
import { refusal } from "./refusal";
import { sha256 } from "./sha256";

/**
 * Since when the dictionary remembers; its flags are the seconds for which it remembers a proof. One entry, which every proof reads: an entry that never
 * expires and is never read would come to be the one used least lately, behind which nginx finds no expired ones, and in Kong's dictionary it would go.
 */
const SINCE = `${PREFIX}since`;
const JTI = `${PREFIX}jti:`;
/** Seconds for which the proofs that were used before the last change are remembered at least, while any of them could be good for longer. */
const SHORTER = `${PREFIX}shorter`;

/** Longest `jti` that is kept as it is, in bytes: with it an entry takes as much memory as with a hash, 256 bytes. */
const MAX_PLAIN_JTI_LENGTH = 96;

/** Seconds to which clients round `iat` down. */
const RESOLUTION = 1;

const ceil = math.ceil;
const max = math.max;
const min = math.min;
const sub = string.sub;

/** Seconds for which a dictionary remembers a proof at least, by its name: the longest that any configuration in force takes one for good. */
let lifetimes = new LuaTable<string, number>();

/** The dictionaries in which SHORTER may stand: not to be looked for with each proof. */
const shortened = new LuaSet<string>();

/** The settings that say for how long a proof could be replayed, and where used ones are remembered. */
export interface ReplaySettings {
  /** Seconds that a proof may be old, leeway aside. */
  readonly dpop_max_age: number;
  /** Seconds of clock difference that are allowed. */
  readonly leeway: number;
  /** Name of the shared dictionary. */
  readonly dpop_dictionary: string;
}

/**
 * Keeps what the second dictionary holds of proofs for as long as these are good: the first one may have been emptied, and was to remember
 * them from then on.
 *
 * @param lifetime seconds after its `iat` for which a proof can be good.
 */
function keepNoted(this: void, now: number, lifetime: number): void {
  const second = ngx.shared[LOCKS];
  if (second === undefined) return;
  for (const key of second.get_keys(0)) {
    if (sub(key, 1, JTI.length) === JTI) {
      const [issuedAt] = second.get(key);
      const seconds = typeof issuedAt === "number" ? issuedAt + lifetime + RESOLUTION + 1 - now : 0;
      if (seconds > 0) second.expire(key, seconds);
    }
  }
}

/** The time since which a dictionary remembers everything; a new one begins now. The second value is for how long, where that was noted. */
function rememberedSince(
  this: void,
  name: string,
  dictionary: OpenResty.SharedDictionary,
  now: number,
): LuaMultiReturn<[number, (number | undefined)?] | [undefined, undefined]> {
  const [known, lifetime] = dictionary.get(SINCE);
  if (typeof known === "number") return $multi(known, lifetime as number | undefined);
  const [begun] = addOnce(name, dictionary, SINCE, now, 0);
  if (begun !== undefined && name === KONGS_CACHE) keepNoted(now, (lifetimes.get(name) as number | undefined) ?? 0);
  // Another worker may have been first.
  const [since, noted] = dictionary.get(SINCE);
  if (typeof since === "number") return $multi(since, noted as number | undefined);
  return $multi(undefined, undefined);
}

/**
 * Takes note of how long proofs are remembered from now on. What was remembered for a shorter time cannot be known any more.
 *
 * @param former seconds for which they were remembered until now; undefined: that was not noted.
 */
function lengthen(
  this: void,
  dictionary: OpenResty.SharedDictionary,
  since: number,
  former: number | undefined,
  lifetime: number,
): void {
  if (former === lifetime) return;
  if (former === undefined || former > lifetime) {
    dictionary.set(SINCE, since, 0, lifetime);
    return;
  }
  // What is remembered now goes after as long as before, while its proofs are good for longer: none may be older than that, until the last of them, which
  // may be dated ahead, is good no more.
  const [known] = dictionary.get(SHORTER);
  const shorter = typeof known === "number" ? min(known, former) : former;
  dictionary.set(SHORTER, shorter, lifetime + allowedAhead(former) + RESOLUTION + 1);
  dictionary.set(SINCE, max(since, ngx.now() - former), 0, lifetime);
}

/** Whether a proof is older than what is remembered of those that were used before the last change. */
function outlivesMemory(
  this: void,
  name: string,
  dictionary: OpenResty.SharedDictionary,
  issuedAt: number,
  now: number,
): boolean {
  const [shorter] = dictionary.get(SHORTER);
  if (typeof shorter === "number") return now > issuedAt + shorter + RESOLUTION;
  shortened.delete(name);
  return false;
}

/**
 * Begins to remember, unless it has begun. Called when the configuration is set, so that the first proof is not the one that starts it and
 * is refused for being older.
 *
 * @param longest for each shared dictionary, by its name, the seconds for which a proof can be good under any configuration in force.
 */
function beginRemembering(this: void, longest: LuaTable<string, number>): void {
  lifetimes = longest;
  const kept = longest.get(KONGS_CACHE) as number | undefined;
  if (kept !== undefined) keepNoted(ngx.now(), kept);
  for (const [name, lifetime] of longest) {
    const dictionary = ngx.shared[name];
    if (dictionary !== undefined) {
      const [since, former] = rememberedSince(name, dictionary, ngx.now());
      // Flags are whole numbers.
      if (since !== undefined) lengthen(dictionary, since, former, ceil(lifetime));
      const [shorter] = dictionary.get(SHORTER);
      if (shorter !== undefined) shortened.add(name);
    }
  }
}

/** Nobody knows any more whether the proof was used. */
function tooOld(this: void): Refusal {
  return {
    code: "invalid_dpop_proof",
    cause: "dpop: the proof is older than what is remembered of used proofs",
    dpop: true,
  };
}

function refusedBy(this: void, message: string): Refusal {
  if (message === "exists") return { code: "invalid_dpop_proof", cause: "dpop: the proof was used before", dpop: true };
  return refusal("unexpected", `dpop_dictionary: a used proof cannot be remembered: ${message}`);
}

/**
 * Notes a proof in the second dictionary, for as long as emptying the first one could let it pass again.
 *
 * @param since when the first dictionary began to remember.
 * @param ahead seconds that a proof may be dated ahead.
 * @returns undefined when it was not noted before; or why it is refused.
 */
function note(
  this: void,
  key: string,
  issuedAt: number,
  since: number,
  now: number,
  ahead: number,
): Refusal | undefined {
  const second = ngx.shared[LOCKS];
  if (second === undefined) return refusedBy("there is no dictionary " + LOCKS);
  if (issuedAt > now - RESOLUTION) {
    const [noted, why] = addOnce(LOCKS, second, key, issuedAt, issuedAt + RESOLUTION - now + 1);
    return noted === undefined ? refusedBy(why ?? "no memory") : undefined;
  }
  return issuedAt < since + ahead && second.get(key)[0] !== undefined ? refusedBy("exists") : undefined;
}

/**
 * The key of a proof in a dictionary, which is never the one of another proof: a thumbprint has 43 bytes, as many as the hash that stands in place of
 * thumbprint and a long `jti`.
 */
function keyOf(this: void, thumbprint: string, jti: string): LuaMultiReturn<[string] | [undefined, string]> {
  if (jti.length <= MAX_PLAIN_JTI_LENGTH) return $multi(JTI + thumbprint + jti);
  const [hash, message] = sha256(thumbprint + jti);
  if (hash === undefined) return $multi(undefined, message ?? "no SHA-256");
  return $multi(JTI + encodeBase64url(hash));
}

/**
 * Uses a proof up.
 *
 * @param thumbprint of the proof's key: two keys may choose the same `jti`.
 * @param now seconds since the epoch.
 * @returns undefined when this was its first use; or why it is refused.
 */
function useProof(
  this: void,
  settings: ReplaySettings,
  thumbprint: string,
  proof: DpopProof,
  now: number,
): Refusal | undefined {
  const { dpop_max_age: maxAge, leeway, dpop_dictionary: name } = settings;
  const dictionary = ngx.shared[name];
  if (dictionary === undefined) return refusal("unexpected", "dpop_dictionary: there is no such shared dictionary");
  const { iat: issuedAt, jti } = proof;
  const [since, noted] = rememberedSince(name, dictionary, now);
  if (since === undefined) return refusedBy("no memory");
  // `iat` counts whole seconds: a proof of the second in which the dictionary was emptied may be one made since.
  if (issuedAt + RESOLUTION <= since) return tooOld();
  if (shortened.has(name) && outlivesMemory(name, dictionary, issuedAt, now)) return tooOld();
  const [key, message] = keyOf(thumbprint, jti);
  if (key === undefined) return refusal("unexpected", message ?? "no SHA-256");
  // `iat` counts whole seconds, so that a proof is good for up to one more than its lifetime; an entry must not go while its proof still passes.
  // What is noted: another worker may know a configuration that this one has not heard of yet.
  const lifetime = max(maxAge + leeway, (lifetimes.get(name) as number | undefined) ?? 0, noted ?? 0);
  const seconds = issuedAt + lifetime - now + RESOLUTION + 1;
  if (name === KONGS_CACHE) {
    const refused = note(key, issuedAt, since, now, allowedAhead(leeway));
    if (refused !== undefined) return refused;
  }
  const [added, why] = addOnce(name, dictionary, key, true, seconds);
  if (added === undefined) return refusedBy(why ?? "no memory");
  // Emptied meanwhile by another worker, it may have known this proof, or have lost it just now.
  if (name === KONGS_CACHE && dictionary.get(SINCE)[0] !== since) return tooOld();
  return undefined;
}

export { beginRemembering, useProof };
