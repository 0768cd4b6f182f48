declare namespace Kong {
  /**
   * Arguments of a query string or of a form-encoded body. A name that came
   * without `=` has the value `true`; a name that came several times has an array.
   */
  type Arguments = OpenResty.Arguments;

  /** What `kong.request.get_uri_captures` gives: parts of a regular-expression path. */
  interface UriCaptures {
    /** Unnamed groups in their order. Lua also holds the whole match under the key 0. */
    unnamed: string[];
    /** Named groups by name. */
    named: Record<string, string>;
  }

  /**
   * `kong.request`: what the client sent. Nothing here changes the request to
   * the upstream service; that is `kong.service.request`.
   *
   * Unless said otherwise, phases: rewrite, access, header_filter, response,
   * body_filter, log, admin_api. In another phase the function raises, where
   * Kong checks phases. Functions are called with a dot.
   * @noSelf
   */
  interface Request {
    /** Scheme of the connection to Kong, in lower case: `"http"` or `"https"`. */
    get_scheme(): string;

    /** Host of the request line or of the Host header, lower case, without port. */
    get_host(): string;

    /**
     * Port on which Kong took the connection.
     * Phases: all but init_worker.
     */
    get_port(): number;

    /**
     * Scheme as the client saw it: X-Forwarded-Proto when the peer is in
     * `trusted_ips`, else `get_scheme()`. Lower case.
     */
    get_forwarded_scheme(): string;

    /**
     * Host as the client saw it: X-Forwarded-Host (without user and port) when
     * the peer is in `trusted_ips`, else `get_host()`. Lower case.
     */
    get_forwarded_host(): string;

    /**
     * Port as the client saw it: from X-Forwarded-Port, else from
     * X-Forwarded-Host, when the peer is in `trusted_ips`; else Kong's own
     * listening port, mapped by `port_maps`. The port in the Host header is
     * never looked at.
     */
    get_forwarded_port(): number;

    /** X-Forwarded-Path when the peer is in `trusted_ips`, else `get_path()`. Not normalised when it comes from the header. */
    get_forwarded_path(): string;

    /**
     * X-Forwarded-Prefix when the peer is in `trusted_ips`, else the part of
     * the path that the router stripped (`strip_path`).
     *
     * Call it from the access phase on: the router has not run before.
     * @returns undefined when nothing was stripped.
     */
    get_forwarded_prefix(): string | undefined;

    /** HTTP version: 1, 1.1, 2 (or 3); undefined when nginx does not know it. */
    get_http_version(): number | undefined;

    /** HTTP method in upper case. */
    get_method(): string;

    /**
     * Path without query, normalised (RFC 3986 section 6): unreserved
     * characters decoded, dot segments and double slashes resolved. The right
     * one for decisions.
     */
    get_path(): string;

    /** Path without query exactly as the client sent it. Not for decisions about access. */
    get_raw_path(): string;

    /** `get_path()`, then `?` and the raw query where there is one. */
    get_path_with_query(): string;

    /** Query string as sent, without the `?`; the empty string where there is none. */
    get_raw_query(): string;

    /**
     * First value of a query argument.
     * @param name case-sensitive. Raises when it is not a string.
     * @returns `true` for an argument without `=`, `""` for one with an empty value, undefined when absent.
     */
    get_query_arg(name: string): string | true | undefined;

    /**
     * Query arguments, decoded.
     * @param max_args 1 to 1000; raises outside of that. Default: nginx's `lua_max_uri_args`, 100. Arguments beyond it are dropped.
     * @returns the table; as second value `"truncated"` when arguments were dropped. Kong keeps the table for the request: do not change it.
     */
    get_query(max_args?: number): LuaMultiReturn<[Arguments, ("truncated" | undefined)?]>;

    /**
     * First value of a header.
     * @param name in any case. `_` and `-` are the same here, in the name asked
     * for and in the name sent: `X_Foo` of the client is found as `X-Foo`.
     * Raises when it is not a string.
     * @returns undefined when absent. Values with `, ` in them are looked up a
     * second time among the first 100 headers, under the name as sent: beyond
     * those, or with the other spelling, undefined although the header is there.
     */
    get_header(name: string): string | undefined;

    /**
     * All headers. Keys are lower case; a look-up with another case or with
     * `_` for `-` works too. A header sent several times is an array.
     * @param max_headers 1 to 1000; raises outside of that. Default: nginx's
     * `lua_max_req_headers`, 100. Headers beyond it are missing here though
     * nginx forwards them.
     * @returns the table; as second value `"truncated"` when headers were left out.
     */
    get_headers(max_headers?: number): LuaMultiReturn<[OpenResty.Headers, ("truncated" | undefined)?]>;

    /**
     * The request body.
     *
     * Phases: rewrite, access, response, admin_api.
     * @param max_allowed_file_size a body larger than nginx's
     * `client_body_buffer_size` lies in a file. It is read only when this is
     * given: up to so many bytes, or without limit when 0. Reading blocks the worker.
     * @returns the body, `""` for none; undefined and an error when it lies in a
     * file that may not or could not be read.
     */
    get_raw_body(max_allowed_file_size?: number): LuaMultiReturn<[string, undefined?] | [undefined, string]>;

    /**
     * The request body, decoded by its Content-Type: form-encoded, JSON or
     * multipart form.
     *
     * Phases: rewrite, access, response, admin_api.
     * @param mimetype decode as this type instead of what Content-Type says.
     * @param max_args limit of form arguments, 1 to 1000; default 100.
     * @param max_allowed_file_size as for `get_raw_body`.
     * @returns body, undefined, MIME type; or undefined, error, MIME type.
     * The MIME type is undefined when the request had none.
     */
    get_body(
      mimetype?: string,
      max_args?: number,
      max_allowed_file_size?: number,
    ): LuaMultiReturn<[Record<string, unknown>, undefined, string] | [undefined, string, (string | undefined)?]>;

    /** When the request began: milliseconds since the epoch. */
    get_start_time(): number;

    /**
     * What the groups of the route's regular-expression path caught.
     * @param ctx `ngx.ctx` by default.
     */
    get_uri_captures(ctx?: object): UriCaptures;
  }
}
