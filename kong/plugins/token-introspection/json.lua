-- Transpiled from src/kong/plugins/token-introspection/json.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local cjson = require("cjson.safe")
local byte = string.byte
local find = string.find
local sub = string.sub
--- Deepest nesting that is read.
local MAX_DEPTH = 16
local strict = cjson.new()
strict.decode_max_depth(MAX_DEPTH)
strict.decode_invalid_numbers(false)
local QUOTE = 34
local COMMA = 44
local COLON = 58
local OPENING_BRACE = 123
local CLOSING_BRACE = 125
local CONTROL = ((("[%z" .. string.char(1)) .. "-") .. string.char(31)) .. "]"
--- End of the string that begins at this quote, in a text that is JSON.
local function endOfString(text, start)
  local position = start + 1
  do
    while true do
      local found = find(text, '["\\]', position)
      if found == nil then
        return #text
      end
      if byte(text, found) == QUOTE then
        return found
      end
      position = found + 2
    end
  end
end
--- The name within quotes: as it stands, save that escapes are undone, for `"\u0061"` is `"a"`.
local function nameOf(text, start, ____end)
  local name = sub(text, start + 1, ____end - 1)
  if (find(name, "\\", 1, true)) == nil then
    return name
  end
  local decoded = strict.decode(("[" .. sub(text, start, ____end)) .. "]")
  return decoded[1] or name
end
--- Whether a text, which the decoder takes for JSON, has a member name twice in any object, or a control character in a string.
local function isAmbiguous(text)
  local controls = (find(text, CONTROL)) ~= nil
  local open = {}
  local depth = 0
  local position = find(text, '[{}%[%]"]')
  while position ~= nil do
    local character = byte(text, position)
    if character == QUOTE then
      local ____end = endOfString(text, position)
      if controls and (find(sub(text, position, ____end), CONTROL)) ~= nil then
        return true
      end
      local ____temp_0
      if depth == 0 then
        ____temp_0 = false
      else
        ____temp_0 = open[depth]
      end
      local names = ____temp_0
      if names ~= false and (find(text, "^[ \t\r\n]*:", ____end + 1)) ~= nil then
        local name = nameOf(text, position, ____end)
        if names[name] ~= nil then
          return true
        end
        names[name] = true
      end
      position = ____end
    elseif character == OPENING_BRACE then
      depth = depth + 1
      open[depth] = {}
    elseif character == 91 then
      depth = depth + 1
      open[depth] = false
    else
      depth = depth - 1
    end
    position = find(text, '[{}%[%]"]', position + 1)
  end
  return false
end
--- Whether an object is plainly unambiguous: without escapes, control characters, arrays or objects in it, and with as many members as names. That is
-- what nearly all signed payloads are, and it is found out without patterns, which LuaJIT does not compile.
--
-- @param text the object's, which the decoder takes for JSON.
-- @returns false where only a closer look can tell.
local function isPlain(text, members)
  for position = 1, #text do
    if byte(text, position) < 32 then
      return false
    end
  end
  if (find(text, "\\", 1, true)) ~= nil then
    return false
  end
  if (find(text, "[", 1, true)) ~= nil or (find(text, "{", 2, true)) ~= nil then
    return false
  end
  local names = 0
  local open = find(text, '"', 1, true)
  while open ~= nil do
    local close = find(text, '"', open + 1, true)
    if close == nil then
      return false
    end
    local after = byte(text, close + 1)
    if after == COLON then
      names = names + 1
    elseif after ~= COMMA and after ~= CLOSING_BRACE then
      return false
    end
    open = find(text, '"', close + 1, true)
  end
  for ____ in pairs(members) do
    names = names - 1
  end
  return names == 0
end
--- Reads a JSON object.
--
-- @returns the object, with `ngx.null` for null; undefined when the text is no JSON, another value than an object, or could be read in two ways.
local function decodeObject(text)
  local begins = byte(text, 1) == OPENING_BRACE
  if not begins and (find(text, "^[ \t\r\n]*{")) == nil then
    return nil
  end
  local value = strict.decode(text)
  if value == nil then
    return nil
  end
  local members = value
  if not (begins and isPlain(text, members)) and isAmbiguous(text) then
    return nil
  end
  return members
end
____exports.decodeObject = decodeObject
____exports.isAmbiguous = isAmbiguous
return ____exports
