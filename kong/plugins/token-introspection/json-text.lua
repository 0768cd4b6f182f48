-- Transpiled from src/kong/plugins/token-introspection/json-text.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____claims = require("kong.plugins.token-introspection.claims")
local decodeJson = ____claims.decodeJson
local ____json = require("kong.plugins.token-introspection.json")
local endOfString = ____json.endOfString
local byte = string.byte
local find = string.find
local sub = string.sub
local QUOTE = 34
--- The end of the object or array that begins at this bracket.
local function endOfNested(text, start)
  local depth = 0
  local position = find(text, '[{}%[%]"]', start)
  while position ~= nil do
    local character = byte(text, position)
    if character == QUOTE then
      position = endOfString(text, position)
    else
      depth = depth + ((character == 123 or character == 91) and 1 or -1)
    end
    if depth == 0 then
      return position
    end
    position = find(text, '[{}%[%]"]', position + 1)
  end
  return #text
end
--- The end of the value that begins here.
local function endOfValue(text, start)
  local character = byte(text, start)
  if character == QUOTE then
    return endOfString(text, start)
  end
  if character == 123 or character == 91 then
    return endOfNested(text, start)
  end
  local after = find(text, "[,%]} \t\r\n]", start)
  return (after or #text + 1) - 1
end
--- Whether a string, with its quotes, is this name: escapes may stand for any character (RFC 8259 section 8.3).
local function isNamed(quoted, name)
  if (find(quoted, "\\", 1, true)) == nil then
    return quoted == ('"' .. name) .. '"'
  end
  local decoded = decodeJson(("[" .. quoted) .. "]")
  return decoded ~= nil and decoded[1] == name
end
--- The text of a member's value, byte for byte.
--
-- @param text a JSON object, with no name twice.
-- @param name of a member of the object itself.
-- @returns undefined where there is none.
function ____exports.memberText(text, name)
  local open = find(text, '"', 1, true)
  while open ~= nil do
    local close = endOfString(text, open)
    local start = find(text, "[^ \t\r\n:]", close + 1)
    if start == nil then
      return nil
    end
    local ____end = endOfValue(text, start)
    if isNamed(sub(text, open, close), name) then
      return sub(text, start, ____end)
    end
    open = find(text, '"', ____end + 1, true)
  end
  return nil
end
return ____exports
