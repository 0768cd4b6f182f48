-- Transpiled from src/kong/plugins/token-introspection/attachment.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local function weakTable()
  return setmetatable({}, { __mode = "k" })
end
---
-- @param limit objects of one generation; at most twice as many are kept.
local function createAttachments(limit)
  return {
    current = weakTable(),
    previous = weakTable(),
    count = 0,
    limit = limit,
  }
end
local function attach(attachments, object, value)
  if attachments.count >= attachments.limit then
    attachments.previous = attachments.current
    attachments.current = weakTable()
    attachments.count = 0
  end
  attachments.current[object] = value
  attachments.count = attachments.count + 1
end
---
-- @returns what was derived from the object, or undefined.
local function attached(attachments, object)
  local recent = attachments.current[object]
  if recent ~= nil then
    return recent
  end
  local old = attachments.previous[object]
  if old ~= nil then
    attach(attachments, object, old)
  end
  return old
end
____exports.attach = attach
____exports.attached = attached
____exports.createAttachments = createAttachments
return ____exports
