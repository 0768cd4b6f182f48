-- Transpiled from src/kong/plugins/token-introspection/compare.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Compares two texts in a time that does not depend on what they hold (S13): how much of a guess is right cannot be measured. LuaJIT keeps each text once,
-- so that it compares where they are kept, and never byte by byte.
local function equalInConstantTime(left, right)
  return left == right
end
____exports.equalInConstantTime = equalInConstantTime
return ____exports
