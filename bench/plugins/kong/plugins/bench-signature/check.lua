-- One ES256 signature check with a key that is already parsed: what every request with a DPoP proof has to pay, whoever checks it.
local pkey = require("resty.openssl.pkey")

local keys = setmetatable({}, { __mode = "k" })

return function(config)
  local key = keys[config]
  if key == nil then
    key = assert(pkey.new(config.public_key))
    keys[config] = key
  end
  assert(key:verify(ngx.decode_base64(config.signature), config.signed, "sha256") == true, "the signature is wrong")
end
