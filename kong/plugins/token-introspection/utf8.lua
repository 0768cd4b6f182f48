-- Transpiled from src/kong/plugins/token-introspection/utf8.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local byte = string.byte
local find = string.find
--- Control characters and what is printable: all of ASCII.
local NOT_ASCII = "[^%c -~]"
--- Whether a byte continues a character.
local function continues(value)
  return value ~= nil and value >= 128 and value <= 191
end
--- The length of the well-formed character at a position (RFC 3629 section 4); undefined when there is none.
local function lengthAt(text, position)
  local first, second, third, fourth = byte(text, position, position + 3)
  if first == nil or second == nil or not continues(second) then
    return nil
  end
  if first >= 194 and first <= 223 then
    return 2
  end
  if not continues(third) then
    return nil
  end
  if first == 224 then
    return second >= 160 and 3 or nil
  end
  if first == 237 then
    return second <= 159 and 3 or nil
  end
  if first >= 225 and first <= 239 then
    return 3
  end
  if not continues(fourth) then
    return nil
  end
  if first == 240 then
    return second >= 144 and 4 or nil
  end
  if first == 244 then
    return second <= 143 and 4 or nil
  end
  return first >= 241 and first <= 243 and 4 or nil
end
--- Whether a text is UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
function ____exports.isUtf8(text)
  local position = find(text, NOT_ASCII)
  while position ~= nil do
    local length = lengthAt(text, position)
    if length == nil then
      return false
    end
    position = find(text, NOT_ASCII, position + length)
  end
  return true
end
return ____exports
