-- Transpiled from src/kong/plugins/token-introspection/claims.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local isTable
local cjson = require("cjson.safe")
local ____exact_integers = require("kong.plugins.token-introspection.exact-integers")
local digitsOf = ____exact_integers.digitsOf
local markLongIntegers = ____exact_integers.markLongIntegers
local unmark = ____exact_integers.unmark
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
function isTable(value)
  return type(value) == "table"
end
local concat = table.concat
local format = string.format
local floor = math.floor
local jsonNull = cjson.null
--- An instance of its own, so that its settings are no other module's.
local json = cjson.new()
json.decode_array_with_array_mt(true)
json.decode_invalid_numbers(false)
json.encode_number_precision(16)
json.encode_escape_forward_slash(false)
local decode = json.decode
____exports.decodeJson = decode
--- Decodes an answer's claims. Integers keep all their digits: as text (`scalarText`, `jsonText`) they are what the server wrote.
--
-- @returns undefined when the text is no JSON object.
function ____exports.decodeClaims(text)
  local decoded = decode(markLongIntegers(text))
  if not isTable(decoded) then
    return nil
  end
  return decoded
end
--- A value of decoded claims as JSON.
--
-- @returns undefined when it cannot be encoded.
function ____exports.jsonText(value)
  local text = json.encode(value)
  local ____temp_0
  if text == nil then
    ____temp_0 = nil
  else
    ____temp_0 = unmark(text)
  end
  return ____temp_0
end
--- A value as JSON.
local encode = json.encode
____exports.encodeJson = encode
--- Splits `realm_access.roles` into its parts.
function ____exports.claimPath(path)
  local parts = {}
  for part in eachMatch(path .. ".", "([^.]*)%.") do
    parts[#parts + 1] = part
  end
  return parts
end
--- Whether a decoded JSON value is an array. An array without elements is known by its metatable.
function ____exports.isArray(value)
  if not isTable(value) then
    return false
  end
  return value[1] ~= nil or getmetatable(value) == json.array_mt
end
--- Names that Keycloak used for claims of RFC 7662 section 2.2.
local FALL_BACKS = {}
FALL_BACKS.client_id = "clientId"
FALL_BACKS.token_type = "typ"
--- A claim under Keycloak's name for it.
local function fallBackOf(claims, path)
  local name = FALL_BACKS[concat(path, ".")]
  local ____temp_1
  if name == nil then
    ____temp_1 = nil
  else
    ____temp_1 = claims[name]
  end
  local value = ____temp_1
  local ____temp_2
  if value == jsonNull then
    ____temp_2 = nil
  else
    ____temp_2 = value
  end
  return ____temp_2
end
--- Finds a claim. At each level the longest run of parts that names a member is taken, so that names which hold dots
-- (`https://api.example/roles`) are reached too. `client_id` and `token_type` may have Keycloak's names.
--
-- @returns undefined where there is none, or null.
function ____exports.claimAt(claims, path)
  local node = claims
  local first = 1
  local last = #path
  while first <= last do
    local value
    local ____end = last
    do
      while ____end >= first do
        value = node[concat(path, ".", first, ____end)]
        if value ~= nil and value ~= jsonNull then
          break
        end
        ____end = ____end - 1
      end
    end
    if ____end < first then
      local ____temp_3
      if first == 1 then
        ____temp_3 = fallBackOf(claims, path)
      else
        ____temp_3 = nil
      end
      return ____temp_3
    end
    if ____end == last then
      return value
    end
    if not isTable(value) or ____exports.isArray(value) then
      return nil
    end
    node = value
    first = ____end + 1
  end
  return nil
end
--- A number as text: an integer in full digits, never with an exponent.
local function numberText(value)
  if value == floor(value) then
    return value == 0 and "0" or format("%.0f", value)
  end
  for ____, digits in ipairs({ "%.14g", "%.15g", "%.16g" }) do
    local text = format(digits, value)
    if tonumber(text) == value then
      return text
    end
  end
  return format("%.17g", value)
end
--- Whether a number is one: a JSON text can name one that is too large for us, which the decoder makes infinite.
local function isFinite(value)
  return value - value == 0
end
--- A claim that is a number, such as a time.
--
-- @returns undefined when it is none.
function ____exports.numberOf(value)
  local ____temp_4
  if type(value) == "string" then
    ____temp_4 = digitsOf(value)
  else
    ____temp_4 = nil
  end
  local digits = ____temp_4
  local ____temp_5
  if digits == nil then
    ____temp_5 = value
  else
    ____temp_5 = tonumber(digits)
  end
  local number = ____temp_5
  return type(number) == "number" and isFinite(number) and number or nil
end
--- A single value as text; undefined for null, an array or an object.
function ____exports.scalarText(value)
  if type(value) == "string" then
    return digitsOf(value) or value
  end
  if type(value) == "number" then
    return isFinite(value) and numberText(value) or nil
  end
  if type(value) == "boolean" then
    return value and "true" or "false"
  end
  return nil
end
--- A string or number as text: what names somebody. A boolean names nobody, and no more does the empty text.
function ____exports.nameText(value)
  local ____temp_6
  if type(value) == "boolean" then
    ____temp_6 = nil
  else
    ____temp_6 = ____exports.scalarText(value)
  end
  local text = ____temp_6
  local ____temp_7
  if text == "" then
    ____temp_7 = nil
  else
    ____temp_7 = text
  end
  return ____temp_7
end
--- The texts of a claim that may be one value or an array of them; nested arrays and objects have none.
function ____exports.textsOf(value)
  local texts = {}
  if ____exports.isArray(value) then
    for ____, element in ipairs(value) do
      local text = ____exports.scalarText(element)
      if text ~= nil then
        texts[#texts + 1] = text
      end
    end
    return texts
  end
  local text = ____exports.scalarText(value)
  if text ~= nil then
    texts[#texts + 1] = text
  end
  return texts
end
--- The set of a claim's space-separated words, or of an array's elements (some servers send `scope` so).
function ____exports.wordsOf(value)
  local words = {}
  for ____, text in ipairs(____exports.textsOf(value)) do
    for word in eachMatch(text, "[^ ]+") do
      words[word] = true
    end
  end
  return words
end
local CLIENT_ID = { "client_id" }
local TOKEN_TYPE = { "token_type" }
--- RFC 7662 section 2.2 `client_id`, or the name that Keycloak used for it.
function ____exports.clientIdOf(claims)
  return ____exports.nameText(____exports.claimAt(claims, CLIENT_ID))
end
--- RFC 7662 section 2.2 `token_type`, or the name that Keycloak used for it.
function ____exports.tokenTypeOf(claims)
  return ____exports.claimAt(claims, TOKEN_TYPE)
end
return ____exports
