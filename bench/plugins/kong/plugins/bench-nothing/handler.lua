-- What a plugin costs that does nothing: Kong's own share in each plugin of a route.
local BenchNothing = { PRIORITY = 1600, VERSION = "1.0.0" }

function BenchNothing:access() end

return BenchNothing
