-- Transpiled from src/kong/plugins/mtls-auth/distinguished-name.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____string_0 = string
local byte = ____string_0.byte
local char = ____string_0.char
local find = ____string_0.find
local lower = ____string_0.lower
local sub = ____string_0.sub
local ____table_1 = table
local concat = ____table_1.concat
--- What each spelling of an attribute type means (RFC 4519).
local types = { commonName = { "cn", "commonname", "2.5.4.3" }, organizationName = { "o", "organizationname", "2.5.4.10" } }
--- BER tags of character strings that are read as they are: UTF8String, NumericString, PrintableString, IA5String, VisibleString.
local textTags = {}
for ____, tag in ipairs({
  12,
  18,
  19,
  22,
  26,
}) do
  textTags[tag] = true
end
local function afterSpaces(text, position)
  local ____, last = find(text, "^ *", position)
  return (last or position - 1) + 1
end
local function isHexadecimal(pair)
  local first = find(pair, "^%x%x$")
  return first ~= nil
end
local function fromHexadecimal(digits)
  local bytes = {}
  for index = 1, #digits, 2 do
    bytes[#bytes + 1] = char(tonumber(sub(digits, index, index + 1), 16) or 0)
  end
  return concat(bytes)
end
--- Text of a BER-encoded character string with a definite length that fills it exactly; undefined for anything else.
local function textFromBer(encoding)
  local tag, length, first, second = byte(encoding, 1, 4)
  if tag == nil or length == nil then
    return nil
  end
  local isText = textTags[tag] ~= nil
  local start = 3
  local expected = length
  if length == 129 then
    start = 4
    expected = first or -1
  elseif length == 130 then
    start = 5
    expected = (first or 0) * 256 + (second or -1)
  elseif length >= 128 then
    return nil
  end
  local content = sub(encoding, start)
  return isText and #content == expected and content or nil
end
--- What stands behind a backslash: a pair of hexadecimal digits or a character that needs escaping.
local function readEscape(text, position)
  local pair = sub(text, position, position + 1)
  if isHexadecimal(pair) then
    return char(tonumber(pair, 16) or 0), position + 2
  end
  local special = find(text, '^[ "#+,;<=>\\]', position)
  if special == nil then
    return nil, "a backslash before nothing that is escaped, at byte " .. tostring(position)
  end
  return sub(text, position, position), position + 1
end
--- `#` and the hexadecimal digits of the BER encoding (RFC 4514 section 2.4). The value is the empty string where it is no text.
local function readHexadecimal(text, position)
  local ____, last = find(text, "^%x+", position)
  if last == nil or (last - position) % 2 == 0 then
    return nil, "no pairs of hexadecimal digits behind the # at byte " .. tostring(position - 1)
  end
  return textFromBer(fromHexadecimal(sub(text, position, last))) or "", last + 1
end
--- A value in quotes; the position is behind the opening one.
local function readQuoted(text, start)
  local parts = {}
  local position = start
  while true do
    local special = find(text, '["\\]', position)
    if special == nil then
      return nil, ("the quote before byte " .. tostring(start)) .. " is never closed"
    end
    parts[#parts + 1] = sub(text, position, special - 1)
    if byte(text, special) == 34 then
      return concat(parts), special + 1
    end
    local escaped, next = readEscape(text, special + 1)
    if escaped == nil then
      return nil, next
    end
    parts[#parts + 1] = escaped
    position = next
  end
end
local function withoutTrailingSpaces(text)
  local last = #text
  while last > 0 and byte(text, last) == 32 do
    last = last - 1
  end
  return sub(text, 1, last)
end
--- A plain value: to the next separator. Spaces before that are no part of it unless they are escaped.
local function readPlain(text, start)
  local parts = {}
  local position = start
  while true do
    local special = find(text, '[%z"+,;<>\\]', position)
    local ____end = special or #text + 1
    local run = sub(text, position, ____end - 1)
    local found = special == nil and "" or sub(text, special, special)
    if found == "" or found == "," or found == "+" then
      parts[#parts + 1] = withoutTrailingSpaces(run)
      return concat(parts), ____end
    end
    if found ~= "\\" then
      return nil, "a character that must be escaped, at byte " .. tostring(____end)
    end
    local escaped, next = readEscape(text, ____end + 1)
    if escaped == nil then
      return nil, next
    end
    parts[#parts + 1] = run
    parts[#parts + 1] = escaped
    position = next
  end
end
--- Whether a `#` is all of a value: OpenSSL, which writes what nginx gives, does not escape it there.
local function isLoneHash(text, position)
  local lone = find(text, "^# *$", position)
  return lone ~= nil or (find(text, "^# *[,+]", position)) ~= nil
end
local function readValue(text, position)
  local first = byte(text, position)
  if first == 35 and isLoneHash(text, position) then
    return "#", position + 1
  end
  if first == 35 then
    return readHexadecimal(text, position + 1)
  end
  if first == 34 then
    return readQuoted(text, position + 1)
  end
  return readPlain(text, position)
end
local function readAttribute(text, start)
  local position = afterSpaces(text, start)
  local ____, last = find(text, "^%w[%w._-]*", position)
  if last == nil then
    return nil, "no attribute type at byte " .. tostring(position)
  end
  local name = lower(sub(text, position, last))
  local equals = afterSpaces(text, last + 1)
  if byte(text, equals) ~= 61 then
    return nil, "no = behind the attribute type at byte " .. tostring(position)
  end
  local value, next = readValue(text, afterSpaces(text, equals + 1))
  if value == nil then
    return nil, next
  end
  local oid = find(name, "^oid%.")
  local ____temp_3 = oid == nil and name or sub(name, 5)
  local ____temp_2
  if value == "" then
    ____temp_2 = nil
  else
    ____temp_2 = value
  end
  local attribute = { type = ____temp_3, value = ____temp_2 }
  return attribute, afterSpaces(text, next)
end
--- Reads a distinguished name.
--
-- @returns its relative names in the order of the text, which is the most specific first; the empty name has none. Or undefined and what is
-- wrong, without the text itself.
function ____exports.readDistinguishedName(text)
  local names = {}
  if afterSpaces(text, 1) > #text then
    return names
  end
  local position = 1
  while true do
    local attributes = {}
    local separator = "+"
    while separator == "+" do
      local attribute, next = readAttribute(text, position)
      if attribute == nil then
        return nil, next
      end
      attributes[#attributes + 1] = attribute
      separator = sub(text, next, next)
      position = next + 1
    end
    names[#names + 1] = attributes
    if separator == "" then
      return names
    end
    if separator ~= "," then
      return nil, "no separator at byte " .. tostring(position - 1)
    end
  end
end
local function firstOfType(attributes, kind)
  local short, long, oid = unpack(types[kind], 1, 3)
  for ____, attribute in ipairs(attributes) do
    if attribute.type == short or attribute.type == long or attribute.type == oid then
      return attribute
    end
  end
  return nil
end
--- The value of an attribute in a name. Where the name has several of that type, the first in the text counts: the most specific one, which
-- stands last in the certificate.
--
-- @returns undefined when the name has none, or one without text.
function ____exports.attributeValue(names, kind)
  for ____, attributes in ipairs(names) do
    local attribute = firstOfType(attributes, kind)
    if attribute ~= nil then
      return attribute.value
    end
  end
  return nil
end
return ____exports
