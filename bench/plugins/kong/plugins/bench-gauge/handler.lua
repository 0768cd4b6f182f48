-- Tells what the worker's Lua heap and the dictionary of kong.cache hold, in bytes, and switches LuaJIT's collector and reporters.
local BenchGauge = { PRIORITY = 3000, VERSION = "1.0.0" }

local samples = require("kong.plugins.bench-gauge.samples")
local traces = require("kong.plugins.bench-gauge.traces")

-- A full collection, and the milliseconds that it takes when there is nothing left to collect.
local function collect()
  collectgarbage()
  collectgarbage()
  local started = os.clock()
  collectgarbage()
  return (os.clock() - started) * 1000
end

local function numbers(values)
  return kong.response.exit(200, require("cjson.safe").encode(values), { ["Content-Type"] = "application/json" })
end

-- Each may take the file to write to, and gives what the answer says.
local switches = {
  ["collector-stop"] = function()
    collectgarbage("stop")
  end,
  ["collector-restart"] = function()
    collectgarbage("restart")
  end,
  ["samples-start"] = samples.start,
  ["samples-stop"] = samples.stop,
  ["traces-start"] = traces.start,
  ["traces-stop"] = traces.stop,
}

function BenchGauge:access()
  local query = ngx.req.get_uri_args()
  if query.switch ~= nil then
    switches[query.switch](query.file)
    return numbers({ heap = collectgarbage("count") * 1024 })
  end
  if query.heap ~= nil then
    return numbers({ heap = collectgarbage("count") * 1024 })
  end
  local cycle = collect()
  local dictionary = ngx.shared.kong_db_cache
  return numbers({
    cycle = cycle,
    heap = collectgarbage("count") * 1024,
    free = dictionary:free_space(),
    capacity = dictionary:capacity(),
  })
end

return BenchGauge
