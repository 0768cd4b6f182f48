-- Transpiled from src/kong/plugins/token-introspection/form.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local concat = table.concat
local find = string.find
local sub = string.sub
local unescape = ngx.unescape_uri
local function nameOf(pair)
  local equals = find(pair, "=", 1, true)
  return unescape(equals == nil and pair or sub(pair, 1, equals - 1))
end
--- Finds a parameter in a query or a urlencoded form.
--
-- @returns the decoded value of the first, and how often the parameter is there.
function ____exports.findParameter(encoded, name)
  local value
  local count = 0
  for pair in eachMatch(encoded, "[^&]+") do
    if nameOf(pair) == name then
      count = count + 1
      local equals = find(pair, "=", 1, true)
      value = value or (equals == nil and "" or unescape(sub(pair, equals + 1)))
    end
  end
  return value, count
end
--- Takes a parameter out of a query or a urlencoded form; every other byte stays.
function ____exports.withoutParameter(encoded, name)
  local kept = {}
  for pair in eachMatch(encoded .. "&", "([^&]*)&") do
    if nameOf(pair) ~= name then
      kept[#kept + 1] = pair
    end
  end
  return concat(kept, "&")
end
return ____exports
