-- A peer may have no such plugin.
local function fields_of(plugin)
  local found, schema = pcall(require, "kong.plugins." .. plugin .. ".schema")
  for _, field in ipairs(found and schema.fields or {}) do
    if field.config ~= nil then
      return field.config.fields
    end
  end
  return {}
end

local fields = {}
for _, plugin in ipairs({ "bench-floor", "token-introspection" }) do
  for _, field in ipairs(fields_of(plugin)) do
    fields[#fields + 1] = field
  end
end

return { name = "bench-floor-settings", fields = { { config = { type = "record", fields = fields } } } }
