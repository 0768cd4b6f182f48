-- Transpiled from src/kong/plugins/token-introspection/discovery.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local metadataUrls, fetchMetadata, withoutMetadata, namesWhatIsSought, fetchFrom, statusFailure, textOf, readMetadata, gsub, find, MOST_SHOWN
local ____answer = require("kong.plugins.token-introspection.answer")
local unavailable = ____answer.unavailable
local unexpected = ____answer.unexpected
local ____claims = require("kong.plugins.token-introspection.claims")
local isArray = ____claims.isArray
local ____http_exchange = require("kong.plugins.token-introspection.http-exchange")
local exchange = ____http_exchange.exchange
local ____introspection_answer = require("kong.plugins.token-introspection.introspection-answer")
local isTrouble = ____introspection_answer.isTrouble
local retryAfter = ____introspection_answer.retryAfter
local ____json_object = require("kong.plugins.token-introspection.json-object")
local parseObject = ____json_object.parseObject
local ____printable = require("kong.plugins.token-introspection.printable")
local printable = ____printable.printable
local ____remote_document = require("kong.plugins.token-introspection.remote-document")
local createRemoteDocuments = ____remote_document.createRemoteDocuments
local distrust = ____remote_document.distrust
local obtain = ____remote_document.obtain
local ____url = require("kong.plugins.token-introspection.url")
local parseUrl = ____url.parseUrl
function metadataUrls(issuer)
  local path = gsub(issuer.path, "/+$", "")
  local origin = string.match(issuer.text, "^%a+://[^/?]*")
  return ((origin or "") .. "/.well-known/oauth-authorization-server") .. path,
    ((origin or "") .. path) .. "/.well-known/openid-configuration"
end
function fetchMetadata(call)
  local issuer = call.question.issuer or ""
  local url, wrong = parseUrl(issuer)
  if url == nil then
    return nil, unexpected("issuer " .. (wrong or ""))
  end
  if (find(issuer, "?", 1, true)) ~= nil then
    return nil, unexpected("issuer must not have a query (RFC 8414 section 2)")
  end
  local first, second = metadataUrls(url)
  local found, failure = fetchFrom(call, first, issuer)
  if found ~= nil and namesWhatIsSought(call.question, found) then
    return found
  end
  local other, otherFailure = fetchFrom(call, second, issuer)
  if other ~= nil and (found == nil or namesWhatIsSought(call.question, other)) then
    return other
  end
  if found ~= nil then
    return found
  end
  return nil, withoutMetadata(issuer, failure, otherFailure)
end
function withoutMetadata(issuer, failure, otherFailure)
  local cause = (((("no metadata of the issuer " .. printable(issuer)) .. ": ") .. (failure and failure.cause or "")) .. "; ")
    .. (otherFailure and otherFailure.cause or "")
  if (failure and failure.kind) == "unavailable" or (otherFailure and otherFailure.kind) == "unavailable" then
    return unavailable(cause, failure and failure.retryAfter or otherFailure and otherFailure.retryAfter)
  end
  return unexpected(cause)
end
function namesWhatIsSought(question, known)
  if question.introspection_endpoint == nil then
    return known.introspectionEndpoint ~= nil
  end
  return known.jwksUri ~= nil
end
function fetchFrom(call, address, issuer)
  local members, failure = ____exports.fetchJson(call, address)
  if members == nil then
    return nil, failure or unexpected("nothing came")
  end
  local named = members.issuer
  if named ~= issuer then
    local said = type(named) == "string" and printable(named) or "none"
    return nil,
      unexpected(((printable(address) .. " names another issuer (") .. said) .. "): set issuer to exactly what the server calls itself")
  end
  return readMetadata(members)
end
--- Gets a JSON object from the authorization server.
function ____exports.fetchJson(call, address)
  local url, wrong = parseUrl(address)
  if url == nil then
    return nil, unexpected((printable(address) .. ": ") .. (wrong or ""))
  end
  local headers = {}
  headers.Accept = "application/json"
  local answer, failure = exchange(call, url, function()
    return { method = "GET", headers = headers }
  end)
  if answer == nil then
    return nil, failure or unavailable("no answer")
  end
  if answer.status ~= 200 then
    return nil, statusFailure(address, answer)
  end
  local members, trouble = parseObject(answer.body or "")
  if members == nil then
    return nil, unexpected((printable(address) .. ": ") .. (trouble or ""))
  end
  return members
