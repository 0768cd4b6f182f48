-- Transpiled from src/kong/plugins/token-introspection/header-value.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local objectText
local base64 = require("ngx.base64")
local ____claims = require("kong.plugins.token-introspection.claims")
local isArray = ____claims.isArray
local jsonText = ____claims.jsonText
local scalarText = ____claims.scalarText
function objectText(value)
  if type(value) ~= "table" or (next(value)) == nil then
    return nil
  end
  return jsonText(value)
end
local byte = string.byte
local concat = table.concat
local find = string.find
local format = string.format
local gsub = string.gsub
local lower = string.lower
local sub = string.sub
local PREFIX = "UTF-8''"
local LOWER_PREFIX = lower(PREFIX)
--- A claim as text: strings as they are, integers in full digits, booleans, arrays joined, objects as JSON.
--
-- @param separator between an array's elements.
-- @returns undefined where there is nothing to say: absent, null, empty.
function ____exports.claimText(value, separator)
  local text
  if isArray(value) then
    local parts = {}
    for ____, element in ipairs(value) do
      local part = scalarText(element) or objectText(element)
      if part ~= nil then
        parts[#parts + 1] = part
      end
    end
    text = concat(parts, separator)
  else
    text = scalarText(value) or objectText(value)
  end
  local ____temp_0
  if text == "" then
    ____temp_0 = nil
  else
    ____temp_0 = text
  end
  return ____temp_0
end
local function percentEncoded(character)
  return format("%%%02X", byte(character))
end
--- Whether a text could be taken for an encoded one: who chooses a claim's value must not choose what it is decoded to.
local function isLookalike(text)
  return lower(sub(text, 1, #PREFIX)) == LOWER_PREFIX
end
--- A text in the form in which a header can carry it.
--
-- @returns undefined: no header can.
function ____exports.headerValue(text, encoding)
  local plain = (find(text, "[^ -~]")) == nil and byte(text, 1) ~= 32 and byte(text, #text) ~= 32
  if plain and not (encoding == "rfc8187" and isLookalike(text)) then
    return text
  end
  if encoding == "none" then
    return (find(text, "%c")) == nil and text or nil
  end
  if encoding == "base64url" then
    return base64.encode_base64url(text)
  end
  local encoded = gsub(text, "[^%w!#$&+.^_`|~-]", percentEncoded)
  return PREFIX .. encoded
end
return ____exports
