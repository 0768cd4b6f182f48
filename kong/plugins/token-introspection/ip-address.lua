-- Transpiled from src/kong/plugins/token-introspection/ip-address.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local find = string.find
local floor = math.floor
local match = string.match
local sub = string.sub
local function parseIpv4(text)
  if (find(text, "^%d+%.%d+%.%d+%.%d+$")) == nil then
    return nil
  end
  local bytes = {}
  for digits in eachMatch(text, "%d+") do
    local value = tonumber(digits, 10)
    if value == nil or value > 255 then
      return nil
    end
    bytes[#bytes + 1] = value
  end
  return bytes
end
--- Adds the bytes of groups between colons; the last one may be an IPv4 address.
--
-- @returns false where they are none.
local function addGroups(text, bytes)
  if text == "" then
    return true
  end
  for group in eachMatch(text .. ":", "([^:]*):") do
    if (find(group, "^%x%x?%x?%x?$")) ~= nil then
      local value = tonumber(group, 16) or 0
      bytes[#bytes + 1] = floor(value / 256)
      bytes[#bytes + 1] = value % 256
    else
      local last = parseIpv4(group)
      if last == nil or sub(text, -#group) ~= group then
        return false
      end
      for ____, byte in ipairs(last) do
        bytes[#bytes + 1] = byte
      end
    end
  end
  return true
end
local function parseIpv6(text)
  local before, after = match(text, "^(.-)::(.*)$")
  local head = {}
  local tail = {}
  if not addGroups(before or text, head) or not addGroups(after or "", tail) then
    return nil
  end
  local missing = 16 - #head - #tail
  local ____temp_0
  if before == nil then
    ____temp_0 = missing ~= 0
  else
    ____temp_0 = missing < 2
  end
  if ____temp_0 then
    return nil
  end
  for _ = 1, missing do
    head[#head + 1] = 0
  end
  for ____, byte in ipairs(tail) do
    head[#head + 1] = byte
  end
  return head
end
--- Reads an address without brackets, zone and port.
function ____exports.parseIpAddress(text)
  local ____temp_1
  if (find(text, ":", 1, true)) == nil then
    ____temp_1 = parseIpv4(text)
  else
    ____temp_1 = parseIpv6(text)
  end
  return ____temp_1
end
--- Whether two addresses begin with the same bits.
--
-- @param bits how many; undefined: all.
function ____exports.sharePrefix(one, other, bits)
  local length = bits or #one * 8
  if #one ~= #other or length > #one * 8 then
    return false
  end
  local whole = floor(length / 8)
  for index = 0, whole - 1 do
    if one[index + 1] ~= other[index + 1] then
      return false
    end
  end
  local unit = 2 ^ (8 - length % 8)
  return length % 8 == 0 or floor((one[whole + 1] or 0) / unit) == floor((other[whole + 1] or 0) / unit)
end
return ____exports
