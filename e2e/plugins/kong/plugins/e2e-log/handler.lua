-- Writes what Kong's log serializer says of each request into a file, a line of JSON each, for the end-to-end tests.
local cjson = require("cjson.safe")

local E2eLog = { PRIORITY = 1, VERSION = "1.0.0" }

function E2eLog:log(config)
  local entry = kong.log.serialize()
  entry.worker = { pid = ngx.worker.pid(), memory_kb = collectgarbage("count") }
  local line, problem = cjson.encode(entry)
  local file = assert(io.open(config.path, "a"))
  file:write(line or cjson.encode({ problem = problem }), "\n")
  file:close()
end

return E2eLog
