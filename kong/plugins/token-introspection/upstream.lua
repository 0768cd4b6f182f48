-- Transpiled from src/kong/plugins/token-introspection/upstream.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local sharedList, concat
local ____claims = require("kong.plugins.token-introspection.claims")
local claimAt = ____claims.claimAt
local claimPath = ____claims.claimPath
local ____header_names = require("kong.plugins.token-introspection.header-names")
local isKongIdentityHeader = ____header_names.isKongIdentityHeader
local isSetByAuthentication = ____header_names.isSetByAuthentication
local normalizedName = ____header_names.normalizedName
local ____header_value = require("kong.plugins.token-introspection.header-value")
local claimText = ____header_value.claimText
local headerValue = ____header_value.headerValue
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____peer = require("kong.plugins.token-introspection.peer")
local isPeerTrusted = ____peer.isPeerTrusted
local ____redaction = require("kong.plugins.token-introspection.redaction")
local redactHeader = ____redaction.redactHeader
local ____standard_claims = require("kong.plugins.token-introspection.standard-claims")
local STANDARD_CLAIMS = ____standard_claims.STANDARD_CLAIMS
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
function sharedList(plan, names)
  local text = concat(names, ",")
  local known = recall(plan.nameLists, text)
  if known ~= nil then
    return known
  end
  remember(plan.nameLists, text, names)
  return names
end
concat = table.concat
local clearHeader = ngx.req.clear_header
local find = string.find
local lower = string.lower
local max = math.max
local rawGet = rawget
local sub = string.sub
local ____temp_0
if ngx.config.subsystem == "http" then
  ____temp_0 = require("ngx.req")
else
  ____temp_0 = {}
end
local addHeader = ____temp_0.add_header
--- The header that tells the upstream service that a request came without a token.
____exports.ANONYMOUS_HEADER = "X-Anonymous"
local MOST_VERDICTS = 1000
--- Longest name whose verdict is kept, in bytes: clients may send names of any length.
local LONGEST_NAME = 64
--- RFC 9440 section 2.3: the chain of the certificate in Client-Cert.
local CERTIFICATE_CHAIN = "client-cert-chain"
local function separatorOf(claim)
  return claim == "scope" and " " or ","
end
--- Makes the plan of a configuration.
function ____exports.upstreamPlanOf(settings)
  local prefix = settings.upstream_headers_prefix
  local forwardings = {}
  for ____, ____value in ipairs(STANDARD_CLAIMS) do
    local name = ____value[1]
    local claim = ____value[2]
    forwardings[#forwardings + 1] = {
      header = prefix .. name,
      path = { claim },
      separator = separatorOf(claim),
      yields = false,
    }
  end
  for ____, claim in ipairs(settings.custom_claims_forward or {}) do
    forwardings[#forwardings + 1] = {
      header = prefix .. claim,
      path = claimPath(claim),
      separator = separatorOf(claim),
      yields = true,
    }
  end
  local named = {}
  named[normalizedName(____exports.ANONYMOUS_HEADER)] = true
  if settings.upstream_headers ~= nil then
    for header, claim in pairs(settings.upstream_headers) do
      forwardings[#forwardings + 1] = {
        header = header,
        path = claimPath(claim),
        separator = separatorOf(claim),
        yields = false,
      }
      named[normalizedName(header)] = true
    end
  end
  local ____prefix_5 = prefix
  local ____normalizedName_result_6 = normalizedName(prefix)
  local ____settings_upstream_headers_encoding_7 = settings.upstream_headers_encoding
  local ____temp_1
  if settings.certificate_header == nil then
    ____temp_1 = nil
  else
    ____temp_1 = normalizedName(settings.certificate_header)
  end
  local ____temp_2
  if settings.certificate_header == nil then
    ____temp_2 = nil
  else
    ____temp_2 = lower(settings.certificate_header)
  end
  local ____settings_hide_credentials_8 = settings.hide_credentials
  local ____temp_9 = settings.anonymous ~= nil
  local ____temp_3
  if settings.token_header == nil then
    ____temp_3 = nil
  else
    ____temp_3 = normalizedName(settings.token_header)
  end
  local ____temp_4
  if settings.token_header == nil then
    ____temp_4 = nil
  else
    ____temp_4 = lower(settings.token_header)
  end
  return {
    prefix = ____prefix_5,
    normalizedPrefix = ____normalizedName_result_6,
    encoding = ____settings_upstream_headers_encoding_7,
    certificate = ____temp_1,
    certificateSpelling = ____temp_2,
    hideCertificate = ____settings_hide_credentials_8,
    leavesAuthenticated = ____temp_9,
    token = ____temp_3,
    tokenSpelling = ____temp_4,
    forwardings = forwardings,
    named = named,
    nameLists = createMemo(256, 65536),
    verdicts = { known = {}, count = 0 },
  }
