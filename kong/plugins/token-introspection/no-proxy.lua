-- Transpiled from src/kong/plugins/token-introspection/no-proxy.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____ip_address = require("kong.plugins.token-introspection.ip-address")
local parseIpAddress = ____ip_address.parseIpAddress
local sharePrefix = ____ip_address.sharePrefix
local ____url = require("kong.plugins.token-introspection.url")
local serverName = ____url.serverName
local ____text = require("kong.plugins.token-introspection.text")
local eachMatch = ____text.eachMatch
local lower = string.lower
local match = string.match
local sub = string.sub
--- `host`, `host:port`, `[address]` or `[address]:port`; an IPv6 address without brackets has no port.
local function withoutPort(entry)
  local bracketed, bracketedPort = match(entry, "^%[(.*)%]:?(%d*)$")
  if bracketed ~= nil then
    local ____bracketed_1 = bracketed
    local ____temp_0
    if bracketedPort == "" then
      ____temp_0 = nil
    else
      ____temp_0 = bracketedPort
    end
    return ____bracketed_1, ____temp_0
  end
  local host, port = match(entry, "^([^:]*):(%d+)$")
  if host ~= nil then
    return host, port
  end
  return entry, nil
end
local function coversAddress(host, address)
  local network, digits = match(host, "^(.*)/(%d+)$")
  local parsed = parseIpAddress(network or host)
  return parsed ~= nil and sharePrefix(parsed, address, tonumber(digits, 10))
end
--- A domain covers what is below it; with `*.` before it, that alone.
local function coversName(host, name)
  local below = match(host, "^%*%.(.+)$")
  local domain = match(below or host, "^%.?(.+)$")
  if domain == nil then
    return false
  end
  if name == domain then
    return below == nil
  end
  return #name > #domain and sub(name, -#domain - 1) == "." .. domain
end
--- Whether a URL's host is one of those on the list, which are separated by commas or spaces.
function ____exports.isExempt(list, url)
  local name = serverName(url)
  local address = parseIpAddress(name)
  for entry in eachMatch(lower(list), "[^,%s]+") do
    if entry == "*" then
      return true
    end
    local host, port = withoutPort(entry)
    if port == nil or tonumber(port, 10) == url.port then
      local ____temp_2
      if address == nil then
        ____temp_2 = coversName(host, name)
      else
        ____temp_2 = coversAddress(host, address)
      end
      if ____temp_2 then
        return true
      end
    end
  end
  return false
end
return ____exports
