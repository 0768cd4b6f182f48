declare namespace Kong {
  /** Connections and requests of this node's nginx, since it started. */
  interface NginxStatistics {
    connections_active: number;
    connections_reading: number;
    connections_writing: number;
    connections_waiting: number;
    connections_accepted: number;
    connections_handled: number;
    total_requests: number;
  }

  /**
   * `kong.nginx`. Functions are called with a dot.
   * @noSelf
   */
  interface Nginx {
    /** The nginx subsystem that runs this code. Phases: all. */
    get_subsystem(): "http" | "stream";
    /** Counters of nginx. Phases: all. */
    get_statistics(): NginxStatistics;
  }
}
