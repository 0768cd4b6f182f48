-- The floor with the settings of token-introspection, of which it makes no use: Kong walks through those of a plugin on every request.
local floor = require("kong.plugins.bench-floor.handler")

return { PRIORITY = floor.PRIORITY, VERSION = floor.VERSION, access = floor.access }
