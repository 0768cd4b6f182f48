declare namespace Kong {
  /**
   * `kong.ctx.shared`: shared by all plugins for the length of a request.
   * Add your fields by merging into this interface.
   */
  interface SharedContext {
    /** Groups of a request without a consumer, read by the acl plugin. */
    authenticated_groups?: string[] | undefined;
    [name: string]: unknown;
  }

  /** `kong.ctx.plugin`: this plugin instance's own table, for the length of a request. */
  interface PluginContext {
    [name: string]: unknown;
  }

  /**
   * `kong.ctx`. Phases: rewrite, access, header_filter, response,
   * body_filter, log, preread. Outside of a request both are undefined.
   */
  interface Context {
    readonly plugin: PluginContext;
    readonly shared: SharedContext;
  }
}
