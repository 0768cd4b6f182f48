-- Transpiled from src/kong/plugins/token-introspection/token.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____cookie = require("kong.plugins.token-introspection.cookie")
local findCookie = ____cookie.findCookie
local ____form = require("kong.plugins.token-introspection.form")
local findParameter = ____form.findParameter
local ____text = require("kong.plugins.token-introspection.text")
local trim = ____text.trim
local byte = string.byte
local find = string.find
local lower = string.lower
local sub = string.sub
local SPACE = 32
local IN_HEADER = { dpop = false, place = "header" }
local IN_HEADER_BY_DPOP = { dpop = true, place = "header" }
local IN_PLACE =
  { query = { dpop = false, place = "query" }, body = { dpop = false, place = "body" }, cookie = { dpop = false, place = "cookie" } }
____exports.TWICE = { code = "invalid_request", cause = "the access token is there more than once" }
--- A token is visible ASCII: what RFC 6750 section 2.1 allows, and the little more that some servers issue.
function ____exports.isWellFormed(token)
  return (find(token, "[^!-~]")) == nil
end
--- Without the white space around a header's value, which is none of it (RFC 9110 section 5.5): nginx takes off spaces, and over HTTP/1 only.
local function trimmed(value)
  if (byte(value, 1) or SPACE) > SPACE and (byte(value, -1) or SPACE) > SPACE then
    return value
  end
  return trim(value)
end
--- What follows a scheme and its spaces; nothing: undefined.
local function afterScheme(value, start, presentation)
  local first = start
  while byte(value, first) == SPACE do
    first = first + 1
  end
  local token = sub(value, first)
  if token == "" then
    return nil
  end
  return token, presentation
end
--- Reads the token header (RFC 6750 section 2.1, RFC 9449 section 7.1). The scheme counts in any case; another scheme is not for us.
--
-- @param bare the header is not Authorization: it may hold the token without a scheme.
function ____exports.readTokenHeader(sent, bare)
  if sent == nil then
    return nil
  end
  if type(sent) ~= "string" then
    return nil, nil, ____exports.TWICE
  end
  local value = trimmed(sent)
  local start = sub(value, 1, 7)
  if start == "Bearer " then
    return afterScheme(value, 8, IN_HEADER)
  end
  local scheme = lower(start)
  if scheme == "bearer " or scheme == "bearer" then
    return afterScheme(value, 8, IN_HEADER)
  end
  local shorter = sub(scheme, 1, 5)
  if shorter == "dpop " or scheme == "dpop" then
    return afterScheme(value, 6, IN_HEADER_BY_DPOP)
  end
  if not bare or value == "" then
    return nil
  end
  return value, IN_HEADER
end
--- Reads a query or form parameter (RFC 6750 sections 2.2 and 2.3).
--
-- @param encoded the query, or the body of a form, as it was sent.
function ____exports.readTokenParameter(encoded, name, place)
  local value, count = findParameter(encoded, name)
  if count > 1 then
    return nil, nil, ____exports.TWICE
  end
  if value == nil or value == "" then
    return nil
  end
  return value, IN_PLACE[place]
end
--- Reads a cookie.
--
-- @param header the header Cookie.
function ____exports.readTokenCookie(header, name)
  local value, count = findCookie(header, name)
  if count > 1 then
    return nil, nil, ____exports.TWICE
  end
  if value == nil or value == "" then
    return nil
  end
  return value, IN_PLACE.cookie
end
--- Joins what the places up to now say with what another one says: one method a request (S19, RFC 6750 section 2).
--
-- @param found what is in the other place, how, and why it is refused: what its reader gives.
function ____exports.onlyOne(token, presentation, found, how, wrong)
  if wrong ~= nil then
    return nil, nil, wrong
  end
  if found == nil then
    return token, presentation
  end
  if token ~= nil then
    return nil, nil, ____exports.TWICE
  end
  return found, how
end
return ____exports
