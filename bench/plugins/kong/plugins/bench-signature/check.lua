-- One ES256 signature check with a key that is already parsed: what every request with a DPoP proof has to pay, whoever checks it.
local key_of = require("kong.plugins.bench-signature.key")

return function(config)
  local signature = ngx.decode_base64(config.signature)
  assert(key_of(config):verify(signature, config.signed, "sha256") == true, "the signature is wrong")
end
