/**
 * Gives the gateway's worker a core of its own, and the client and the servers the others, so that they do not push each other from core to
 * core in the middle of a slice.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Pinning {
  /** What to tell people. */
  readonly description: string;
  worker(pid: number): void;
  others(pid: number): void;
}

const NONE: Omit<Pinning, "description"> = { worker: () => undefined, others: () => undefined };

/** Cores that we may run on, from a list as in `0-3,8`. */
function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
  return list.split(",").flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** With `taskset` and at least two cores; else nothing is pinned. */
export function findPinning(): Pinning {
  const cores = allowedCores();
  const own = cores.at(-1);
  if (own === undefined || cores.length < 2) return { ...NONE, description: "nothing is pinned: there is one core" };
  if (spawnSync("taskset", ["--version"]).status !== 0)
    return { ...NONE, description: "nothing is pinned: there is no taskset" };
  const pin = (pid: number, list: string): void => {
    const { status, stderr } = spawnSync("taskset", ["-a", "-c", "-p", list, String(pid)], { encoding: "utf8" });
    if (status !== 0) throw new Error(`taskset: ${stderr.trim()}`);
  };
  const rest = cores.slice(0, -1).join(",");
  return {
    description: `the worker is pinned to core ${own}, client and servers to ${rest}`,
    worker: (pid) => pin(pid, String(own)),
    others: (pid) => pin(pid, rest),
  };
}
