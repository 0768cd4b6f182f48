-- Transpiled from src/kong/plugins/token-introspection/json-members.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____claims = require("kong.plugins.token-introspection.claims")
local decodeJson = ____claims.decodeJson
local byte = string.byte
local find = string.find
local sub = string.sub
local QUOTE = 34
local BACKSLASH = 92
local COLON = 58
local OPEN_OBJECT = 123
local OPEN_ARRAY = 91
local CLOSE_OBJECT = 125
local CLOSE_ARRAY = 93
--- The end of the string that begins at a position; the text is known to be JSON.
local function endOfString(text, start)
  local position = start + 1
  while true do
    local found = find(text, '["\\]', position)
    if found == nil then
      return #text
    end
    if byte(text, found) == QUOTE then
      return found
    end
    position = found + (byte(text, found) == BACKSLASH and 2 or 1)
  end
end
--- A member's name with its escapes resolved, for `"\u0061"` and `"a"` are the same name.
local function nameOf(literal)
  if (find(literal, "\\", 1, true)) == nil then
    return literal
  end
  local decoded = decodeJson(("[" .. literal) .. "]")
  local name = decoded and decoded[1]
  return name == nil and literal or ('"' .. name) .. '"'
end
--- Whether any object in a JSON text names a member twice. RFC 8259 section 4: what a reader makes of that is not foretold, so that such an
-- answer could mean two things.
--
-- @param text JSON that a decoder has accepted.
function ____exports.repeatsMember(text)
  local names = {}
  local depth = 0
  local position = find(text, '["{}%[%]]')
  while position ~= nil do
    local character = byte(text, position)
    local next = position + 1
    if character == OPEN_OBJECT or character == OPEN_ARRAY then
      names[depth + 1] = {}
      depth = depth + 1
    elseif character == CLOSE_OBJECT or character == CLOSE_ARRAY then
      depth = depth - 1
    else
      local ____end = endOfString(text, position)
      next = ____end + 1
      local after = find(text, "[^ \t\r\n]", next)
      if after ~= nil and byte(text, after) == COLON then
        local name = nameOf(sub(text, position, ____end))
        local seen = names[depth]
        if seen ~= nil then
          if seen[name] ~= nil then
            return true
          end
          seen[name] = true
        end
      end
    end
    position = find(text, '["{}%[%]]', next)
  end
  return false
end
return ____exports
