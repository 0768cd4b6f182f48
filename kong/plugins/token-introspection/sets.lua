-- Transpiled from src/kong/plugins/token-introspection/sets.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Makes a set of a list.
function ____exports.setOf(values)
  local set = {}
  for ____, value in ipairs(values) do
    set[value] = true
  end
  return set
end
return ____exports
