-- Transpiled from src/kong/plugins/token-introspection/cookie.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local trim = ____text.trim
local byte = string.byte
local concat = table.concat
local find = string.find
local sub = string.sub
local QUOTE = 34
--- A pair's name, and its value as it stands; twice undefined: it has no name.
local function split(pair)
  local equals = find(pair, "=", 1, true)
  if equals == nil then
    return nil, nil
  end
  return trim(sub(pair, 1, equals - 1)), sub(pair, equals + 1)
end
--- A value without blanks around it, and without the pair of quotes that may stand there (RFC 6265 section 4.1.1).
local function unquoted(text)
  local value = trim(text)
  local quoted = #value > 1 and byte(value, 1) == QUOTE and byte(value, #value) == QUOTE
  return quoted and sub(value, 2, -2) or value
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
    local found, text = split(pair)
    if found == name then
      count = count + 1
      value = value or unquoted(text)
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
    if (split(pair)) ~= name then
      kept[#kept + 1] = pair
    end
  end
  local rest = trim(concat(kept, ";"))
  local ____temp_0
  if rest == "" then
    ____temp_0 = nil
  else
    ____temp_0 = rest
  end
  return ____temp_0
end
return ____exports
