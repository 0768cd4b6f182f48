declare namespace Kong {
  /**
   * `kong.service.response`: what the upstream service answered, before any
   * plugin changed it. Phases: header_filter, response,
   * body_filter, log. Functions are called with a dot.
   * @noSelf
   */
  interface ServiceResponse {
    /** Status of the service; undefined when the request never reached it. */
    get_status(): number | undefined;

    /**
     * Headers of the service, keys lower case.
     * @param max_headers 1 to 1000, default 100.
     * @returns the table; as second value `"truncated"` when headers were left out.
     */
    get_headers(max_headers?: number): LuaMultiReturn<[OpenResty.Headers, ("truncated" | undefined)?]>;

    /** First value of a header of the service. */
    get_header(name: string): string | undefined;

    /** Body of the service. Needs `kong.service.request.enable_buffering()` or a plugin with a response phase; raises without. */
    get_raw_body(): string;

    /**
     * Decoded body of the service; needs buffering too.
     * @param mimetype decode as this type instead of what Content-Type says.
     * @param max_args limit of form arguments, 1 to 1000; default 100.
     */
    get_body(
      mimetype?: string,
      max_args?: number,
    ): LuaMultiReturn<[Record<string, unknown>, undefined?, undefined?] | [undefined, string, (string | undefined)?]>;
  }
}
