-- Transpiled from src/kong/plugins/token-introspection/token.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____cookie = require("kong.plugins.token-introspection.cookie")
local findCookie = ____cookie.findCookie
local ____form = require("kong.plugins.token-introspection.form")
local findParameter = ____form.findParameter
local find = string.find
local lower = string.lower
local match = string.match
local TWICE = { code = "invalid_request", cause = "the access token is there more than once" }
local MALFORMED = { code = "invalid_token", cause = "the access token is malformed" }
local MALFORMED_DPOP = { code = "invalid_token", cause = "the access token is malformed", dpop = true }
--- A token is visible ASCII: what RFC 6750 section 2.1 allows, and the little more that some servers issue.
local function presented(value, dpop, place)
  if (find(value, "[^!-~]")) ~= nil then
    return nil, dpop and MALFORMED_DPOP or MALFORMED
  end
  return { value = value, dpop = dpop, place = place }
end
--- Reads the token header (RFC 6750 section 2.1, RFC 9449 section 7.1). The scheme counts in any case; another scheme is not for us.
--
-- @param bare the header is not Authorization: it may hold the token without a scheme.
function ____exports.readTokenHeader(value, bare)
  if value == nil then
    return nil
  end
  if type(value) ~= "string" then
    return nil, TWICE
  end
  local first, rest = match(value, "^([^ ]*) *(.*)$")
  local scheme = lower(first or "")
  if scheme == "bearer" or scheme == "dpop" then
    if rest == nil or rest == "" then
      return nil
    end
    return presented(rest, scheme == "dpop", "header")
  end
  if not bare or value == "" then
    return nil
  end
  return presented(value, false, "header")
end
--- Reads a query or form parameter (RFC 6750 sections 2.2 and 2.3).
--
-- @param encoded the query, or the body of a form, as it was sent.
function ____exports.readTokenParameter(encoded, name, place)
  local value, count = findParameter(encoded, name)
  if count > 1 then
    return nil, TWICE
  end
  if value == nil or value == "" then
    return nil
  end
  return presented(value, false, place)
end
--- Reads a cookie.
--
-- @param header the header Cookie.
function ____exports.readTokenCookie(header, name)
  local value, count = findCookie(header, name)
  if count > 1 then
    return nil, TWICE
  end
  if value == nil or value == "" then
    return nil
  end
  return presented(value, false, "cookie")
end
--- Joins what two places say: one method a request (S19, RFC 6750 section 2).
function ____exports.onlyOne(one, other)
  if one ~= nil and other ~= nil then
    return nil, TWICE
  end
  return one or other
end
return ____exports
