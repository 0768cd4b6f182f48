-- Transpiled from src/kong/plugins/token-introspection/background.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Runs a function soon, in a timer of its own, which no client's leaving ends.
--
-- Kong puts a timer library of its own in the place of nginx's, and wakes hundreds of threads for each job: some milliseconds of the worker. It
-- keeps nginx's own as the global `native_timer_at`, for calls like these.
-- A worker that shuts down still runs timers that are due at once. Where nginx has too many none is to be had, and the function does not run.
function ____exports.runInBackground(task)
  local native = rawget(_G, "native_timer_at");
  (native or ngx.timer.at)(0, function()
    task()
    ngx.sleep(0)
  end)
end
return ____exports
