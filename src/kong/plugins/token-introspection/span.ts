import type { Asked } from "./answer";

/** OpenTelemetry's numbers for the kind of a span and for its status. */
const CLIENT = 3;
const ERROR = 2;

/** Begins the span of a request's wait for the authorization server. Without tracing it costs nothing worth naming. Phase: access. */
export function beginSpan(this: void): Kong.Span {
  return kong.tracing.start_span("token introspection", {
    span_kind: CLIENT,
    attributes: { "http.request.method": "POST" },
  });
}

/**
 * Ends it, with OpenTelemetry's attributes for HTTP clients.
 * @param asked the server that was asked; undefined: another request's answer came in between.
 * @param failure why there is no answer.
 */
export function endSpan(this: void, span: Kong.Span, asked: Asked | undefined, failure: string | undefined): void {
  if (asked !== undefined) {
    span.set_attribute("server.address", asked.address);
    span.set_attribute("server.port", asked.port);
    if (asked.status !== undefined) span.set_attribute("http.response.status_code", asked.status);
  }
  if (failure !== undefined) {
    span.set_attribute("error.type", failure);
    span.set_status(ERROR);
  }
  span.finish();
}
