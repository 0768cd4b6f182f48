-- One ES256 signature check with a key that is already parsed: what every request with a DPoP proof has to pay, whoever checks it.
local pkey = require("resty.openssl.pkey")

local BenchSignature = { PRIORITY = 1040, VERSION = "1.0.0" }

local keys = setmetatable({}, { __mode = "k" })

function BenchSignature:access(config)
  local key = keys[config]
  if key == nil then
    key = assert(pkey.new(config.public_key))
    keys[config] = key
  end
  local good = key:verify(ngx.decode_base64(config.signature), config.signed, "sha256")
  if good ~= true then
    return kong.response.exit(500, "the signature is wrong\n")
  end
end

return BenchSignature
