-- Where LuaJIT's profiler finds the worker: how often in which function, and in which state of the virtual machine. jit.p shows the last part of
-- a file's name only, and half of Kong's files are named init.lua or handler.lua.
local profile = require("jit.profile")

local samples = {}

-- Innermost first: enough to find who called a function of a library.
local DEPTH = 12

local counts = {}
local path

function samples.start(file)
  counts = {}
  path = file
  -- f: compiled code is made anew, with marks for the functions in it.
  profile.start("fi1", function(thread, count, state)
    local stack = profile.dumpstack(thread, "pF;", DEPTH)
    local key = state .. " " .. stack
    counts[key] = (counts[key] or 0) + count
  end)
end

function samples.stop()
  profile.stop()
  local out = assert(io.open(path, "w"))
  for key, count in pairs(counts) do
    out:write(count, " ", key, "\n")
  end
  out:close()
  counts = {}
end

return samples
