-- The parsed public key of a configuration, kept as long as that is.
local pkey = require("resty.openssl.pkey")

local keys = setmetatable({}, { __mode = "k" })

return function(config)
  local key = keys[config]
  if key == nil then
    key = assert(pkey.new(config.public_key))
    keys[config] = key
  end
  return key
end
