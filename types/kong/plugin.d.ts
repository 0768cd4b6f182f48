declare namespace Kong {
  /**
   * `kong.plugin`.
   *
   * Kong's own code declares a parameter `self` that it does not use, and
   * documents the call with a dot; either works in Lua. The dot is declared.
   * @noSelf
   */
  interface Plugin {
    /**
     * Id of the plugin instance that runs.
     * Phases: rewrite, access, header_filter, response, body_filter, log.
     */
    get_id(): string;
  }
}
