declare namespace Kong {
  /**
   * `kong.configuration`: the values of kong.conf and of the environment, as
   * Kong read them: lists are arrays, on/off booleans. Read only; an
   * assignment raises. A few are named, the others are there too.
   */
  interface Configuration {
    readonly prefix: string;
    readonly database: "off" | "postgres";
    readonly role: "traditional" | "control_plane" | "data_plane";
    readonly plugins: string[];
    readonly loaded_plugins: Record<string, boolean>;
    readonly trusted_ips: string[];
    readonly real_ip_header: string;
    readonly lua_ssl_trusted_certificate?: string[];
    readonly lua_ssl_trusted_certificate_combined?: string;
    readonly lua_ssl_verify_depth: number;
    readonly proxy_listen: string[];
    readonly admin_listen: string[];
    readonly client_ssl: boolean;
    readonly log_level: string;
    readonly mem_cache_size: string;
    readonly headers: string[];
    readonly untrusted_lua: "on" | "off" | "sandbox";
    readonly tracing_sampling_rate: number;
    readonly node_id?: string;
    readonly [name: string]: unknown;
  }

  /** `kong.worker_events`: messages to all workers of this node (lua-resty-events). Functions are called with a dot. @noSelf */
  interface WorkerEvents {
    /** Sends an event to every worker, this one included. `unique`: handled by one worker only. */
    post(
      source: string,
      event: string,
      data?: unknown,
      unique?: string,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /** Handles an event in this worker alone, now. */
    post_local(source: string, event: string, data?: unknown): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /** Registers a handler. Call it in init_worker. */
    register(
      callback: (this: void, data: unknown, event: string, source: string, worker_id?: number) => void,
      source: string,
      ...events: string[]
    ): unknown;
    /** Older name of the polling that lua-resty-events does not need; gives `"done"`. */
    poll(): string;
  }

  /** `kong.cluster_events`: messages to all nodes, through the database. **Methods are called with a colon.** */
  interface ClusterEvents {
    /**
     * Sends data, a string, to all nodes' subscribers.
     * @param delay seconds before it takes effect.
     */
    broadcast(
      this: this,
      channel: string,
      data: string,
      delay?: number,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
    /** Registers a handler for a channel. Call it in init_worker. */
    subscribe(
      this: this,
      channel: string,
      callback: (this: void, data: string) => void,
      start_polling?: boolean,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }

  /** `kong.dns`: Kong's resolver. Functions are called with a dot. @noSelf */
  interface Dns {
    /**
     * Resolves a name to one address and port, taking turns among several.
     * @param port used when the answer names none.
     * @param cache_only never ask a server.
     * @returns address and port; or undefined and a message.
     */
    toip(
      name: string,
      port?: number,
      cache_only?: boolean,
    ): LuaMultiReturn<[string, number | undefined] | [undefined, string]>;
    /** Resolves a name to its list of records. */
    resolve(
      name: string,
      options?: object,
      cache_only?: boolean,
    ): LuaMultiReturn<[object[], undefined?] | [undefined, string]>;
  }

  /** A callback of a timer: `premature` is true when the worker is shutting down. */
  type TimerCallback<A extends unknown[]> = (this: void, premature: boolean, ...args: A) => void;

  /**
   * `kong.timer`: timers of lua-resty-timer-ng, cheaper than nginx's own. In Kong `ngx.timer.at` and
   * `ngx.timer.every` already use it. **Methods are called with a colon.**
   */
  interface Timer {
    /** Runs once after `delay` seconds. A timer with the same name is refused. */
    named_at<A extends unknown[]>(
      this: this,
      name: string | undefined,
      delay: number,
      callback: TimerCallback<A>,
      ...args: A
    ): LuaMultiReturn<[string, undefined?] | [false, string]>;
    /** Runs every `interval` seconds. */
    named_every<A extends unknown[]>(
      this: this,
      name: string | undefined,
      interval: number,
      callback: TimerCallback<A>,
      ...args: A
    ): LuaMultiReturn<[string, undefined?] | [false, string]>;
    /** `named_at` with a name that is made up. */
    at<A extends unknown[]>(
      this: this,
      delay: number,
      callback: TimerCallback<A>,
      ...args: A
    ): LuaMultiReturn<[string, undefined?] | [false, string]>;
    /** `named_every` with a name that is made up. */
    every<A extends unknown[]>(
      this: this,
      interval: number,
      callback: TimerCallback<A>,
      ...args: A
    ): LuaMultiReturn<[string, undefined?] | [false, string]>;
    /** Ends a timer. */
    cancel(this: this, name: string): LuaMultiReturn<[true, undefined?] | [false, string]>;
  }
}
