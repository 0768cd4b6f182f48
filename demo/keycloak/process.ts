/** Runs Keycloak's own script as a process group of its own, and ends the whole group. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors.ts";

const GRACE_MS = 10_000;

export interface RunningKeycloak {
  /** Process id of the script, which is that of its process group too. */
  readonly pid: number;
  /** True until the script has ended. */
  isRunning(): boolean;
  /** Waits for the script's good end; else throws a UserError that names what failed and the log's last error. */
  succeeded(what: string, timeoutMs: number): Promise<void>;
  /** The error of something that failed: one line, with the log's last error. */
  failure(what: string): Promise<UserError>;
  /** Ends the group: kindly, then by force. */
  stop(): Promise<void>;
}

function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** True while any process of the group lives. */
function groupLives(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/** The log's last line that speaks of an error; undefined when there is none. */
async function lastError(logFile: string): Promise<string | undefined> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  return log
    .split("\n")
    .findLast((line) => /ERROR|Error|Exception/.test(line))
    ?.trim();
}

/**
 * Becomes the script that its arguments name. Beside it, in the same process group, something waits for the end of descriptor 3, which is
 * that of the process that started us: whatever becomes of that process, be it killed, the group ends with it.
 */
const GUARD = '(read -r -u 3; kill -TERM 0) >/dev/null 2>&1 & exec bash "$@" 3<&-';

/** Starts `kc.sh` with some arguments; what it says goes to a log file. It does not outlive this process. */
export function runKeycloak(home: string, args: readonly string[], logFile: string): RunningKeycloak {
  const log = openSync(logFile, "w");
  const child: ChildProcess = spawn("bash", ["-c", GUARD, "kc.sh", join(home, "bin", "kc.sh"), ...args], {
    // kc.sh starts java as a child: only the group is sure to hold both.
    detached: true,
    stdio: ["ignore", log, log, "pipe"],
    // The quick compiler alone, and a small heap: this server lives for minutes.
    env: { JAVA_OPTS_APPEND: "-XX:TieredStopAtLevel=1", JAVA_OPTS_KC_HEAP: "-Xms64m -Xmx512m", ...process.env },
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new UserError("Cannot run bash, which Keycloak's script needs.");
  const guard = child.stdio[3] as Socket;
  guard.unref();
  const ended = new Promise<number>((resolve) =>
    child.once("exit", (code) => {
      guard.destroy();
      resolve(code ?? -1);
    }),
  );
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;

  const failure = async (what: string): Promise<UserError> => {
    const line = await lastError(logFile);
    return new UserError(`Keycloak could not ${what}. Its log is ${logFile}${line === undefined ? "." : `: ${line}`}`);
  };

  const stop = async (): Promise<void> => {
    signalGroup(pid, "SIGTERM");
    const deadline = Date.now() + GRACE_MS;
    while (groupLives(pid) && Date.now() < deadline) await sleep(50);
    signalGroup(pid, "SIGKILL");
  };

  return {
    pid,
    isRunning,
    failure,
    stop,
    async succeeded(what, timeoutMs) {
      const code = await Promise.race([ended, sleep(timeoutMs, undefined, { ref: false })]);
      if (code === 0) return;
      const error = await failure(code === undefined ? `${what} within ${timeoutMs / 1000} seconds` : what);
      await stop();
      throw error;
    },
  };
}
