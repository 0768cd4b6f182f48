-- Transpiled from src/kong/plugins/token-introspection/node-memory.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Kong's dictionary for locks: small entries that go by themselves, and nothing but a restart empties it.
____exports.LOCKS = "kong_locks"
--- The dictionary in which Kong's cache lies. Kong empties it with every change of declarative configuration, which happens to no other.
____exports.KONGS_CACHE = "kong_db_cache"
--- That dictionary, in which, under keys of our own, lies what the workers know together.
function ____exports.nodeMemory()
  return ngx.shared[____exports.KONGS_CACHE]
end
return ____exports
