-- Transpiled from src/kong/plugins/token-introspection/exact-integers.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local random = require("resty.openssl.rand")
local ____json = require("kong.plugins.token-introspection.json")
local endOfString = ____json.endOfString
local byte = string.byte
local concat = table.concat
local find = string.find
local format = string.format
local gsub = string.gsub
local rep = string.rep
local sub = string.sub
--- Digits that a Lua number holds, whatever they are.
local EXACT_DIGITS = 15
local QUOTE = 34
local MINUS = 45
local LONG = rep("%d", EXACT_DIGITS + 1)
local function makeMark()
  local bytes = random.bytes(16)
  local digits = gsub(bytes or tostring(ngx.now()), ".", function(character)
    return format("%02x", byte(character))
  end)
  return ("integer " .. digits) .. " "
end
local MARK = makeMark()
--- Puts quotes and mark around each long integer of a JSON text.
local function markLongIntegers(text)
  if (find(text, LONG)) == nil then
    return text
  end
  local parts = {}
  local copied = 0
  local position = find(text, '[%d"]')
  while position ~= nil do
    local ____, ____end = find(text, "^[%d.eE+-]+", position)
    if byte(text, position) == QUOTE then
      ____end = endOfString(text, position)
    elseif ____end ~= nil and ____end - position >= EXACT_DIGITS then
      local start = byte(text, position - 1) == MINUS and position - 1 or position
      local literal = sub(text, start, ____end)
      if (find(literal, "^-?%d+$")) ~= nil then
        parts[#parts + 1] = sub(text, copied + 1, start - 1)
        parts[#parts + 1] = (('"' .. MARK) .. literal) .. '"'
        copied = ____end
      end
    end
    position = find(text, '[%d"]', (____end or position) + 1)
  end
  parts[#parts + 1] = sub(text, copied + 1)
  return concat(parts)
end
--- The digits of a marked integer; undefined: the text is none.
local function digitsOf(text)
  return sub(text, 1, #MARK) == MARK and sub(text, #MARK + 1) or nil
end
--- Takes quotes and marks away again from a JSON text.
local function unmark(text)
  local plain = gsub(text, ('"' .. MARK) .. '(-?%d+)"', "%1")
  return plain
end
____exports.digitsOf = digitsOf
____exports.markLongIntegers = markLongIntegers
____exports.unmark = unmark
return ____exports
