import { unexpected } from "./answer";
import type { Failure } from "./answer";
import type { Call } from "./call";
import { isArray } from "./claims";
import { discoverJwksUri, fetchJson, rediscover } from "./discovery";
import { loadPublicJwk, readPublicJwk } from "./jwk";
import type { PublicJwk } from "./jwk";
import type { Jws } from "./jws";
import { printable } from "./printable";
import { createRemoteDocuments, obtain, obtainNewer } from "./remote-document";
import { keyKindOf, verifySignature } from "./signature";
import { parseUrl } from "./url";
import type { Url } from "./url";

/** A key of a JWK Set (RFC 7517 section 5) that may verify signatures. */
interface VerificationKey {
  readonly keyId: string | undefined;
  readonly algorithm: string | undefined;
  readonly jwk: PublicJwk;
}

/** Keys that are tried for one signature: a set with a key id names one, or few. */
const MOST_TRIED = 8;

const keySets = createRemoteDocuments<readonly VerificationKey[]>("the authorization server's key set", fetchKeys);

function fetchKeys(this: void, call: Call): LuaMultiReturn<[readonly VerificationKey[]] | [undefined, Failure]> {
  const [url, failure] = keySetUrl(call);
  if (url === undefined) return $multi(undefined, failure ?? unexpected("no jwks_uri"));
  const [members, trouble] = fetchJson(call, url.text);
  if (members === undefined) return $multi(undefined, trouble ?? unexpected("no keys"));
  const listed = members["keys"];
  if (!isArray(listed))
    return $multi(undefined, unexpected(`${printable(url.text)} is not a JWK Set: see whether jwks_uri is right`));
  const keys: VerificationKey[] = [];
  for (const jwk of listed) {
    const key = readKey(jwk);
    if (key !== undefined) keys.push(key);
  }
  return $multi(keys);
}

/** Keys for other uses, of other kinds and malformed ones are passed over (RFC 7517 section 5). */
function readKey(this: void, jwk: Cjson.Value): VerificationKey | undefined {
  const [key] = readPublicJwk(jwk);
  if (key === undefined) return undefined;
  const members = jwk as Cjson.JsonObject;
  const { use, kid, alg } = members;
  if (typeof use === "string" && use !== "sig") return undefined;
  const operations = members["key_ops"];
  if (isArray(operations)) {
    let verifies = false;
    for (const operation of operations) verifies = verifies || operation === "verify";
    if (!verifies) return undefined;
  }
  return {
    keyId: typeof kid === "string" ? kid : undefined,
    algorithm: typeof alg === "string" ? alg : undefined,
    jwk: key,
  };
}

/** The setting wins over the metadata. */
function keySetUrl(this: void, call: Call): LuaMultiReturn<[Url] | [undefined, Failure]> {
  const { jwks_uri } = call.question;
  if (jwks_uri === undefined) return discoverJwksUri(call);
  const [url, wrong] = parseUrl(jwks_uri);
  if (url === undefined) return $multi(undefined, unexpected("jwks_uri " + (wrong ?? "")));
  return $multi(url);
}

function verifiesWith(this: void, keys: readonly VerificationKey[], jws: Jws): boolean {
  const kind = keyKindOf(jws.algorithm);
  const wanted = jws.header["kid"];
  let tried = 0;
  for (const candidate of keys) {
    const fits =
      candidate.jwk.kind === kind &&
      (candidate.algorithm === undefined || candidate.algorithm === jws.algorithm) &&
      (wanted === undefined || candidate.keyId === wanted);
    if (fits && tried < MOST_TRIED) {
      tried++;
      const [key] = loadPublicJwk(candidate.jwk);
      if (key !== undefined && verifySignature(key, jws.algorithm, jws.signed, jws.signature)) return true;
    }
  }
  return false;
}

/**
 * Verifies a signature with the authorization server's keys. Keys may have been rotated: when none of those that are known will do, they are fetched
 * again: at once for another key's id than last time, else at most once a second.
 * @returns undefined when it is good; else why not.
 */
export function signatureFailure(this: void, call: Call, jws: Jws): Failure | undefined {
  if (keyKindOf(jws.algorithm) === undefined) {
    return unexpected(
      `the JWT answer is signed with ${printable(jws.algorithm, 20)}, which is not accepted: asymmetric algorithms only`,
    );
  }
  // The keys belong to the place that names them: the setting, or the issuer.
  const place = call.question.jwks_uri ?? "issuer " + (call.question.issuer ?? "");
  const [keys, failure] = obtain(keySets, call, place);
  if (keys === undefined) {
    if (call.question.jwks_uri === undefined) rediscover(call.question);
    return failure ?? unexpected("no keys");
  }
  if (verifiesWith(keys, jws)) return undefined;
  const kid = jws.header["kid"];
  const [newer, trouble] = obtainNewer(keySets, call, place, keys, typeof kid === "string" ? kid : "");
  if (newer !== undefined && verifiesWith(newer, jws)) return undefined;
  if (newer === undefined && trouble !== undefined) return trouble;
  const named = typeof kid === "string" ? ` (kid ${printable(kid, 60)})` : "";
  return unexpected(
    `the signature of the JWT answer is not one by a key of the authorization server${named}: see jwks_uri and issuer`,
  );
}
