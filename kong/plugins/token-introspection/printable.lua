-- Transpiled from src/kong/plugins/token-introspection/printable.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local gsub = string.gsub
local sub = string.sub
--- Text from elsewhere, made fit for a log line: printable ASCII only, and not too long.
--
-- @param longest bytes; 160 by default.
function ____exports.printable(text, longest)
  if longest == nil then
    longest = 160
  end
  local clean = gsub(sub(text, 1, longest), "[^ -~]", "?")
  return #text > longest and clean .. "..." or clean
end
return ____exports
