type TimerAt = typeof ngx.timer.at;

/**
 * Runs a function soon, in a timer of its own, which no client's leaving ends.
 *
 * Kong puts a timer library of its own in the place of nginx's, and wakes hundreds of threads for each job: some milliseconds of the worker. It
 * keeps nginx's own as the global `native_timer_at`, for calls like these.
 * A worker that shuts down still runs timers that are due at once. Where nginx has too many none is to be had, and the function does not run.
 */
export function runInBackground(this: void, task: (this: void) => void): void {
  const native = rawget(_G as object as Record<string, unknown>, "native_timer_at") as TimerAt | undefined;
  (native ?? ngx.timer.at)(0, () => {
    task();
    // Whom the task has woken, nginx remembers only when it wakes for something else, unless it has something to do at once: this.
    ngx.sleep(0);
  });
}
