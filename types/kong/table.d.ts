declare namespace Kong {
  /**
   * `kong.table`. Phases: all. Functions are called with a dot.
   * @noSelf
   */
  interface Table {
    /**
     * A table with room for so many entries.
     * @param narr entries of the array part.
     * @param nrec entries of the hash part.
     */
    "new"<T extends object = LuaTable>(narr?: number, nrec?: number): T;
    /** Removes all entries; the memory stays allocated. */
    clear(tab: object): void;
    /** A new table with the entries of both, `t2` winning; not recursive. */
    merge<A extends object, B extends object>(t1: A, t2: B): Omit<A, keyof B> & B;
    merge<A extends object>(t1: A, t2?: undefined): A;
    merge<B extends object>(t1: undefined, t2: B): B;
  }
}
