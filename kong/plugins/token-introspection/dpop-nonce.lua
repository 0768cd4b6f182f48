-- Transpiled from src/kong/plugins/token-introspection/dpop-nonce.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local hmac = require("resty.openssl.hmac")
local random = require("resty.openssl.rand")
local ____base64 = require("kong.plugins.token-introspection.base64")
local encodeBase64url = ____base64.encodeBase64url
local ____dpop_dictionary = require("kong.plugins.token-introspection.dpop-dictionary")
local PREFIX = ____dpop_dictionary.PREFIX
local addOnce = ____dpop_dictionary.addOnce
local floor = math.floor
local SECRET = PREFIX .. "nonce-secret"
--- Seconds after which the nonce changes. One is good for this long at least, and for twice as long at most.
local SLOT = 60
--- What this worker made last.
local last
local function sharedSecret(name)
  local dictionary = ngx.shared[name]
  if dictionary == nil then
    return nil
  end
  local known = dictionary:get(SECRET)
  if type(known) == "string" then
    return known
  end
  local made = random.bytes(32)
  if made == nil then
    return nil
  end
  addOnce(name, dictionary, SECRET, made, 0)
  local secret = dictionary:get(SECRET)
  return type(secret) == "string" and secret or nil
end
local function nonceOf(secret, slot)
  local code = hmac.new(secret, "sha256")
  if code == nil then
    return nil
  end
  local hash = code:final(tostring(slot))
  local ____temp_0
  if hash == nil then
    ____temp_0 = nil
  else
    ____temp_0 = encodeBase64url(hash)
  end
  return ____temp_0
end
---
-- @param name of the shared dictionary.
-- @param now seconds since the epoch.
-- @returns undefined when the dictionary is missing or has no memory left, or OpenSSL failed.
local function currentNonces(name, now)
  local secret = sharedSecret(name)
  if secret == nil then
    return nil
  end
  local slot = floor(now / SLOT)
  if last ~= nil and last.slot == slot and last.secret == secret then
    return last.nonces
  end
  local current = nonceOf(secret, slot)
  local previous = nonceOf(secret, slot - 1)
  if current == nil or previous == nil then
    return nil
  end
  last = { secret = secret, slot = slot, nonces = { current, previous } }
  return last.nonces
end
____exports.currentNonces = currentNonces
return ____exports
