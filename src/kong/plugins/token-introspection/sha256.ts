import * as digest from "resty.openssl.digest";

/** One digest for the worker, used again and again: making one costs more than hashing a token. Nothing yields between its reset and its end. */
let shared: RestyOpenssl.Digest | undefined;

/**
 * SHA-256.
 *
 * @param text any bytes.
 * @returns 32 bytes; or undefined and OpenSSL's message, which means that OpenSSL is broken.
 */
function sha256(this: void, text: string): LuaMultiReturn<[string] | [undefined, string]> {
  if (shared === undefined) {
    const [created, message] = digest.new("sha256");
    if (created === undefined) return $multi(undefined, message ?? "no SHA-256");
    shared = created;
  } else {
    shared.reset();
  }
  const [hash, message] = shared.final(text);
  if (typeof hash !== "string") return $multi(undefined, message ?? "no SHA-256");
  return $multi(hash);
}

export { sha256 };
