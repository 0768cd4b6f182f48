-- Transpiled from src/kong/plugins/token-introspection/form-encoding.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local concat = table.concat
local escape = ngx.escape_uri
local gsub = string.gsub
local sort = table.sort
--- One value of application/x-www-form-urlencoded: a space becomes a plus sign, everything but letters, digits and `-._~!*'()` is percent-encoded.
function ____exports.formEncode(text)
  return (gsub(escape(text), "%%20", "+"))
end
--- A form of these parameters, in the order of their names.
function ____exports.encodeForm(parameters)
  local fields = {}
  for name, value in pairs(parameters) do
    fields[#fields + 1] = (____exports.formEncode(name) .. "=") .. ____exports.formEncode(value)
  end
  sort(fields)
  return concat(fields, "&")
end
return ____exports
