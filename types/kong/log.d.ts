declare namespace Kong {
  /** @noSelf */
  interface LogInspect {
    /** Writes each argument pretty-printed, at level notice. For debugging: it is slow. */
    (...values: unknown[]): void;
    /** Turns `kong.log.inspect` on for this logging facility (a plugin's own). */
    on(): void;
    /** Makes `kong.log.inspect` do nothing for this logging facility. */
    off(): void;
  }

  /** Metadata for `kong.log.deprecation`, as its last argument. */
  interface DeprecationMetadata {
    /** Version after which it counts as deprecated. */
    after?: string | undefined;
    /** Version in which it goes. */
    removal?: string | undefined;
    /** Also write a stack trace. */
    trace?: boolean | undefined;
  }

  /** What can be put into the log serializer's table. */
  type SerializableValue = string | number | boolean | SerializableTable;
  /** A table that the log serializer takes. */
  interface SerializableTable {
    readonly [key: string | number]: SerializableValue | undefined;
  }

  /**
   * `kong.log`: nginx's error log, with the plugin's name as prefix, and the
   * table that log plugins write.
   *
   * The levels concatenate their arguments without a separator, by
   * `tostring`. Phases: all. Functions are called with a dot, and
   * `kong.log(...)` itself is the level notice.
   * @noSelf
   */
  interface Log {
    /** Writes a line at level notice. */
    (...values: unknown[]): void;
    /** Writes a line at level alert. */
    alert(...values: unknown[]): void;
    /** Writes a line at level crit. */
    crit(...values: unknown[]): void;
    /** Writes a line at level error. */
    err(...values: unknown[]): void;
    /** Writes a line at level warn. */
    warn(...values: unknown[]): void;
    /** Writes a line at level notice. */
    notice(...values: unknown[]): void;
    /** Writes a line at level info. */
    info(...values: unknown[]): void;
    /** Writes a line at level debug. Arguments are evaluated even when the level is off. */
    debug(...values: unknown[]): void;
    /** Writes a line at level emerg. */
    emerg(...values: unknown[]): void;

    /**
     * Writes a deprecation warning. A table as last argument is metadata, not text:
     * see `DeprecationMetadata`. Raises on wrong metadata.
     */
    deprecation(...values: [...unknown[], DeprecationMetadata | string]): void;

    /** Pretty-prints its arguments; see `LogInspect`. */
    inspect: LogInspect;

    /**
     * Adds to, or changes, what `kong.log.serialize()` will give: a plugin's word to the log plugins.
     *
     * Phases: rewrite, access, header_filter, response, body_filter, log.
     * @param key dots in it go down into tables: `"a.b"` is b inside a.
     * @param value undefined removes the field. A wrong type raises only in `serialize`, in the log phase.
     * @param options mode `set` (default) always sets, `add` only when absent, `replace` only when present.
     */
    set_serialize_value(
      key: string,
      value: SerializableValue | undefined,
      options?: { mode?: "set" | "add" | "replace"; ngx?: OpenResty.Ngx },
    ): void;

    /**
     * The table about this request that log plugins write: request, response,
     * latencies, route, service, consumer and what was set by
     * `set_serialize_value`. Only the headers Authorization and
     * Proxy-Authorization are redacted.
     *
     * Phase: log.
     * @param options other `ngx` and `kong` to read from.
     */
    serialize(options?: { ngx?: OpenResty.Ngx; kong?: Pdk }): Record<string, unknown>;
  }
}
