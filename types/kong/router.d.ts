declare namespace Kong {
  /**
   * `kong.router`: where the request goes. Phases: access, header_filter,
   * response, body_filter, log. Functions are called with a dot.
   * @noSelf
   */
  interface Router {
    /** The matched route; undefined when none matched (Kong's own error answers). */
    get_route(): RouteEntity | undefined;
    /** The service of the route; undefined for a route without one. */
    get_service(): ServiceEntity | undefined;
  }
}
