-- Transpiled from src/kong/plugins/mtls-auth/request-headers.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____header_name = require("kong.plugins.mtls-auth.header-name")
local normalisedName = ____header_name.normalisedName
local ____string_0 = string
local gmatch = ____string_0.gmatch
local lower = ____string_0.lower
local clearHeader = ngx.req.clear_header
local setHeader = ngx.req.set_header
--- All headers of the request. The PDK's limit of 1000 could be overrun to hide one.
function ____exports.listHeaders()
  local headers = ngx.req.get_headers(0)
  return headers
end
--- Takes off the request whatever the client sent under the names of our headers, in every spelling.
function ____exports.clearSpoofed(configuration, sent)
  for name in pairs(sent) do
    if configuration.names[normalisedName(name)] ~= nil then
      clearHeader(name)
    end
  end
end
local function namesOurs(configuration, connection)
  local small = lower(connection)
  if small == "keep-alive" or small == "close" then
    return false
  end
  for option in gmatch(small, "[^%s,]+") do
    if option ~= nil and configuration.names[normalisedName(option)] ~= nil then
      return true
    end
  end
  return false
end
--- Whether the Connection header (RFC 9110 section 7.6.1) names a header that we set: after all plugins Kong removes what it names, so that a
-- client could take our headers away.
function ____exports.connectionNamesOurs(configuration, sent)
  local connection = sent.connection
  if connection == nil then
    return false
  end
  if type(connection) == "string" then
    return namesOurs(configuration, connection)
  end
  for ____, value in ipairs(connection) do
    if namesOurs(configuration, value) then
      return true
    end
  end
  return false
end
--- Tells the upstream service of the certificate. By nginx's function and not the PDK's, which asks of each header what is known of all of them: that this
-- is the access phase, that they are texts and not empty, and that none is Host or `:authority` (the schema refuses those).
function ____exports.setHeaders(headers)
  for ____, ____value in ipairs(headers) do
    local name = ____value.name
    local value = ____value.value
    setHeader(name, value)
  end
end
return ____exports
