declare namespace Kong {
  /** Parts of a reference such as `{vault://env/my-secret/key?option=x#1}`. */
  interface VaultReference {
    /** Name of the vault or prefix of a vault entity. */
    name: string;
    resource: string;
    key?: string | undefined;
    config?: Record<string, string> | undefined;
    version?: number | undefined;
  }

  /**
   * `kong.vault`: secrets. A field of a schema that is `referenceable` is
   * resolved by Kong: a plugin seldom needs this. Functions are called with a dot.
   * @noSelf
   */
  interface Vault {
    /** Forgets all cached secrets; the next use asks the vaults again. */
    flush(): void;

    /** Whether the value looks like `{vault://...}`. Anything that is no string gives false. */
    is_reference(reference: unknown): boolean;

    /** Takes a reference apart. Raises when it is no string. */
    parse_reference(reference: string): LuaMultiReturn<[VaultReference, undefined?] | [undefined, string]>;

    /**
     * Resolves a reference, from the cache or from the vault. The vault may need the network: use it where yielding is
     * possible (rewrite, access, response, timers).
     */
    get(reference: string): LuaMultiReturn<[string, undefined?] | [undefined, string]>;

    /**
     * Puts the latest secrets into a table, in place, by its `$refs`.
     * `conf` is brought up to date by Kong before each phase.
     */
    update<T extends object>(options: T): T;

    /**
     * Calls `callback(options)`; when it gives an error, asks the vaults for
     * new secrets (at most once a minute) and calls it once more.
     * @returns what the callback gave.
     */
    try<T extends object, R>(
      callback: (this: void, options: T) => LuaMultiReturn<[R, undefined?] | [undefined, string]>,
      options: T,
    ): LuaMultiReturn<[R, undefined?] | [undefined, string]>;

    /** Fetches the secrets that a table refers to (`$refs`, recursively) into the cache, before they are needed. */
    warmup(input: object): void;
  }
}
