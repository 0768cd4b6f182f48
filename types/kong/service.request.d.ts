declare namespace Kong {
  /** Arguments for a query or a form: `true` is a name without `=`, an array a repeated name. */
  type ArgumentsToSet = Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;

  /**
   * `kong.service.request`: the request to the upstream service.
   *
   * Unless said otherwise, phases: rewrite, access. Wrong argument types raise.
   * Functions are called with a dot.
   * @noSelf
   */
  interface ServiceRequest {
    /**
     * Turns on buffered proxying: the response phase, and the body in
     * `kong.service.response`, need it. Not for HTTP/2 or gRPC services.
     * Phases: rewrite, access, balancer.
     */
    enable_buffering(): void;

    /** Scheme towards the service. Phases: access, rewrite, balancer. */
    set_scheme(scheme: "http" | "https"): void;

    /**
     * Path of the request, without query. Special characters and UTF-8 are escaped.
     * Phases: access, rewrite, balancer.
     * @param path begins with `/`.
     */
    set_path(path: string): void;

    /** Query string, without `?`; it is sent as it is. */
    set_raw_query(query: string): void;

    /** HTTP method in upper case, one that nginx knows. */
    set_method(method: string): void;

    /** Query from a table; names in alphabetical order. The whole query is replaced. */
    set_query(args: ArgumentsToSet): void;

    /** Removes every argument of this name from the query. */
    clear_query_arg(name: string): void;

    /**
     * Sets a header, in place of all of that name. Host is honoured: it becomes the
     * upstream host name.
     *
     * Phases: rewrite, access, balancer.
     * @param value a number or boolean is made a string; undefined, null or another table raises.
     */
    set_header(header: string, value: HeaderValue | readonly HeaderValue[]): void;

    /** Adds a header beside those of that name. */
    add_header(header: string, value: HeaderValue | readonly HeaderValue[]): void;

    /** Removes all headers of that name. Nothing happens when there is none. */
    clear_header(header: string): void;

    /** Sets several headers; those not named stay. */
    set_headers(headers: HeadersToSet): void;

    /**
     * Sets the body as it is; set Content-Type yourself. Content-Length is right by itself.
     * Phases: rewrite, access, balancer.
     */
    set_raw_body(body: string): void;

    /**
     * Encodes the table as body and sets Content-Type.
     * Phases: rewrite, access.
     * @param mime `application/x-www-form-urlencoded`, `application/json` or
     * `multipart/form-data`; the request's own Content-Type by default.
     * Another type raises.
     * @returns undefined and a message when no type was given and the request has none.
     */
    set_body(args: object, mime?: string): LuaMultiReturn<[true, undefined?] | [undefined, string]>;
  }
}
