-- Transpiled from src/kong/plugins/token-introspection/sha256.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local digest = require("resty.openssl.digest")
--- One digest for the worker, used again and again: making one costs more than hashing a token. Nothing yields between its reset and its end.
local shared
--- SHA-256.
--
-- @param text any bytes.
-- @returns 32 bytes; or undefined and OpenSSL's message, which means that OpenSSL is broken.
local function sha256(text)
  if shared == nil then
    local created, message = digest.new("sha256")
    if created == nil then
      return nil, message or "no SHA-256"
    end
    shared = created
  else
    shared:reset()
  end
  local hash, message = shared:final(text)
  if type(hash) ~= "string" then
    return nil, message or "no SHA-256"
  end
  return hash
end
____exports.sha256 = sha256
return ____exports
