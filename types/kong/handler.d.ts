declare namespace Kong {
  /** A phase of a plugin: Kong calls it with a colon, so the plugin's table comes first. */
  type PhaseHandler<Config> = (this: unknown, conf: Config) => void;

  /**
   * What handler.lua returns. Phases that are absent cost nothing.
   * In TypeScript: `export const PRIORITY = 1000; export const VERSION = "1.0.0"; export function access(this: unknown, conf: Config) { ... }`.
   */
  interface PluginHandler<Config> {
    /** Higher runs earlier. */
    readonly PRIORITY: number;
    /** `major.minor.patch`. */
    readonly VERSION: string;
    /** Once per worker, without conf and without a request. */
    init_worker?: (this: unknown) => void;
    /** When the set of the plugin's configurations changes; undefined when none is left. */
    configure?: (this: unknown, configs?: Config[]) => void;
    /** TLS handshake; globally configured plugins only. */
    certificate?: PhaseHandler<Config> | undefined;
    /** Before routing; globally configured plugins only. */
    rewrite?: PhaseHandler<Config> | undefined;
    access?: PhaseHandler<Config> | undefined;
    /** Instead of header_filter and body_filter, with the whole body; turns on buffering. */
    response?: PhaseHandler<Config> | undefined;
    header_filter?: PhaseHandler<Config> | undefined;
    /** Once per chunk. */
    body_filter?: PhaseHandler<Config> | undefined;
    log?: PhaseHandler<Config> | undefined;
    /** Stream subsystem. */
    preread?: PhaseHandler<Config> | undefined;
  }
}
