-- What LuaJIT's compiler does, with whole file names: jit.v shows their last part only, and Kong has many a handler.lua too.
local util = require("jit.util")
local vmdef = require("jit.vmdef")

local traces = {}

local out
local started

local function place(func, pc)
  local info = util.funcinfo(func, pc)
  if info.source ~= nil then
    return (info.source:gsub("^@", "")) .. ":" .. (info.currentline or info.linedefined or 0)
  end
  if info.ffid ~= nil then
    return "[" .. vmdef.ffnames[info.ffid] .. "]"
  end
  return string.format("[C function %x]", info.addr or 0)
end

local function reason(err, info)
  if type(err) ~= "number" then
    return tostring(err)
  end
  if type(info) == "function" then
    info = place(info)
  end
  return (string.gsub(string.format(vmdef.traceerr[err], info), "bytecode (%d+)", function(number)
    local at = 6 * tonumber(number)
    return "bytecode " .. vmdef.bcnames:sub(at + 1, at + 6):gsub("%s", "")
  end))
end

-- Lines of: what, number of the trace, where it starts, where it ends or was given up, why or what it leads to.
local function report(what, number, func, pc, error, info)
  if what == "start" then
    started = place(func, pc)
  elseif what == "abort" then
    out:write("abort\t", number, "\t", started, "\t", place(func, pc), "\t", reason(error, info), "\n")
  elseif what == "stop" then
    out:write("stop\t", number, "\t", started, "\t", place(func, pc), "\t", util.traceinfo(number).linktype, "\n")
  end
end

-- From nothing: what is compiled already would not show.
function traces.start(file)
  out = assert(io.open(file, "w"))
  jit.flush()
  jit.attach(report, "trace")
end

function traces.stop()
  jit.attach(report)
  out:close()
end

return traces
