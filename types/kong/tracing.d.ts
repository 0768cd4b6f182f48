declare namespace Kong {
  /** What an attribute of a span may be. Exporters take lists of one type too. */
  type SpanAttributeValue = string | number | boolean | readonly (string | number | boolean)[];

  /** Options of a new span. */
  interface SpanOptions {
    /** Start in nanoseconds since the epoch; now by default. */
    start_time_ns?: number | undefined;
    /** OpenTelemetry's kind: 1 internal (default), 2 server, 3 client, 4 producer, 5 consumer. */
    span_kind?: 0 | 1 | 2 | 3 | 4 | 5 | undefined;
    /** Parent; by default the active span. */
    parent?: Span | undefined;
    attributes?: Record<string, SpanAttributeValue> | undefined;
    /** Whether exporters will send it. */
    should_sample?: boolean | undefined;
    trace_id?: string | undefined;
    links?: object[] | undefined;
  }

  /** An event within a span. */
  interface SpanEvent {
    name: string;
    attributes?: Record<string, SpanAttributeValue> | undefined;
    time_ns?: number | undefined;
  }

  /**
   * A span. **Methods are called with a colon.** While tracing is off
   * (`tracing_instrumentations = off`, the default) Kong gives a span that does nothing.
   */
  interface Span {
    name?: string | undefined;
    /** 16 bytes, binary. */
    trace_id?: string | undefined;
    /** 8 bytes, binary. */
    span_id?: string | undefined;
    parent_id?: string | undefined;
    parent?: Span | undefined;
    kind?: number | undefined;
    start_time_ns?: number | undefined;
    end_time_ns?: number | undefined;
    /** 0 unset, 1 ok, 2 error. */
    status?: number | undefined;
    attributes?: Record<string, SpanAttributeValue> | undefined;
    events?: SpanEvent[] | undefined;
    active?: boolean | undefined;
    should_sample?: boolean | undefined;
    is_recording?: boolean | undefined;

    /**
     * Ends the span and makes its parent active. A second call does nothing; do not use the span afterwards.
     * @param end_time_ns nanoseconds since the epoch; now by default. Raises when before the start.
     */
    finish(this: this, end_time_ns?: number): void;
    /** Sets an attribute; undefined removes it. Raises for a key that is no string; a wrong value is logged, and kept. */
    set_attribute(this: this, key: string, value: SpanAttributeValue | undefined): void;
    /** Adds an event. */
    add_event(this: this, name: string, attributes?: Record<string, SpanAttributeValue>, time_ns?: number): void;
    /** Adds an event named `exception` whose attribute `exception.message` is the message. */
    record_error(this: this, err: string): void;
    /** Sets the status: 0 unset, 1 ok, 2 error. */
    set_status(this: this, status: 0 | 1 | 2): void;
  }

  /**
   * `kong.tracing`. Phases: rewrite, access, header_filter, response,
   * body_filter, log, admin_api. While tracing is off every function is a
   * no-op and gives nothing, save `start_span` and `create_span`.
   *
   * Functions are called with a dot, save the two that say otherwise.
   * @noSelf
   */
  interface Tracing {
    /** The active span: the root span unless another was made active. */
    active_span(): Span | undefined;
    /** Makes a span the active one: the parent of what follows. */
    set_active_span(span: Span | undefined): void;
    /** Starts a span and notes it for the exporters. */
    start_span(name: string, options?: SpanOptions): Span;
    /**
     * Makes a span that no exporter sees until `link_span`.
     * @param tracer `kong.tracing`; without it the span has no parent unless the options name one, and is not sampled.
     */
    create_span(tracer: Tracing | undefined, options?: SpanOptions): Span;
    /**
     * Notes a span of `create_span` for the exporters, with the start, attributes and name given here.
     * @param tracer `kong.tracing`.
     */
    link_span(tracer: Tracing, span: Span, name: string, options?: SpanOptions): Span | undefined;
    /** The request's first span. */
    get_root_span(): Span | undefined;
    /** All spans of the request. */
    get_spans(): Span[] | undefined;
    /** Begins the request's list of spans; Kong does it. */
    init_spans(): Span[] | undefined;
    /**
     * Calls `processor` with each span. There is no socket in the log phase: send from a timer.
     * Phase: log.
     */
    process_span<A extends unknown[]>(processor: (this: void, span: Span, ...args: A) => void, ...args: A): void;
    /** Whether the exporters will send the request's spans. **Called with a colon.** */
    set_should_sample(this: Tracing, should_sample: boolean): void;
    /**
     * Whether this trace is to be sampled. **Called with a colon.**
     * @param parent_should_sample the flag of the incoming tracing header.
     * @param plugin_sampling_rate 0 to 1; `tracing_sampling_rate` by default.
     */
    get_sampling_decision(
      this: Tracing,
      parent_should_sample?: boolean,
      plugin_sampling_rate?: number,
    ): boolean | undefined;
  }
}
