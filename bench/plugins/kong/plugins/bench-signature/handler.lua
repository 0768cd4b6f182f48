-- A signature check and nothing else.
local check = require("kong.plugins.bench-signature.check")

local BenchSignature = { PRIORITY = 1040, VERSION = "1.0.0" }

function BenchSignature:access(config)
  check(config)
end

return BenchSignature