end
function statusFailure(address, answer)
  local cause = (printable(address) .. " answered ") .. tostring(answer.status)
  return isTrouble(answer.status) and unavailable(cause, retryAfter(answer)) or unexpected(cause)
end
function textOf(value)
  return type(value) == "string" and value ~= "" and value or nil
end
function readMetadata(members)
  local aliases = members.mtls_endpoint_aliases
  local ____temp_12
  if type(aliases) == "table" then
    ____temp_12 = aliases.introspection_endpoint
  else
    ____temp_12 = nil
  end
  local alias = ____temp_12
  local methods = members.introspection_endpoint_auth_methods_supported
  local named
  local shown = {}
  if isArray(methods) then
    for ____, method in ipairs(methods) do
      if type(method) == "string" then
        named = named or {}
        named[method] = true
        if #shown < MOST_SHOWN then
          shown[#shown + 1] = method
        end
      end
    end
  end
  return {
    introspectionEndpoint = textOf(members.introspection_endpoint),
    mutualTlsIntrospectionEndpoint = textOf(alias),
    jwksUri = textOf(members.jwks_uri),
    clientAuthentication = named,
    clientAuthenticationText = printable(table.concat(shown, ", ")),
  }
end
gsub = string.gsub
find = string.find
local metadata = createRemoteDocuments("the issuer's metadata", fetchMetadata)
MOST_SHOWN = 20
--- A server may name the kinds of TLS client authentication apart: RFC 8705 sections 2.1 and 2.2; for us they are one.
local function acceptsAuthentication(question, known)
  local ____known_13 = known
  local methods = ____known_13.clientAuthentication
  local method = question.client_auth
  if methods == nil or method == "bearer" or method == "none" then
    return true
  end
  return methods[method] ~= nil or method == "tls_client_auth" and methods.self_signed_tls_client_auth ~= nil
end
--- A URL from metadata. What an https issuer names is never asked in clear.
local function urlFrom(question, text, name)
  local issuer = question.issuer or ""
  if text == nil then
    return nil, unexpected((((("the metadata of " .. printable(issuer)) .. " names no ") .. name) .. ": set the plugin's ") .. name)
  end
  local url, wrong = parseUrl(text)
  if url == nil then
    return nil, unexpected((((("the " .. name) .. " in the metadata of ") .. printable(issuer)) .. " ") .. (wrong or ""))
  end
  if url.scheme == "http" and (find(string.lower(issuer), "^https:")) ~= nil then
    return nil, unexpected(((("the " .. name) .. " in the metadata of ") .. printable(issuer)) .. " is not https")
  end
  return url
end
--- The introspection endpoint for a question; with a client certificate the one for mutual TLS wins (S17).
local function endpointIn(question, known)
  if not acceptsAuthentication(question, known) then
    local issuer = printable(question.issuer or "")
    return nil,
      unexpected((((issuer .. " does not take client_auth ") .. question.client_auth) .. ": it names ") .. known.clientAuthenticationText)
  end
  local ____temp_14
  if question.client_certificate == nil then
    ____temp_14 = nil
  else
    ____temp_14 = known.mutualTlsIntrospectionEndpoint
  end
  local alias = ____temp_14
  return urlFrom(question, alias or known.introspectionEndpoint, "introspection_endpoint")
end
local function jwksUriIn(question, known)
  return urlFrom(question, known.jwksUri, "jwks_uri")
end
--- Looks into the metadata, and anew where those that are known do not hold what is sought: the server may have mended them.
local function discover(call, urlIn)
  local ____call_15 = call
  local question = ____call_15.question
  local known, failure = obtain(metadata, call, question.issuer or "", function(one)
    return (urlIn(question, one)) ~= nil
  end)
  if known == nil then
    return nil, failure or unexpected("no metadata")
  end
  return urlIn(question, known)
end
--- The introspection endpoint that the issuer's metadata names.
function ____exports.discoverEndpoint(call)
  return discover(call, endpointIn)
end
--- The URL of the keys that the issuer's metadata names.
function ____exports.discoverJwksUri(call)
  return discover(call, jwksUriIn)
end
--- What the metadata said did not hold: it is fetched again in the background.
function ____exports.rediscover(question)
  distrust(metadata, question, question.issuer or "")
end
return ____exports
