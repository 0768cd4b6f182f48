declare namespace Kong {
  /** What a header may be set to. undefined, null and tables that are no list of these raise. */
  type HeaderValue = string | number | boolean;

  /** Headers to set, by name. */
  type HeadersToSet = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

  /**
   * `kong.response`: what the client gets. Functions are called with a dot.
   * @noSelf
   */
  interface Response {
    /**
     * Status as it now stands.
     * Phases: header_filter, response, body_filter, log, admin_api.
     */
    get_status(): number;

    /**
     * First value of a response header.
     *
     * Phases: header_filter, response, body_filter, log, admin_api.
     * @param name any case, `_` for `-` works.
     */
    get_header(name: string): string | undefined;

    /**
     * All response headers, keys lower case.
     *
     * Phases: header_filter, response, body_filter, log, admin_api.
     * @param max_headers 1 to 1000, default 100 (`lua_max_resp_headers`). Raises outside of that.
     * @returns the table; as second value `"truncated"` when headers were left out.
     */
    get_headers(max_headers?: number): LuaMultiReturn<[OpenResty.Headers, ("truncated" | undefined)?]>;

    /**
     * Where the response comes from: `exit` (a plugin's kong.response.exit),
     * `error` (Kong itself), `service` (the upstream service).
     *
     * Phases: header_filter, response, body_filter, log, admin_api.
     */
    get_source(ctx?: object): "exit" | "error" | "service";

    /**
     * Sets the status. Raises for a value outside of 100 to 599 and once headers are sent.
     * Phases: rewrite, access, header_filter, response, admin_api.
     */
    set_status(status: number): void;

    /**
     * Sets a header, in place of all of that name. Raises for a wrong type and
     * once headers are sent. Transfer-Encoding is left alone.
     * Phases: rewrite, access, header_filter, response, admin_api.
     */
    set_header(name: string, value: HeaderValue | readonly HeaderValue[]): void;

    /**
     * Adds a header beside those of that name.
     * Phases: rewrite, access, header_filter, response, admin_api.
     */
    add_header(name: string, value: HeaderValue | readonly HeaderValue[]): void;

    /**
     * Removes all headers of that name.
     * Phases: rewrite, access, header_filter, response, admin_api.
     */
    clear_header(name: string): void;

    /**
     * Sets several headers; those not named stay.
     * Phases: rewrite, access, header_filter, response, admin_api.
     */
    set_headers(headers: HeadersToSet): void;

    /**
     * The whole response body. It is called once per chunk and collects them:
     * undefined until the last chunk is there.
     * Phase: body_filter.
     */
    get_raw_body(): string | undefined;

    /**
     * Replaces the response body. Clear Content-Length in header_filter, which runs before.
     * Phase: body_filter.
     */
    set_raw_body(body: string): void;

    /**
     * Answers the client now: no later plugin's access and no upstream
     * service. Always `return kong.response.exit(...)`: in access, Kong runs the plugin in
     * a coroutine that ends here.
     *
     * A table as body is sent as JSON, its keys in no order. Content-Length is
     * set. For a gRPC request the body goes to the grpc-message header and
     * grpc-status is derived from the status, as long as no Content-Type is given.
     * Raises once headers are sent, and for a wrong type.
     *
     * Phases: preread, rewrite, access, admin_api; header_filter without a body.
     * @param status 100 to 599. In the stream subsystem only 200, 400, 403, 500, 502, 503.
     */
    exit(status: number, body?: string | object, headers?: HeadersToSet): void;

    /**
     * Answers with Kong's own error body, in the format of the Content-Type
     * given here or of the request's Accept header; JSON by default. Otherwise like `exit`.
     *
     * Phases: rewrite, access, admin_api; header_filter without a body.
     * @param status 400 to 599.
     * @param message a standard text for the status by default.
     */
    error(status: number, message?: string | object, headers?: HeadersToSet): void;
  }
}
