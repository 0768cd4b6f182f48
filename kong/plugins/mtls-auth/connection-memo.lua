-- Transpiled from src/kong/plugins/mtls-auth/connection-memo.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
function ____exports.makeMemo(capacity)
  return { capacity = capacity, count = 0, young = {}, old = {} }
end
--- Remembers a value, in place of another one for the same connection.
function ____exports.remember(memo, connection, value)
  if memo.young[connection] == nil then
    if memo.count >= memo.capacity then
      memo.old = memo.young
      memo.young = {}
      memo.count = 0
    end
    memo.count = memo.count + 1
  end
  memo.young[connection] = value
end
--- What was remembered for a connection; undefined when nothing was, or it was forgotten.
function ____exports.recall(memo, connection)
  local value = memo.young[connection]
  if value ~= nil then
    return value
  end
  local earlier = memo.old[connection]
  if earlier ~= nil then
    ____exports.remember(memo, connection, earlier)
  end
  return earlier
end
return ____exports
