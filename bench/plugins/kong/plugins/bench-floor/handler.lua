-- The floor: sets the headers that token-introspection would set and clears those that it clears, and does nothing else, save that it can
-- check a signature before, or a DPoP proof.
local check_proof = require("kong.plugins.bench-floor.proof")
local check_signature = require("kong.plugins.bench-signature.check")

local BenchFloor = { PRIORITY = 1040, VERSION = "1.0.0" }

local prepared = setmetatable({}, { __mode = "k" })

local function prepare(config)
  local names, values = {}, {}
  for name, value in pairs(config.headers) do
    names[#names + 1] = name
    values[#values + 1] = value
  end
  prepared[config] = { names = names, values = values }
  return prepared[config]
end

function BenchFloor:access(config)
  if config.signature ~= nil then
    check_signature(config.signature)
  end
  if config.proof ~= nil then
    check_proof(config.proof)
  end
  local headers = prepared[config] or prepare(config)
  local names, values = headers.names, headers.values
  local set_header, clear_header = kong.service.request.set_header, kong.service.request.clear_header
  for index = 1, #names do
    set_header(names[index], values[index])
  end
  local clear = config.clear
  for index = 1, #clear do
    clear_header(clear[index])
  end
end

return BenchFloor
