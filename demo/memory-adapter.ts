/** Where the demo's authorization server keeps its tokens: in memory, for as long as they live. */
import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
}

/**
 * A store for oidc-provider. Its own one keeps only the last thousand entries, and says on the terminal that it is for
 * development. What only a browser's session needs is left out: this server has the client credentials grant alone.
 */
export function createMemoryAdapter(): AdapterFactory {
  return (): Adapter => {
    const entries = new Map<string, Entry>();
    const unsupported = (): Promise<undefined> => Promise.resolve(undefined);
    return {
      upsert(id, payload, expiresInSeconds) {
        const lifetimeMs = expiresInSeconds === undefined ? Infinity : expiresInSeconds * 1000;
        entries.set(id, { payload, expiresAtMs: Date.now() + lifetimeMs });
        return Promise.resolve();
      },
      find(id) {
        const entry = entries.get(id);
        if (entry === undefined || entry.expiresAtMs > Date.now()) return Promise.resolve(entry?.payload);
        entries.delete(id);
        return Promise.resolve(undefined);
      },
      destroy(id) {
        entries.delete(id);
        return Promise.resolve();
      },
      consume: unsupported,
      findByUid: unsupported,
      findByUserCode: unsupported,
      revokeByGrantId: unsupported,
    };
  };
}
