/** The gateway's worker process, as the operating system accounts for it (Linux). */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks of /proc/PID/stat a second: the same on every Linux of our time. */
const TICKS = 100;

/**
 * The one worker of an nginx; undefined while it has none yet.
 *
 * @param unnamed the process cannot rename itself, as under valgrind. @throws Error when there are several.
 */
export function findWorker(master: number, unnamed = false): number | undefined {
  const children = readFileSync(`/proc/${master}/task/${master}/children`, "utf8")
    .trim()
    .split(" ")
    .filter((pid) => pid !== "");
  const workers = children.filter(
    (pid) => unnamed || readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("nginx: worker process"),
  );
  if (workers.length > 1) throw new Error(`expected one worker of nginx ${master}, found ${workers.length}`);
  return workers[0] === undefined ? undefined : Number(workers[0]);
}

function scheduledNanoseconds(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  }
  return sum;
}

function tickedNanoseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e9;
}

/** Microseconds of processor time that the process has had, user and system. Exact where the kernel keeps schedstat, else in ticks of 10 ms. */
export function cpuMicroseconds(pid: number): number {
  try {
    return scheduledNanoseconds(pid) / 1000;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    return tickedNanoseconds(pid) / 1000;
  }
}

/** Bytes of memory that a process has resident: its own, and of what nginx's processes share, as far as this one has touched it. */
export interface Resident {
  readonly own: number;
  readonly shared: number;
}

export function residentBytes(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? Number.NaN) * 1024;
  return { own: bytes("RssAnon") + bytes("RssFile"), shared: bytes("RssShmem") };
}
