-- Transpiled from src/kong/plugins/token-introspection/text.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local byte = string.byte
local find = string.find
local lower = string.lower
local sub = string.sub
local TAB = 9
local LINE_FEED = 10
local CARRIAGE_RETURN = 13
local SPACE = 32
local function isBlank(character)
  return character == SPACE or character == TAB
end
--- A text without line feeds and carriage returns at its end.
function ____exports.withoutLineEnd(text)
  local last = #text
  while byte(text, last) == LINE_FEED or byte(text, last) == CARRIAGE_RETURN do
    last = last - 1
  end
  return sub(text, 1, last)
end
--- A text without spaces and tabs around it. By bytes: the pattern that one would write for it tries every end for every beginning, and
-- others choose how long a text is.
function ____exports.trim(text)
  local first = 1
  local last = #text
  while first <= last and isBlank(byte(text, first)) do
    first = first + 1
  end
  while last >= first and isBlank(byte(text, last)) do
    last = last - 1
  end
  return sub(text, first, last)
end
--- What stands before a character; all of the text where it has none.
function ____exports.before(text, character)
  local ____end = find(text, character, 1, true)
  return ____end == nil and text or sub(text, 1, ____end - 1)
end
--- The media type of a Content-Type (RFC 9110 section 8.3.1), in lower case and without parameters.
function ____exports.mediaTypeOf(contentType)
  return lower(____exports.trim(____exports.before(contentType, ";")))
end
--- `string.gmatch` for a pattern with at most one capture: what each match gives is one text.
____exports.eachMatch = string.gmatch
return ____exports
