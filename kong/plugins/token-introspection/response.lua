-- Transpiled from src/kong/plugins/token-introspection/response.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____text = require("kong.plugins.token-introspection.text")
local trim = ____text.trim
local lower = string.lower
local match = string.match
local sub = string.sub
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
--- The end of the directive that begins at a position: the next comma that stands in no quoted string.
local function endOfDirective(value, start)
  local quoted = false
  local position = start
  while position <= #value do
    local character = sub(value, position, position)
    if character == '"' then
      quoted = not quoted
    elseif character == "\\" and quoted then
      position = position + 1
    elseif character == "," and not quoted then
      return position
    end
    position = position + 1
  end
  return position
end
--- A Cache-Control with `private`, and without what would let shared caches keep the answer (RFC 9111 section 5.2.2).
function ____exports.privateCacheControl(value)
  local kept = { "private" }
  local start = 1
  while start <= #value do
    local ____end = endOfDirective(value, start)
    local directive = trim(sub(value, start, ____end - 1))
    local name = lower((match(directive, "^[^=%s]*")) or "")
    if name ~= "" and name ~= "public" and name ~= "private" and name ~= "s-maxage" then
      kept[#kept + 1] = directive
    end
    start = ____end + 1
  end
  return concat(kept, ", ")
end
--- Whether any of the configurations may have something to add to answers.
function ____exports.completesResponses(configs)
  for ____, ____value in ipairs(configs or {}) do
    local queryArgument = ____value.token_query_arg
    local dpop = ____value.dpop
    local nonce = ____value.dpop_nonce
    if queryArgument ~= nil or nonce and dpop ~= "off" then
      return true
    end
  end
  return false
end
--- Completes the answer's headers.
--
-- @param givesNonces the configuration gives clients nonces.
function ____exports.finishResponse(givesNonces)
  local added = ngx.ctx.token_introspection
  if givesNonces and kong.ctx.shared.proxy_cache_hit ~= nil then
    kong.response.clear_header("DPoP-Nonce")
  end
  if added == nil then
    return
  end
  if added.nonce ~= nil then
    kong.response.set_header("DPoP-Nonce", added.nonce)
    kong.response.set_header("Cache-Control", "no-store")
  elseif added.private == true then
    local value = ngx.header["Cache-Control"]
    local text = type(value) == "table" and concat(value, ", ") or (value or "")
    kong.response.set_header("Cache-Control", ____exports.privateCacheControl(tostring(text)))
  end
end
return ____exports
