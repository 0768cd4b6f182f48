/** Runs a gateway's nginx under valgrind's callgrind, which counts instructions, and asks it for its counts. */
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../demo/errors.ts";
import { type Instructions, readInstructions } from "./callgrind-file.ts";
import type { BenchGateway } from "./gateway.ts";

const run = promisify(execFile);

/** @throws UserError when valgrind is not installed. */
export function expectValgrind(): void {
  if (spawnSync("valgrind", ["--version"]).status !== 0 || spawnSync("vgdb", ["--help"]).error !== undefined)
    throw new UserError("--count needs valgrind, which is not installed: apt-get install valgrind");
}

/** Where callgrind leaves what it counted. */
const countsIn = (directory: string): string => join(directory, "counts");

/** Where OpenResty puts its nginx. */
const OPENRESTY = "/usr/local/openresty/nginx/sbin:/opt/openresty/nginx/sbin";

/**
 * Writes a stand-in for nginx that starts the real one under callgrind, which counts nothing until it is told to. LuaJIT writes code at run time:
 * callgrind must look whether what it translated has changed.
 *
 * @param kind Kong's nginx is OpenResty's, though another may be on PATH.
 * @param place folder for the stand-in, relative to the directory.
 */
export function writeStandIn(directory: string, kind: "dev" | "kong", place: string): void {
  mkdirSync(countsIn(directory), { recursive: true });
  const folders = kind === "kong" ? `${OPENRESTY}:$PATH` : "$PATH:/usr/sbin";
  const script = `#!/bin/sh
# Starts the gateway's own nginx under callgrind.
own=$(dirname "$(readlink -f "$0")")
real=
folders=${folders}
IFS=:
for folder in $folders; do
  if [ -x "$folder/nginx" ] && [ "$(readlink -f "$folder")" != "$own" ]; then real=$folder/nginx; break; fi
done
unset IFS
case " $* " in
  *" -c "*) exec valgrind -q --tool=callgrind --trace-children=yes --instr-atstart=no --smc-check=all-non-file \\
    --callgrind-out-file='${countsIn(directory)}/%p' "$real" "$@" ;;
  *) exec "$real" "$@" ;;
esac
`;
  const folder = join(directory, place);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "nginx"), script, { mode: 0o755 });
}

/** Counters of a worker that runs under callgrind. */
export interface Counter {
  start(): Promise<void>;
  zero(): Promise<void>;
  /** Instructions since the last zero. */
  read(): Promise<Instructions>;
}

export function counterOf(gateway: BenchGateway): Counter {
  const monitor = (...command: string[]): Promise<unknown> => run("vgdb", [`--pid=${gateway.worker}`, ...command]);
  const folder = countsIn(gateway.directory);
  return {
    start: async () => void (await monitor("instrumentation", "on")),
    zero: async () => void (await monitor("zero")),
    async read() {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      await monitor("dump");
      const name = readdirSync(folder).find((file) => file.startsWith(`${gateway.worker}.`));
      if (name === undefined) throw new Error("callgrind left no counts of the worker");
      return readInstructions(readFileSync(join(folder, name), "utf8"));
    },
  };
}
