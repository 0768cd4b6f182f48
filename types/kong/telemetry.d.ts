declare namespace Kong {
  /**
   * `kong.telemetry`. Functions are called with a dot.
   * @noSelf
   */
  interface Telemetry {
    /**
     * Hands a log entry to the opentelemetry plugin.
     *
     * Phases: rewrite, access, balancer, timer, header_filter, response, body_filter, log.
     * @param plugin_config the `conf` of the plugin.
     * @param message_type groups entries.
     * @param message the text; undefined for none.
     * @param attributes further data. Kong adds its own keys to this very table.
     * @returns undefined and a message on a wrong type, and when no plugin takes logs.
     */
    log(
      plugin_name: string,
      plugin_config: object,
      message_type: string,
      message?: string,
      attributes?: object,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }
}
