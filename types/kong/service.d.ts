declare namespace Kong {
  /**
   * Runs before each try after the first. A true first value lets the try go
   * on; else the request ends with 503, and the second value goes to the log.
   * Kong 3.9 uses the values for nothing else: the host and port that its
   * manual lets the callback return are ignored.
   */
  type TargetRetryCallback = (
    this: void,
  ) => LuaMultiReturn<[true | string, (number | undefined)?] | [undefined, string]>;

  /**
   * `kong.service`: the connection to the upstream service. Changes hold for
   * the current request. Functions are called with a dot.
   * @noSelf
   */
  interface Service {
    request: ServiceRequest;
    response: ServiceResponse;

    /**
     * Sends the request to the upstream entity of this name.
     *
     * Phase: access.
     * @returns undefined and a message when there is no such upstream.
     */
    set_upstream(host: string): LuaMultiReturn<[true, undefined?] | [undefined, string]>;

    /**
     * Sends the request to this host and port instead of the service's.
     * Phase: access.
     * @param port 0 to 65535; raises outside of that.
     */
    set_target(host: string, port: number): void;

    /**
     * Sets a function that runs before each try after the first, when the target is no upstream entity.
     * Phase: access.
     */
    set_target_retry_callback(retry_callback: TargetRetryCallback): void;

    /**
     * Sets how often a failed try is repeated.
     * Phase: access.
     * @param retries 0 to 32767.
     */
    set_retries(retries: number): void;

    /**
     * Sets the time-outs, in milliseconds, each 1 to 2147483646.
     * Phase: access.
     */
    set_timeouts(connect_timeout: number, write_timeout: number, read_timeout: number): void;

    /**
     * Sets the client certificate for the TLS handshake with the service.
     *
     * Phases: rewrite, access, balancer, preread.
     * @param chain cdata of `parse_pem_cert` of ngx.ssl.
     * @param key cdata of `parse_pem_priv_key` of ngx.ssl.
     */
    set_tls_cert_key(
      chain: OpenResty.CData,
      key: OpenResty.CData,
    ): LuaMultiReturn<[true, undefined?] | [undefined, string]>;

    /**
     * Turns verification of the service's certificate on or off.
     * Phases: rewrite, access, balancer, preread.
     */
    set_tls_verify(on: boolean): LuaMultiReturn<[true, undefined?] | [undefined, string]>;

    /**
     * Longest chain that is accepted.
     * Phases: rewrite, access, balancer, preread.
     * @param depth 0 or more.
     */
    set_tls_verify_depth(depth: number): LuaMultiReturn<[true, undefined?] | [undefined, string]>;

    /**
     * Certificates that are trusted.
     * Phases: rewrite, access, balancer, preread.
     * @param store a store of resty.openssl.x509.store. Keep it for many requests: making one is slow.
     */
    set_tls_verify_store(store: RestyOpenssl.X509Store): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }
}
