/** What the workers of a node share. */

/** Kong's dictionary for locks: small entries that go by themselves, and nothing but a restart empties it. */
export const LOCKS = "kong_locks";

/** The dictionary in which Kong's cache lies. Kong empties it with every change of declarative configuration, which happens to no other. */
export const KONGS_CACHE = "kong_db_cache";

/** That dictionary, in which, under keys of our own, lies what the workers know together. */
export function nodeMemory(this: void): OpenResty.SharedDictionary | undefined {
  return ngx.shared[KONGS_CACHE];
}
