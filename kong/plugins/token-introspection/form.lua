-- Transpiled from src/kong/plugins/token-introspection/form.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Queries and urlencoded forms. They are walked through by bytes, and no text is made of what is not sought: a client chooses the names, a megabyte of them, and
-- LuaJIT searches ever longer for each short text among others that were chosen to have its hash.
local byte = string.byte
local concat = table.concat
local find = string.find
local sub = string.sub
local unescape = ngx.unescape_uri
local AMPERSAND = 38
local EQUALS = 61
local PERCENT = 37
local PLUS = 43
local SPACE = 32
--- The value of a hexadecimal digit; undefined for any other byte, and for none.
local function digitOf(character)
  if character == nil then
    return nil
  end
  if character >= 48 and character <= 57 then
    return character - 48
  end
  local letter = character >= 97 and character - 32 or character
  return letter >= 65 and letter <= 70 and letter - 55 or nil
end
--- The byte that stands for itself or is escaped here, and where the next one begins.
local function decodedAt(encoded, position)
  local character = byte(encoded, position)
  if character == PLUS then
    return SPACE, position + 1
  end
  if character == EQUALS or character == AMPERSAND then
    return nil, position
  end
  if character == PERCENT then
    local high = digitOf(byte(encoded, position + 1))
    local low = digitOf(byte(encoded, position + 2))
    if high ~= nil and low ~= nil then
      return high * 16 + low, position + 3
    end
  end
  return character, position + 1
end
--- Whether the pair that begins here has this name.
--
-- @returns where the name ends: at `=`, at `&` or behind the text; undefined when it is another's.
local function endOfName(encoded, start, name)
  local position = start
  for index = 1, #name do
    local character, following = decodedAt(encoded, position)
    if character ~= byte(name, index) then
      return nil
    end
    position = following
  end
  local after = byte(encoded, position)
  return (after == nil or after == EQUALS or after == AMPERSAND) and position or nil
end
--- The end of the pair that begins here: at `&`, or behind the text.
local function endOfPair(encoded, start)
  return (find(encoded, "&", start, true)) or #encoded + 1
end
--- Finds a parameter in a query or a urlencoded form.
--
-- @returns the decoded value of the first, and how often the parameter is there.
function ____exports.findParameter(encoded, name)
  local value
  local count = 0
  local start = 1
  while start <= #encoded do
    local ____end = endOfPair(encoded, start)
    local nameEnd = endOfName(encoded, start, name)
    if nameEnd ~= nil then
      count = count + 1
      value = value or unescape(sub(encoded, nameEnd + 1, ____end - 1))
    end
    start = ____end + 1
  end
  return value, count
end
--- Pieces that are kept between parameters that are taken out: nobody has a reason to send one parameter so often. What follows goes too.
local MOST_PIECES = 1000
--- Takes a parameter out of a query or a urlencoded form; every other byte stays.
function ____exports.withoutParameter(encoded, name)
  local kept = {}
  --- Where the pairs begin that are kept and not yet among those.
  local pending = 1
  local start = 1
  while start <= #encoded + 1 do
    local ____end = endOfPair(encoded, start)
    if endOfName(encoded, start, name) ~= nil then
      if pending < start then
        kept[#kept + 1] = sub(encoded, pending, start - 2)
      end
      if #kept >= MOST_PIECES then
        return concat(kept, "&")
      end
      pending = ____end + 1
    end
    start = ____end + 1
  end
  if pending == 1 then
    return encoded
  end
  if pending <= #encoded + 1 then
    kept[#kept + 1] = sub(encoded, pending)
  end
  return concat(kept, "&")
end
return ____exports
