-- Transpiled from src/kong/plugins/token-introspection/confirmation.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____claims = require("kong.plugins.token-introspection.claims")
local isArray = ____claims.isArray
local tokenTypeOf = ____claims.tokenTypeOf
local ____refusal = require("kong.plugins.token-introspection.refusal")
local refusal = ____refusal.refusal
local lower = string.lower
--- The one place that makes them: tables that are made alike are alike to LuaJIT, whatever is in them, and share their compiled code.
local function boundTo(thumbprint, jkt)
  return { thumbprint = thumbprint, jkt = jkt }
end
--- A token that whoever has it may use.
____exports.NOT_BOUND = boundTo(nil, nil)
local MALFORMED = refusal("invalid_token", "cnf: the authorization server's answer has one that is malformed")
local function member(cnf, name)
  local value = cnf[name]
  if value == nil or value == ngx.null then
    return nil, false
  end
  if type(value) == "string" and value ~= "" then
    return value, false
  end
  return nil, true
end
--- Reads `cnf`. Members that are not known are passed over (S18).
--
-- @returns undefined and why when a member that is known cannot be read: nobody could say whose token it is.
function ____exports.confirmationOf(claims)
  local cnf = claims.cnf
  if cnf == nil or cnf == ngx.null then
    return ____exports.NOT_BOUND
  end
  if type(cnf) ~= "table" or isArray(cnf) then
    return nil, MALFORMED
  end
  local thumbprint, thumbprintMalformed = member(cnf, "x5t#S256")
  local jkt, jktMalformed = member(cnf, "jkt")
  if thumbprintMalformed or jktMalformed then
    return nil, MALFORMED
  end
  return boundTo(thumbprint, jkt)
end
--- Whether the token's bindings are such as the settings demand, before anything is proved.
-- What must be proved follows from `cnf`, not from token_type: Keycloak says DPoP beside x5t#S256.
function ____exports.refuseBinding(claims, bound, settings)
  if settings.certificate_binding == "required" and bound.thumbprint == nil then
    return refusal("invalid_token", "certificate_binding: the token is not bound to a certificate")
  end
  if settings.dpop == "required" and bound.jkt == nil then
    return refusal("invalid_token", "dpop: the token is not bound to a key")
  end
  if settings.dpop == "off" and bound.jkt ~= nil then
    return refusal("invalid_token", "dpop: the token is bound to a key, and DPoP is off")
  end
  local tokenType = tokenTypeOf(claims)
  if type(tokenType) == "string" and lower(tokenType) == "dpop" and bound.thumbprint == nil and bound.jkt == nil then
    return refusal("invalid_token", "cnf: a token of type DPoP without it belongs to nobody")
  end
  return nil
end
--- Whether the token came under the scheme that its binding demands (RFC 9449 sections 7.1 and 7.2).
function ____exports.refuseScheme(bound, dpopScheme)
  if bound.jkt ~= nil and not dpopScheme then
    return { code = "invalid_token", cause = "dpop: the token is bound to a key, and came without the scheme DPoP", dpop = true }
  end
  if bound.jkt == nil and dpopScheme then
    return { code = "invalid_token", cause = "dpop: the token came under the scheme DPoP, and is not bound to a key", dpop = true }
  end
  return nil
end
return ____exports
