/** What no log may hold, whatever a test does. */
import { secretsUsed } from "./secrets.ts";

/** nginx's and Lua's words for code that broke. A refusal that the plugin logs in its own words is none. */
const BROKEN = [
  /stack traceback/,
  /lua (?:entry|user) thread aborted/,
  /attempt to (?:index|call|compare|concatenate|perform|get length|yield)/,
  /bad argument #/,
  /error in the plugin/,
  /API disabled in the context/,
  /lua coroutine: runtime error|runtime error:/,
  /failed to run \w+ ?(?:by_lua|callback)/,
  /semaphore gc wait queue/,
  /worker process \d+ exited on signal/,
  /\[(?:alert|emerg)\]/,
];

/** Lines that show an error in Lua, and lines that show a secret. Empty: all is well. */
export function faultsIn(log: string): string[] {
  const faults: string[] = [];
  for (const line of log.split("\n")) {
    if (BROKEN.some((pattern) => pattern.test(line))) faults.push(`broken: ${line}`);
    for (const secret of secretsUsed()) {
      if (line.includes(secret)) faults.push(`a token or secret in a log: ${line}`);
    }
  }
  return faults;
}
