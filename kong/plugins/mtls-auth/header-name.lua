-- Transpiled from src/kong/plugins/mtls-auth/header-name.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____string_0 = string
local find = ____string_0.find
local gsub = ____string_0.gsub
local lower = ____string_0.lower
--- The one name that all spellings of a header share for an upstream service that reads headers as CGI variables: lower case, `-` for `_`.
function ____exports.normalisedName(name)
  local small = lower(name)
  local underscore = find(small, "_", 1, true)
  if underscore == nil then
    return small
  end
  local hyphenated = gsub(small, "_", "-")
  return hyphenated
end
return ____exports
