-- Transpiled from src/kong/plugins/mtls-auth/decision.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____certificate = require("kong.plugins.mtls-auth.certificate")
local certificateExpiry = ____certificate.certificateExpiry
local certificatePart = ____certificate.certificatePart
local certificatesSent = ____certificate.certificatesSent
local clientCertificate = ____certificate.clientCertificate
local sessionIsResumed = ____certificate.sessionIsResumed
local subjectForLog = ____certificate.subjectForLog
local ____connection_memo = require("kong.plugins.mtls-auth.connection-memo")
local recall = ____connection_memo.recall
local remember = ____connection_memo.remember
local ____trust = require("kong.plugins.mtls-auth.trust")
local verifyCertificate = ____trust.verifyCertificate
--- Seconds for which a refusal is remembered: a certificate can become valid, and a flood of bad requests must stay cheap.
local REFUSAL_HOLDS = 10
local function refused(refusal, now)
  return { refusal = refusal, headers = {}, ["until"] = now + REFUSAL_HOLDS }
end
local function passed(configuration, ____until)
  local headers = {}
  for ____, ____value in ipairs(configuration.headers) do
    local name = ____value.name
    local setting = ____value.setting
    local value = certificatePart(setting)
    if value ~= nil then
      headers[#headers + 1] = { name = name, value = value }
    end
  end
  return { refusal = nil, headers = headers, ["until"] = ____until }
end
--- What an operator can do about a resumed TLS session, which lacks the certificates that the client sent behind its own.
local function hint()
  return sessionIsResumed() and "; the TLS session was resumed, so intermediate certificates must be among ca_certificates" or ""
end
local function judgeByAuthorities(configuration, trust, now)
  local sent, problem = certificatesSent()
  if sent == nil then
    return refused("the certificates that the client sent cannot be read: " .. problem, now)
  end
  local ____until, reason = verifyCertificate(trust, clientCertificate(), sent, now)
  if ____until ~= nil then
    return passed(configuration, ____until)
  end
  return refused(((("ca_certificates do not verify the certificate of " .. subjectForLog()) .. ": ") .. reason) .. hint(), now)
end
--- nginx verified the certificate in a handshake, which may be long ago: on an open connection and in a resumed TLS session, for a day by Kong's default, it looks at
-- no time again.
local function judgeByNginx(configuration, now)
  local expiry = certificateExpiry() or math.huge
  if expiry < now then
    return refused(("the certificate of " .. subjectForLog()) .. " has expired since nginx verified it", now)
  end
  return passed(configuration, expiry)
end
--- With `ca_certificates` only these count, without them only nginx's word: `SUCCESS`.
local function judge(configuration, now)
  local verdict = ngx.var.ssl_client_verify
  if verdict == nil then
    return refused("the connection is not TLS", now)
  end
  if verdict == "NONE" then
    return refused("the client sent no certificate", now)
  end
  if not configuration.ownAuthorities then
    if verdict == "SUCCESS" then
      return judgeByNginx(configuration, now)
    end
    return refused((("nginx did not verify the certificate of " .. subjectForLog()) .. ": ") .. verdict, now)
  end
  if configuration.trust == nil then
    return refused("ca_certificates cannot be used", now)
  end
  return judgeByAuthorities(configuration, configuration.trust, now)
end
--- The decision on this connection: the remembered one, as long as it holds.
function ____exports.decide(configuration)
  local connection = ngx.var.connection
  local now = ngx.time()
  local remembered = recall(configuration.decisions, connection)
  if remembered ~= nil and now < remembered["until"] then
    return remembered
  end
  local decision = judge(configuration, now)
  remember(configuration.decisions, connection, decision)
  return decision
end
return ____exports
