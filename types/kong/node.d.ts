declare namespace Kong {
  /** Size of one shared dictionary. A value is a number without unit, a string such as `"1.25 MiB"` with one. */
  interface SharedMemoryStats {
    capacity: number | string;
    allocated_slabs: number | string;
  }

  /** Memory of one worker's Lua machine. On failure `err` stands in place of the numbers. */
  interface WorkerMemoryStats {
    http_allocated_gc?: number | string | undefined;
    pid: number;
    err?: string | undefined;
  }

  /** Shared dictionaries by name, and workers in the order of their pids. */
  interface MemoryStats {
    lua_shared_dicts: Record<string, SharedMemoryStats>;
    workers_lua_vms: WorkerMemoryStats[];
  }

  /**
   * `kong.node`. Phases: all. Functions are called with a dot.
   * @noSelf
   */
  interface Node {
    /** UUID of this node. */
    get_id(): string;
    /** Host name of the machine. */
    get_hostname(): string;
    /**
     * Memory that shared dictionaries and workers use.
     * @param unit `b` (default, plain numbers), `k`, `m`, `g`: KiB, MiB, GiB, as text. Raises for another.
     * @param scale decimals, default 2.
     */
    get_memory_stats(unit?: "b" | "B" | "k" | "K" | "m" | "M" | "g" | "G", scale?: number): MemoryStats;
  }
}
