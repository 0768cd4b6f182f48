declare namespace Kong {
  /**
   * `kong.cluster`. Functions are called with a dot.
   * @noSelf
   */
  interface Cluster {
    /**
     * UUID that all nodes of the cluster share. Phases: all.
     * @returns undefined alone in DB-less mode before hybrid sync; undefined and a message when the database failed.
     */
    get_id(): LuaMultiReturn<[string, undefined?] | [undefined, (string | undefined)?]>;
  }
}
