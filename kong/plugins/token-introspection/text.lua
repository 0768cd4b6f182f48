-- Transpiled from src/kong/plugins/token-introspection/text.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- `string.gmatch` for a pattern with at most one capture: what each match gives is one text.
____exports.eachMatch = string.gmatch
return ____exports
