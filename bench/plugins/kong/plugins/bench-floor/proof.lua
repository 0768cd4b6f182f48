-- What whoever checks a DPoP proof has to do at least: take it apart, decode it, read it, check its signature, and use it once. Nothing is compared.
local base64 = require("ngx.base64")
local digest = require("resty.openssl.digest")
local ecdsa = require("kong.plugins.token-introspection.ecdsa")
local json = require("cjson.safe")
local key_of = require("kong.plugins.bench-signature.key")

local decode_base64url = base64.decode_base64url
local find, sub = string.find, string.sub

local hash = assert(digest.new("sha256"))

return function(config)
  local proof = kong.request.get_header("DPoP")
  local first = find(proof, ".", 1, true)
  local second = find(proof, ".", first + 1, true)
  local encoded = sub(proof, first + 1, second - 1)
  local payload = assert(json.decode(decode_base64url(encoded)))
  local signature = ecdsa.ecdsaToDer(decode_base64url(sub(proof, second + 1)))
  hash:reset()
  hash:update(sub(proof, 1, first - 1), ".", encoded)
  assert(key_of(config):verify(signature, hash) == true, "the proof's signature is wrong")
  assert(ngx.shared[config.dictionary]:add("bench-floor:" .. payload.jti, true, 60))
end
