declare namespace Kong {
  /**
   * `kong.ip`. Functions are called with a dot.
   * @noSelf
   */
  interface Ip {
    /**
     * Whether the address lies in `trusted_ips` of kong.conf. Ask about
     * `kong.client.get_ip()`, never about the forwarded address.
     *
     * Phases: all.
     * @param address IPv4 or IPv6. A Unix socket (`unix:`) is trusted only when all addresses are.
     */
    is_trusted(address: string): boolean;
  }
}