end
local function judge(name, plan)
  local normalized = normalizedName(name)
  if isKongIdentityHeader(normalized) then
    local ours = plan.named[normalized] ~= nil and not plan.leavesAuthenticated
    return normalized == name and not ours and 2 or 1
  end
  if sub(normalized, 1, #plan.normalizedPrefix) == plan.normalizedPrefix then
    return 1
  end
  if plan.named[normalized] ~= nil then
    return 1
  end
  if normalized == plan.token and name ~= plan.tokenSpelling then
    return 1
  end
  local chain = plan.certificate == "client-cert" and normalized == CERTIFICATE_CHAIN
  return (chain or normalized == plan.certificate) and 3 or 0
end
local function verdictOn(name, plan)
  local ____plan_10 = plan
  local verdicts = ____plan_10.verdicts
  local known = verdicts.known[name]
  if known ~= nil then
    return known
  end
  if #name > LONGEST_NAME then
    return judge(name, plan)
  end
  if verdicts.count >= MOST_VERDICTS then
    verdicts.known = {}
    verdicts.count = 0
  end
  local verdict = judge(name, plan)
  verdicts.known[name] = verdict
  verdicts.count = verdicts.count + 1
  return verdict
end
--- Whether a header holds what mtls-auth put there: the certificate of the handshake, which it, or nginx, has verified. A client can write its own
-- certificate there itself, of which nobody knows who issued it.
local function isVerifiedCertificate(value)
  return value == ngx.var.ssl_client_escaped_cert and (kong.ctx.shared.mtls_auth_passed == true or ngx.var.ssl_client_verify == "SUCCESS")
end
--- Whether the certificate header may go upstream (S30) where credentials are not hidden. It is spelled as the setting does, and there once, for everything
-- else a client slipped past the proxy; and it comes from a trusted peer, or holds a verified certificate.
local function mayPass(name, value, plan)
  if name == CERTIFICATE_CHAIN then
    return isPeerTrusted()
  end
  if name ~= plan.certificateSpelling or type(value) ~= "string" then
    return false
  end
  return isVerifiedCertificate(value) or isPeerTrusted()
end
--- Why a request goes no further of which not all could be cleared.
____exports.TOO_MANY_HEADERS = {
  code = "invalid_request",
  cause = "too many headers have names that only the gateway may set",
  message = "The request carries too many headers that the gateway sets.",
}
--- Headers that are cleared without a look at how many there are.
local FEW = 100
--- Steps that clearing may take: nginx walks through all headers for each of them. As many as with the buffers that nginx has by default.
local MOST_STEPS = 2000000
--- How many headers may be cleared of so many.
local function mostCleared(headers)
  local count = 0
  for ____, value in pairs(headers) do
    count = count + (type(value) == "string" and 1 or #value)
  end
  return max(FEW, MOST_STEPS / count)
end
--- Keeps what is in a token or certificate header of any spelling out of Kong's logs, where the request ends before such are cleared.
function ____exports.redactForged(headers, plan)
  for name in pairs(headers) do
    local normalized = normalizedName(name)
    if normalized == plan.token or normalized == plan.certificate then
      redactHeader(name)
    end
  end
end
--- Clears what clients may not set, under each spelling in which it was sent.
--
-- @param headers all headers of the request, names in lower case.
-- @param authenticated another plugin has authenticated the request: Kong's own headers are its.
-- @returns whether there are too many of them, in buffers larger than nginx's own: the request must go no further then, for some are still there.
function ____exports.clearSpoofable(headers, plan, authenticated)
  local cleared = 0
  local most = FEW
  for name, value in pairs(headers) do
    local verdict = verdictOn(name, plan)
    if verdict ~= 0 then
      local kept = verdict == 2 and authenticated and isSetByAuthentication(name)
        or verdict == 3 and not plan.hideCertificate and mayPass(name, value, plan)
      if not kept then
        cleared = cleared + 1
        if cleared > most then
          most = mostCleared(headers)
          if cleared > most then
            return true
          end
        end
        clearHeader(name)
      elseif verdict == 3 then
        redactHeader(name)
      end
    end
  end
  return false
end
--- Whether the token header is there in another spelling than the setting's, such as `_` for `-`.
function ____exports.isTokenSpelledOtherwise(headers, plan)
  if plan.tokenSpelling == nil or (find(plan.tokenSpelling, "[-_]")) == nil then
    return false
  end
  for name in pairs(headers) do
    if name ~= plan.tokenSpelling and normalizedName(name) == plan.token then
      return true
    end
  end
  return false
end
--- Names that a Connection header can hold without any harm to us, so that the common ones cost nothing.
local function isHarmless(value)
  local name = lower(value)
  return name == "keep-alive" or name == "close" or name == "upgrade"
end
local function isProtected(name, plan)
  local normalized = normalizedName(name)
  local verdict = verdictOn(normalized, plan)
  if verdict == 1 or verdict == 2 then
    return true
  end
  if verdict == 3 then
    return not plan.hideCertificate
  end
  return (find(normalized, "^x%-forwarded%-")) ~= nil
    or (find(normalized, "^x%-kong%-")) ~= nil
    or normalized == "x-real-ip"
    or normalized == "via"
end
local function namesProtected(value, plan)
  if isHarmless(value) then
    return false
  end
  for name in eachMatch(value, "[^,%s]+") do
    if isProtected(name, plan) then
      return true
    end
  end
  return false
end
--- Whether the header Connection names a header that we or Kong set: Kong would strip it from the upstream request after all plugins have run
-- (RFC 9110 section 7.6.1).
function ____exports.connectionNamesProtected(headers, plan)
  local connection = rawGet(headers, "connection")
  if connection == nil then
    return false
  end
  if type(connection) == "string" then
    return namesProtected(connection, plan)
  end
  for ____, value in ipairs(connection) do
    if namesProtected(value, plan) then
      return true
    end
  end
  return false
end
--- Makes the headers of a token. A claim that is absent, null or empty has none, and what the client sent in its place is gone already.
function ____exports.upstreamHeadersOf(claims, plan)
  local names = {}
  local values = {}
  local known = {}
  local function assign(____bindingPattern0)
    local yields
    local separator
    local path
    local header
    header = ____bindingPattern0.header
    path = ____bindingPattern0.path
    separator = ____bindingPattern0.separator
    yields = ____bindingPattern0.yields
    local text = claimText(claimAt(claims, path), separator)
    local name = lower(header)
    if yields and text == nil and known[name] ~= nil then
      return
    end
    if not (known[name] ~= nil) then
      names[#names + 1] = header
    end
    known[name] = true
    local ____temp_11
    if text == nil then
      ____temp_11 = nil
    else
      ____temp_11 = headerValue(text, plan.encoding)
    end
    values[name] = ____temp_11
  end
  for ____, forwarding in ipairs(plan.forwardings) do
    assign(forwarding)
  end
  local present = {}
  local texts = {}
  for ____, name in ipairs(names) do
    local value = values[lower(name)]
    if value ~= nil then
      present[#present + 1] = name
      texts[#texts + 1] = value
    end
  end
  return {
    headerNames = sharedList(plan, present),
    headerValues = texts,
  }
end
--- Puts the headers of a token on the request to the upstream service. None of them is there any more (`clearSpoofable`), and no two have one name, so they
-- are added, where setting one would look through all others for its name. By nginx's function and not the PDK's, which asks of each header what is known
-- of all of them: that this is the access phase, that they are texts and not empty, and that none is Host or `:authority` (the schema refuses those).
function ____exports.forward(headers)
  local ____headers_12 = headers
  local headerNames = ____headers_12.headerNames
  local headerValues = ____headers_12.headerValues
  for index = 1, #headerNames do
    addHeader(headerNames[index], headerValues[index])
  end
end
return ____exports
