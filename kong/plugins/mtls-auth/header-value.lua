-- Transpiled from src/kong/plugins/mtls-auth/header-value.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____string_0 = string
local byte = ____string_0.byte
local find = ____string_0.find
local format = ____string_0.format
local gsub = ____string_0.gsub
local lower = ____string_0.lower
local sub = ____string_0.sub
local PREFIX = "UTF-8''"
local function percentEncode(character)
  return format("%%%02X", byte(character))
end
--- Text as a header value that every upstream service reads alike. Printable ASCII stays as it is. A value with any other byte (a control
-- character, a letter beyond ASCII), with a space at either end, or that could be taken for such an encoding itself, becomes `UTF-8''` and
-- its percent-encoded bytes (ext-value of RFC 8187 section 3.2.1): `UTF-8''Cem%20%C3%96zdemir`.
function ____exports.headerValue(text)
  local unsafe = find(text, "[^ -~]")
  local spaces = find(text, "^ ")
  local trailing = sub(text, -1) == " "
  local lookalike = lower(sub(text, 1, #PREFIX)) == lower(PREFIX)
  if unsafe == nil and spaces == nil and not trailing and not lookalike then
    return text
  end
  local encoded = gsub(text, "[^%w!#$&+.^_`|~-]", percentEncode)
  return PREFIX .. encoded
end
return ____exports
