/** @noSelfInFile */

declare namespace RestyHash {
  /** A hash in progress. **Methods are called with a colon.** */
  interface Hash {
    /** Adds data. */
    update(this: this, text: string): boolean;
    /** The hash, bytes. */
    final(this: this): string;
    /** Begins anew. */
    reset(this: this): boolean;
  }
}

declare module "resty.sha256" {
  /** Called with a colon: `resty_sha256:new()`. */
  function create(this: unknown): RestyHash.Hash | undefined;
  export { create as new };
}

declare module "resty.sha1" {
  /** A new hash. Called with a colon. */
  function create(this: unknown): RestyHash.Hash | undefined;
  export { create as new };
}

declare module "resty.sha512" {
  /** A new hash. Called with a colon. */
  function create(this: unknown): RestyHash.Hash | undefined;
  export { create as new };
}

declare module "resty.string" {
  /** Bytes to lower-case hexadecimal. */
  export function to_hex(bytes: string): string;
  /** Text to a number; undefined when it is none. */
  export function atoi(text: string): number;
}

declare module "resty.random" {
  /** Random bytes; `strong`: from the generator for keys, undefined when it has not enough. */
  export function bytes(length: number, strong?: boolean): string | undefined;
}
