-- Transpiled from src/kong/plugins/token-introspection/span.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- OpenTelemetry's numbers for the kind of a span and for its status.
local CLIENT = 3
local ERROR = 2
--- Begins the span of a request's wait for the authorization server. Without tracing it costs nothing worth naming. Phase: access.
function ____exports.beginSpan()
  return kong.tracing.start_span("token introspection", { span_kind = CLIENT, attributes = { ["http.request.method"] = "POST" } })
end
--- Ends it, with OpenTelemetry's attributes for HTTP clients.
--
-- @param asked the server that was asked; undefined: another request's answer came in between.
-- @param failure why there is no answer.
function ____exports.endSpan(span, asked, failure)
  if asked ~= nil then
    span:set_attribute("server.address", asked.address)
    span:set_attribute("server.port", asked.port)
    if asked.status ~= nil then
      span:set_attribute("http.response.status_code", asked.status)
    end
  end
  if failure ~= nil then
    span:set_attribute("error.type", failure)
    span:set_status(ERROR)
  end
  span:finish()
end
return ____exports
