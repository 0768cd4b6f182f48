-- Transpiled from src/kong/plugins/token-introspection/cookie.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local concat = table.concat
local match = string.match
local function nameOf(pair)
  return (match(pair, "^[ \t]*([^=]-)[ \t]*="))
end
local function textOf(header)
  if header == nil then
    return ""
  end
  return type(header) == "string" and header or concat(header, "; ")
end
--- Finds a cookie (RFC 6265 section 4.2).
--
-- @param header the header Cookie, of which HTTP/2 may send several.
-- @returns the value of the first, without quotes around it, and how often the cookie is there.
function ____exports.findCookie(header, name)
  local value
  local count = 0
  for pair in eachMatch(textOf(header), "[^;]+") do
    if nameOf(pair) == name then
      count = count + 1
      value = value or (match(pair, '=[ \t]*"?(.-)"?[ \t]*$'))
    end
  end
  return value, count
end
--- Takes a cookie out of the header; every other cookie stays byte for byte.
--
-- @returns undefined when no other is left.
function ____exports.withoutCookie(header, name)
  local kept = {}
  for pair in eachMatch(textOf(header) .. ";", "([^;]*);") do
    if nameOf(pair) ~= name then
      kept[#kept + 1] = pair
    end
  end
  local rest = match(concat(kept, ";"), "^[ \t]*(.-)[ \t]*$")
  local ____temp_0
  if rest == "" then
    ____temp_0 = nil
  else
    ____temp_0 = rest
  end
  return ____temp_0
end
return ____exports
