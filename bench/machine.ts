/** The machine and the versions, as far as they matter to numbers. */
import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, release, totalmem } from "node:os";

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux";
  } catch {
    return "Linux";
  }
}

/** Lines for people. No host name, no path. @param pinning who runs on which core. */
export function describeMachine(gateway: string, pinning: string): string[] {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const load = loadavg()[0] ?? 0;
  return [
    `${cpus().length} × ${model} (${arch()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory`,
    `${distribution()}, Linux ${/^[\d.]*\d/.exec(release())?.[0] ?? ""}, Node.js ${process.versions.node}`,
    `${gateway}, one worker; client, upstream service and authorization server on the same machine`,
    pinning,
    `load average over the last minute when the run began: ${load.toFixed(1)}`,
    `measured on ${new Date().toISOString().slice(0, 10)}`,
  ];
}
