-- Transpiled from src/kong/plugins/token-introspection/response.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local lower = string.lower
local match = string.match
local concat = table.concat
local function additions()
  local context = ngx.ctx
  local known = context.token_introspection
  if known ~= nil then
    return known
  end
  local made = {}
  context.token_introspection = made
  return made
end
--- Marks the answer as private to the client.
function ____exports.keepPrivate()
  additions().private = true
end
--- Gives the client a nonce along with the answer.
function ____exports.giveNonce(nonce)
  additions().nonce = nonce
end
--- A Cache-Control with `private`, and without what would let shared caches keep the answer.
function ____exports.privateCacheControl(value)
  local kept = { "private" }
  for directive in eachMatch(value, "[^,]+") do
    local trimmed = match(directive, "^%s*(.-)%s*$")
    local name = lower((match(trimmed or "", "^[^=]*")) or "")
    if trimmed ~= nil and trimmed ~= "" and name ~= "public" and name ~= "private" and name ~= "s-maxage" then
      kept[#kept + 1] = trimmed
    end
  end
  return concat(kept, ", ")
end
--- Completes the answer's headers.
function ____exports.finishResponse()
  local added = ngx.ctx.token_introspection
  if added == nil then
    return
  end
  if added.nonce ~= nil then
    kong.response.set_header("DPoP-Nonce", added.nonce)
  end
  if added.private == true then
    local value = ngx.header["Cache-Control"]
    local text = type(value) == "table" and concat(value, ", ") or (value or "")
    kong.response.set_header("Cache-Control", ____exports.privateCacheControl(tostring(text)))
  end
end
return ____exports
