-- Transpiled from src/kong/plugins/token-introspection/ecdsa.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- ECDSA signatures: JOSE has r and s side by side (RFC 7518 §3.4), OpenSSL a DER SEQUENCE of two INTEGERs (RFC 3279 §2.2.3).
local byte = string.byte
local char = string.char
local rep = string.rep
local sub = string.sub
--- Without the zeros that it begins with, but for the last byte. No pattern: LuaJIT does not compile those.
local function withoutZeros(bytes)
  local first = 1
  while first < #bytes and byte(bytes, first) == 0 do
    first = first + 1
  end
  return sub(bytes, first)
end
local function derInteger(bytes)
  local digits = withoutZeros(bytes)
  if byte(digits, 1) >= 128 then
    digits = "\0" .. digits
  end
  return char(2, #digits) .. digits
end
---
-- @param raw r and s, each as long as the curve's order: 64 bytes for P-256, 96 for P-384.
-- @returns DER, whose length always fits one byte for these curves.
local function ecdsaToDer(raw)
  local half = #raw / 2
  local first = byte(raw, 1)
  local second = byte(raw, half + 1)
  if first ~= 0 and second ~= 0 then
    local beforeFirst = first < 128 and char(2, half) or char(2, half + 1, 0)
    local beforeSecond = second < 128 and char(2, half) or char(2, half + 1, 0)
    local length = #beforeFirst + #beforeSecond + #raw
    return (((char(48, length) .. beforeFirst) .. sub(raw, 1, half)) .. beforeSecond) .. sub(raw, half + 1)
  end
  local integers = derInteger(sub(raw, 1, half)) .. derInteger(sub(raw, half + 1))
  return char(48, #integers) .. integers
end
local function padded(digits, length)
  local bytes = withoutZeros(digits)
  if #bytes > length then
    return nil
  end
  return rep("\0", length - #bytes) .. bytes
end
---
-- @param der as OpenSSL writes it.
-- @param length of r and of s: 32 for P-256.
-- @returns r and s side by side; undefined when they are longer, which means another curve.
local function ecdsaFromDer(der, length)
  local rLength = byte(der, 4)
  local r = padded(sub(der, 5, 4 + rLength), length)
  local s = padded(sub(der, 7 + rLength), length)
  if r == nil or s == nil then
    return nil
  end
  return r .. s
end
____exports.ecdsaFromDer = ecdsaFromDer
____exports.ecdsaToDer = ecdsaToDer
return ____exports
