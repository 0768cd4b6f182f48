-- Transpiled from src/kong/plugins/token-introspection/compare.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local byte = string.byte
--- Compares two texts in a time that depends on their lengths only (S13): how much of a guess is right cannot be measured. The lengths of
-- thumbprints are public.
local function equalInConstantTime(left, right)
  local length = #left
  if length ~= #right then
    return false
  end
  local difference = 0
  for position = 1, length do
    difference = bit.bor(difference, bit.bxor(byte(left, position), byte(right, position)))
  end
  return difference == 0
end
____exports.equalInConstantTime = equalInConstantTime
return ____exports
