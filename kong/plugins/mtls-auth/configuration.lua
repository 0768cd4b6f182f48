-- Transpiled from src/kong/plugins/mtls-auth/configuration.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____connection_memo = require("kong.plugins.mtls-auth.connection-memo")
local makeMemo = ____connection_memo.makeMemo
local ____header_name = require("kong.plugins.mtls-auth.header-name")
local normalisedName = ____header_name.normalisedName
local ____settings = require("kong.plugins.mtls-auth.settings")
local headerSettings = ____settings.headerSettings
local ____trust = require("kong.plugins.mtls-auth.trust")
local makeTrust = ____trust.makeTrust
--- Connections of a generation: a worker remembers up to twice as many for each configuration.
local REMEMBERED_CONNECTIONS = 4096
--- By the table that Kong hands to the phases. Kong makes a new one whenever a configuration changes; the old entry then goes with its table.
local configurations = setmetatable({}, { __mode = "k" })
local function trustOf(config)
  if config.ca_certificates == nil then
    return nil
  end
  local trust, problem = makeTrust(config.ca_certificates)
  if trust == nil then
    kong.log.err("ca_certificates cannot be used, so every client is refused: ", problem)
  end
  return trust
end
local function prepare(config)
  local headers = {}
  local names = {}
  for ____, setting in ipairs(headerSettings) do
    local name = config[setting]
    if name ~= nil then
      headers[#headers + 1] = { name = name, setting = setting }
      names[normalisedName(name)] = true
      if normalisedName(name) == "client-cert" then
        names["client-cert-chain"] = true
      end
    end
  end
  local ownAuthorities = config.ca_certificates ~= nil
  return {
    headers = headers,
    names = names,
    ownAuthorities = ownAuthorities,
    trust = trustOf(config),
    decisions = makeMemo(REMEMBERED_CONNECTIONS),
  }
end
--- What was prepared for these settings, the first time they were seen.
function ____exports.configurationOf(config)
  local known = configurations[config]
  if known ~= nil then
    return known
  end
  local prepared = prepare(config)
  configurations[config] = prepared
  return prepared
end
return ____exports
