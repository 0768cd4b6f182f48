-- Transpiled from src/kong/plugins/mtls-auth/schema.ts by `npm run build`: edit that file, not this one.
local typedefs = require("kong.db.schema.typedefs")
local ____header_name = require("kong.plugins.mtls-auth.header-name")
local normalisedName = ____header_name.normalisedName
local ____settings = require("kong.plugins.mtls-auth.settings")
local headerSettings = ____settings.headerSettings
local settings = ____settings.settings
--- Two settings must not share a header: the later would overwrite the earlier. Unset ones are `ngx.null` here.
local function checkHeadersDiffer(entity)
  local settingOf = {}
  for ____, setting in ipairs(headerSettings) do
    local header = entity.config[setting]
    if type(header) == "string" then
      local name = normalisedName(header)
      local other = settingOf[name]
      if other ~= nil then
        return nil, ((("'" .. other) .. "' and '") .. setting) .. "' must not name the same header"
      end
      settingOf[name] = setting
    end
  end
  return true
end
local schema = {
  name = "mtls-auth",
  fields = { { protocols = typedefs.protocols_http }, { consumer = typedefs.no_consumer }, { config = { type = "record", fields = settings } } },
  entity_checks = { { custom_entity_check = { field_sources = { "config" }, fn = checkHeadersDiffer } } },
}
local ____exports = schema
return ____exports
