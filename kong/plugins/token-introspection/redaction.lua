-- Transpiled from src/kong/plugins/token-introspection/redaction.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____form = require("kong.plugins.token-introspection.form")
local withoutParameter = ____form.withoutParameter
local gsub = string.gsub
local rawGet = rawget
local REDACTED = "REDACTED"
local REPLACE = { mode = "replace" }
local function redact(field, value)
  kong.log.set_serialize_value(field, value, REPLACE)
end
--- Keeps a header's value out of Kong's logs.
--
-- @param name in lower case, as it was sent.
function ____exports.redactHeader(name)
  redact("request.headers." .. name, REDACTED)
end
--- The query as it may be shown; undefined: there is no token in it, good or not.
--
-- @param name of the parameter.
local function shownQuery(name)
  local query = kong.request.get_raw_query()
  local rest = withoutParameter(query, name)
  if rest == query then
    return nil
  end
  return (((rest == "" and "" or rest .. "&") .. ngx.escape_uri(name)) .. "=") .. REDACTED
end
local function requestPath()
  return (gsub(ngx.var.request_uri, "%?.*$", ""))
end
--- Keeps a token in the query out of what Kong's logs say of the request.
--
-- @param name of the parameter.
-- @returns whether there was one, good or not.
function ____exports.redactQuery(name)
  local shown = shownQuery(name)
  if shown == nil then
    return false
  end
  local path = requestPath()
  local args = ngx.decode_args(shown, 0)
  local origin = (((kong.request.get_scheme() .. "://") .. kong.request.get_host()) .. ":") .. tostring(kong.request.get_port())
  redact("request.querystring", args)
  redact("request.uri", (path .. "?") .. shown)
  redact("request.url", ((origin .. path) .. "?") .. shown)
  return true
end
--- The same for what they say of the request to the upstream service, where the token stays in it, or where it ends here. Where the token is taken off,
-- Kong's own word is right, whatever other plugins make of the URL.
function ____exports.redactUpstreamQuery(name)
  local shown = shownQuery(name)
  if shown ~= nil then
    redact("upstream_uri", ((ngx.var.upstream_uri or requestPath()) .. "?") .. shown)
  end
end
--- Keeps token and proof in headers out of Kong's logs. Of these Kong itself redacts Authorization only; the certificate header is looked after where it is let through.
function ____exports.redactHeaders(config, plan, headers)
  if plan.bareToken and rawGet(headers, plan.tokenHeader) ~= nil then
    ____exports.redactHeader(plan.tokenHeader)
  end
  if rawGet(headers, "dpop") ~= nil then
    ____exports.redactHeader("dpop")
  end
  if config.token_cookie ~= nil and rawGet(headers, "cookie") ~= nil then
    ____exports.redactHeader("cookie")
  end
end
return ____exports
