-- Transpiled from src/kong/plugins/token-introspection/report.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local KEY = "token_introspection"
local function show(report)
  kong.log.set_serialize_value(KEY, report)
end
--- Tells Kong's logs that a request passed. Each request has a report of its own, for other plugins can add to what is logged.
function ____exports.reportAllowed(standing, source, latency)
  local ____standing_0 = standing
  local clientId = ____standing_0.clientId
  local subject = ____standing_0.subject
  if latency == nil then
    return show({ outcome = "allowed", cache = source, client_id = clientId, sub = subject })
  end
  show({
    outcome = "allowed",
    cache = source,
    server_latency = latency,
    client_id = clientId,
    sub = subject,
  })
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
