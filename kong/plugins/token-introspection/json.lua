-- Transpiled from src/kong/plugins/token-introspection/json.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local cjson = require("cjson.safe")
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local ____utf8 = require("kong.plugins.token-introspection.utf8")
local isUtf8 = ____utf8.isUtf8
local newTable = require("table.new")
local byte = string.byte
local find = string.find
local format = string.format
local match = string.match
local sub = string.sub
--- Deepest nesting that is read.
local MAX_DEPTH = 16
local strict = cjson.new()
strict.decode_max_depth(MAX_DEPTH)
strict.decode_invalid_numbers(false)
local QUOTE = 34
local ZERO = 48
local BACKSLASH = 92
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
--- Whether a word outside of strings is one of JSON's: the decoder reads numbers as C does, which has `1.`, `.5` and `01` too (RFC 8259 section 6).
local function isWord(word)
  if word == "true" or word == "false" or word == "null" then
    return true
  end
  local integer, rest = match(word, "^-?(%d+)(.*)$")
  if integer == nil or rest == nil then
    return false
  end
  if #integer > 1 and byte(integer, 1) == ZERO then
    return false
  end
  local exponent = match(rest, "^%.%d+(.*)$")
  local tail = exponent or rest
  return tail == "" or (find(tail, "^[eE][+-]?%d+$")) ~= nil
end
--- Whether the words between two strings or brackets are JSON's.
local function areWords(text, start, ____end)
  if ____end < start then
    return true
  end
  for word in eachMatch(sub(text, start, ____end), "[^%s,:]+") do
    if not isWord(word) then
      return false
    end
  end
  return true
end
--- Whether a text, which the decoder takes for JSON, is something else to a strict reader: a member name twice in any object, a control character in a
-- string, a number that is none of JSON's.
local function isAmbiguous(text)
  local controls = (find(text, CONTROL)) ~= nil
  local open = {}
  local depth = 0
  local reached = 0
  local position = find(text, '[{}%[%]"]')
  while position ~= nil do
    if not areWords(text, reached + 1, position - 1) then
      return true
    end
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
    reached = position
    position = find(text, '[{}%[%]"]', position + 1)
  end
  return not areWords(text, reached + 1, #text)
end
--- Members that a table is made for: a proof of possession has five to eight. Growing one by one would leave garbage.
local USUAL_MEMBERS = 8
--- Whether a text is printable ASCII without escapes.
local function isPrintable(text)
  for position = 1, #text do
    local character = byte(text, position)
    if character < 32 or character > 126 or character == BACKSLASH then
      return false
    end
  end
  return true
end
--- Reads an object that can be read in one way only, at a glance: printable ASCII without escapes and white space, strings and integers alone in it, no name
-- twice. That is what nearly all signed payloads are, and it is read without patterns and the decoder, neither of which LuaJIT compiles.
--
-- @returns undefined where only the decoder, and a closer look, can tell.
local function readPlain(text)
  local last = #text
  if byte(text, 1) ~= OPENING_BRACE or byte(text, last) ~= CLOSING_BRACE or not isPrintable(text) then
    return nil
  end
  local members = newTable(0, USUAL_MEMBERS)
  local position = 1
  while position < last do
    if byte(text, position) ~= (position == 1 and OPENING_BRACE or COMMA) or byte(text, position + 1) ~= QUOTE then
      return nil
    end
    local nameEnd = find(text, '"', position + 2, true)
    if nameEnd == nil or byte(text, nameEnd + 1) ~= COLON then
      return nil
    end
    local name = sub(text, position + 2, nameEnd - 1)
    if members[name] ~= nil then
      return nil
    end
    local start = nameEnd + 2
    if byte(text, start) == QUOTE then
      local ____end = find(text, '"', start + 1, true)
      if ____end == nil then
        return nil
      end
      members[name] = sub(text, start + 1, ____end - 1)
      position = ____end + 1
    else
      local comma = find(text, ",", start, true)
      position = comma or last
      local digits = sub(text, start, position - 1)
      local value = tonumber(digits)
      if value == nil or format("%d", value) ~= digits then
        return nil
      end
      members[name] = value
    end
  end
  return members
end
--- Reads a JSON object.
--
-- @returns the object, with `ngx.null` for null; undefined when the text is no JSON, another value than an object, or could be read in two ways.
local function decodeObject(text)
  local plain = readPlain(text)
  if plain ~= nil then
    return plain
  end
  if (find(text, "^[ \t\r\n]*{")) == nil then
    return nil
  end
  local value = strict.decode(text)
  if value == nil or (find(text, "\0", 1, true)) ~= nil or not isUtf8(text) or isAmbiguous(text) then
    return nil
  end
  return value
end
____exports.decodeObject = decodeObject
____exports.endOfString = endOfString
____exports.isAmbiguous = isAmbiguous
return ____exports
