-- Transpiled from src/kong/plugins/token-introspection/json-object.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____claims = require("kong.plugins.token-introspection.claims")
local decodeJson = ____claims.decodeJson
local isArray = ____claims.isArray
local ____json = require("kong.plugins.token-introspection.json")
local isAmbiguous = ____json.isAmbiguous
local ____utf8 = require("kong.plugins.token-introspection.utf8")
local isUtf8 = ____utf8.isUtf8
local find = string.find
--- Reads a JSON object as strictly as RFC 8259 is written: what two readers could understand differently is refused.
--
-- @returns its members; or undefined and what is wrong, fit for a log.
function ____exports.parseObject(text)
  if text == "" then
    return nil, "it is empty"
  end
  if (find(text, "\0", 1, true)) ~= nil then
    return nil, "it holds a NUL"
  end
  if not isUtf8(text) then
    return nil, "it is not UTF-8"
  end
  local value = decodeJson(text)
  if value == nil then
    return nil, "it is not JSON"
  end
  if type(value) ~= "table" or isArray(value) then
    return nil, "it is no JSON object"
  end
  if isAmbiguous(text) then
    return nil, "it names a member twice, or has a control character in a string or a number that is none"
  end
  return value
end
return ____exports
