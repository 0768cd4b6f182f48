-- Transpiled from src/kong/plugins/token-introspection/jwt-answer.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local claimsFailure, validityFailure, isFor, innerAnswer, abs, gsub, lower, CLOCK_DIFFERENCE, TIME_LEEWAY
local ____answer = require("kong.plugins.token-introspection.answer")
local unexpected = ____answer.unexpected
local ____call = require("kong.plugins.token-introspection.call")
local elapsed = ____call.elapsed
local ____claims = require("kong.plugins.token-introspection.claims")
local isArray = ____claims.isArray
local ____introspection_answer = require("kong.plugins.token-introspection.introspection-answer")
local forbidsStoring = ____introspection_answer.forbidsStoring
local readClaims = ____introspection_answer.readClaims
local ____json_text = require("kong.plugins.token-introspection.json-text")
local memberText = ____json_text.memberText
local ____jws = require("kong.plugins.token-introspection.jws")
local parseJws = ____jws.parseJws
local ____key_set = require("kong.plugins.token-introspection.key-set")
local signatureFailure = ____key_set.signatureFailure
local ____text = require("kong.plugins.token-introspection.text")
local withoutLineEnd = ____text.withoutLineEnd
function claimsFailure(question, jws)
  local ____jws_header_0 = jws.header
  local typ = ____jws_header_0.typ
  local form = gsub(type(typ) == "string" and lower(typ) or "", "^application/", "")
  if form ~= "token-introspection+jwt" then
    return "its typ is not token-introspection+jwt"
  end
  local ____jws_payload_1 = jws.payload
  local iss = ____jws_payload_1.iss
  local aud = ____jws_payload_1.aud
  local iat = ____jws_payload_1.iat
  if iss ~= question.issuer then
    return "its iss is not the setting issuer"
  end
  if not isFor(aud, question.client_id) then
    return "its aud is not this client"
  end
  if type(iat) ~= "number" then
    return "its iat is no number"
  end
  if not (abs(ngx.time() - iat) <= CLOCK_DIFFERENCE) then
    return ("its iat is more than " .. tostring(CLOCK_DIFFERENCE)) .. " s away from this clock"
  end
  return validityFailure(jws.payload)
end
function validityFailure(payload)
  local ____payload_2 = payload
  local exp = ____payload_2.exp
  local nbf = ____payload_2.nbf
  if exp ~= nil and exp ~= ngx.null then
    if type(exp) ~= "number" then
      return "its exp is no number"
    end
    if not (exp + TIME_LEEWAY > ngx.time()) then
      return "its exp has passed"
    end
  end
  if nbf ~= nil and nbf ~= ngx.null then
    if type(nbf) ~= "number" then
      return "its nbf is no number"
    end
    if not (nbf - TIME_LEEWAY <= ngx.time()) then
      return "its nbf has not come"
    end
  end
  return nil
end
function isFor(audience, client)
  if client == nil then
    return false
  end
  if not isArray(audience) then
    return audience == client
  end
  for ____, element in ipairs(audience) do
    if element == client then
      return true
    end
  end
  return false
end
function innerAnswer(call, server, answer, jws)
  local inner = jws.payload.token_introspection
  local text = memberText(jws.payloadText, "token_introspection")
  if text == nil or type(inner) ~= "table" or isArray(inner) then
    return unexpected(("the JWT answer of " .. server) .. " has no token_introspection")
  end
  return readClaims(server, inner, text, forbidsStoring(answer), elapsed(call))
end
abs = math.abs
gsub = string.gsub
lower = string.lower
local match = string.match
--- Bytes of a JWT that are read.
local MAX_LENGTH = 1024 * 1024
CLOCK_DIFFERENCE = 300
TIME_LEEWAY = 10
--- A signed answer (RFC 9701 section 5): everything about it is verified, and only what is inside `token_introspection` is used. A plain answer is
-- refused.
function ____exports.readJwtAnswer(call, server, answer)
  local contentType = answer.headers["Content-Type"]
  local kind = match(type(contentType) == "string" and lower(contentType) or "", "^%s*([^;%s]*)")
  if kind ~= "application/token-introspection+jwt" then
    return unexpected(
      server .. " gave a plain answer where introspection_accept asks for a JWT (RFC 9701): see whether it can, and whether this client may"
    )
  end
  local text = withoutLineEnd(answer.body or "")
  if (gsub(text, "[^.]", "")) == "...." then
    return unexpected(("the JWT answer of " .. server) .. " is encrypted: configure this client for signed answers only")
  end
  local jws, malformed = parseJws(text, MAX_LENGTH)
  if jws == nil then
    return unexpected((("the JWT answer of " .. server) .. " is refused: ") .. (malformed or ""))
  end
  local wrong = claimsFailure(call.question, jws)
  if wrong ~= nil then
    return unexpected((("the JWT answer of " .. server) .. " is refused: ") .. wrong)
  end
  local failure = signatureFailure(call, jws)
  if failure ~= nil then
    return failure
  end
  return innerAnswer(call, server, answer, jws)
end
return ____exports
