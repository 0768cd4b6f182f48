-- Transpiled from src/kong/plugins/token-introspection/report.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local KEY = "token_introspection"
--- The reports of what was served from a cache, which are the same each time.
local reports = setmetatable({}, { __mode = "k" })
local function show(report)
  kong.log.set_serialize_value(KEY, report)
end
local function makeReport(standing, source, latency)
  return {
    outcome = "allowed",
    cache = source,
    server_latency = latency,
    client_id = standing.clientId,
    sub = standing.subject,
  }
end
--- Tells Kong's logs that a request passed.
function ____exports.reportAllowed(standing, source, latency)
  if latency ~= nil then
    return show(makeReport(standing, source, latency))
  end
  local bySource = reports[standing]
  if bySource == nil then
    bySource = {}
    reports[standing] = bySource
  end
  local report = bySource[source]
  if report == nil then
    report = makeReport(standing, source, nil)
    bySource[source] = report
  end
  show(report)
end
--- Tells Kong's logs that a request passed without a token, or as the anonymous consumer.
--
-- @param refusal why it had to be the latter.
function ____exports.reportAnonymous(refusal)
  show({ outcome = "anonymous", reason = refusal.code, cause = refusal.cause })
end
--- Tells Kong's logs and nginx's that a request was refused, and why.
function ____exports.reportRefused(refusal)
  show({ outcome = "refused", reason = refusal.code, cause = refusal.cause })
  local text = (("refused (" .. refusal.code) .. "): ") .. refusal.cause
  if refusal.code == "unexpected" then
    kong.log.err(text)
  elseif refusal.code == "unavailable" then
    kong.log.warn(text)
  elseif refusal.code == "no_credentials" then
    kong.log.info(text)
  else
    kong.log.notice(text)
  end
end
return ____exports
