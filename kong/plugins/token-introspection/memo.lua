-- Transpiled from src/kong/plugins/token-introspection/memo.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
---
-- @param maxEntries of one generation; at most twice as many are remembered.
-- @param maxBytes of the keys of one generation.
local function createMemo(maxEntries, maxBytes)
  return {
    current = {},
    previous = {},
    entries = 0,
    bytes = 0,
    maxEntries = maxEntries,
    maxBytes = maxBytes,
  }
end
--- Remembers a value, which is not undefined.
local function remember(memo, key, value)
  if memo.entries >= memo.maxEntries or memo.bytes + #key > memo.maxBytes then
    memo.previous = memo.current
    memo.current = {}
    memo.entries = 0
    memo.bytes = 0
  end
  memo.current[key] = value
  memo.entries = memo.entries + 1
  memo.bytes = memo.bytes + #key
end
---
-- @returns what was remembered, or undefined.
local function recall(memo, key)
  local recent = memo.current[key]
  if recent ~= nil then
    return recent
  end
  local old = memo.previous[key]
  if old ~= nil then
    remember(memo, key, old)
  end
  return old
end
____exports.createMemo = createMemo
____exports.recall = recall
____exports.remember = remember
return ____exports
