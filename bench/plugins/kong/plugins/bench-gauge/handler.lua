-- Tells what the worker's Lua heap and the dictionary of kong.cache hold, in bytes, after a full collection; and switches LuaJIT's reporters.
local BenchGauge = { PRIORITY = 3000, VERSION = "1.0.0" }

-- Each takes the file to write to.
local switches = {
  ["profile-start"] = function(file)
    require("jit.p").start("Fi1m1", file)
  end,
  ["profile-stop"] = function()
    require("jit.p").stop()
  end,
  ["traces-start"] = function(file)
    require("jit.v").on(file)
  end,
  ["traces-stop"] = function()
    require("jit.v").off()
  end,
}

function BenchGauge:access()
  local query = ngx.req.get_uri_args()
  if query.switch ~= nil then
    switches[query.switch](query.file)
    return kong.response.exit(200, "{}")
  end
  collectgarbage()
  collectgarbage()
  local dictionary = ngx.shared.kong_db_cache
  local numbers = {
    heap = collectgarbage("count") * 1024,
    free = dictionary:free_space(),
    capacity = dictionary:capacity(),
  }
  local text = string.format('{"heap":%.0f,"free":%.0f,"capacity":%.0f}', numbers.heap, numbers.free, numbers.capacity)
  return kong.response.exit(200, text, { ["Content-Type"] = "application/json" })
end

return BenchGauge
