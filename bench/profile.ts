/** Where the worker's time goes during one case, by LuaJIT's profiler, and what of our plugins LuaJIT's compiler could not compile. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "./cases/case.ts";
import { turn } from "./gauge.ts";
import { type Lines, send, warm } from "./slice.ts";

/** Names of our files, as `shorten` leaves them. */
const OURS = /^kong\/plugins\/(token-introspection|mtls-auth)\//;
const LIBRARIES = "libraries: lua-resty-core, lua-resty-openssl and others";

/** Whose a file is; the first that matches. What matches none is a library. */
const OWNERS: readonly (readonly [string, RegExp])[] = [
  ["token-introspection and mtls-auth", OURS],
  ["the bench's own plugins", /^kong\/plugins\/bench-/],
  ["the gateway: references to secrets in a configuration", /^kong\/pdk\/vault/],
  ["PDK", /^(kong|gateway)\/pdk\//],
  ["the gateway: router", /^kong\/router|^gateway\/router/],
  ["the gateway: balancer and names", /balancer|^kong\/dns|^resty\/dns/],
  ["the gateway: which plugins run", /plugins_iterator/],
  ["the gateway: everything else", /^(kong|gateway)\/|_by_lua/],
];

/** LuaJIT's states: compiled, interpreted, in C (nginx, OpenSSL, ngx_lua), collecting garbage, compiling. */
const STATES: readonly (readonly [string, string])[] = [
  ["C", "C code: nginx and its modules, the kernel, OpenSSL where Lua calls it"],
  ["N", "Lua, compiled"],
  ["I", "Lua, interpreted"],
  ["G", "the garbage collector"],
  ["J", "LuaJIT's compiler"],
];

export interface Share {
  readonly what: string;
  /** Percent of all samples. */
  readonly percent: number;
}

/** A start of compilation in one of our files that ended without a trace. */
export interface Abort {
  readonly start: string;
  readonly place: string;
  readonly reason: string;
  readonly times: number;
  /** It was compiled at another try. */
  readonly compiledLater: boolean;
}

export interface Profile {
  /** Title of the case. */
  readonly title: string;
  readonly samples: number;
  readonly states: readonly Share[];
  /** Lua's samples by whose code they fall into. */
  readonly owners: readonly Share[];
  /** Lua's samples by function. */
  readonly functions: readonly Share[];
  readonly aborts: readonly Abort[];
  /** Traces of our files that leave compiled code for a function that is not compiled. */
  readonly stitches: readonly string[];
  readonly compiled: number;
}

/** A file's name as `require` knows it, without where it happens to be installed. */
function shorten(name: string): string {
  return name
    .replace(/^.*\/(?:lualib|5\.1|build)\//, "")
    .replace(/^.*\/(kong\/plugins\/)/, "$1")
    .replace(/\([^()]*\.conf:(\d+)\)/, "(nginx.conf:$1)");
}

function shares(counts: ReadonlyMap<string, number>, all: number): Share[] {
  return [...counts]
    .map(([what, count]) => ({ what, percent: (count / all) * 100 }))
    .sort((left, right) => right.percent - left.percent);
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** A line: number of samples, state, stack with the innermost function first. */
function readSamples(text: string): Pick<Profile, "samples" | "states" | "owners" | "functions"> {
  const states = new Map<string, number>();
  const owners = new Map<string, number>();
  const functions = new Map<string, number>();
  let samples = 0;
  for (const line of text.split("\n")) {
    const [, number = "", state = "", stack = ""] = /^(\d+) (\w) (.*)$/.exec(line) ?? [];
    if (number === "") continue;
    const count = Number(number);
    samples += count;
    add(states, STATES.find(([letter]) => letter === state)?.[1] ?? state, count);
    // In C the stack is that of whichever Lua code runs next.
    if (state === "C" || state === "J") continue;
    const frames = stack.split(";").map(shorten);
    const owner = frames.map((frame) => OWNERS.find(([, pattern]) => pattern.test(frame))?.[0]);
    // A library works for who called it.
    add(owners, owner.find((found) => found !== undefined) ?? LIBRARIES, count);
    add(functions, frames.find((frame) => /\.lua|_by_lua/.test(frame)) ?? frames[0] ?? "?", count);
  }
  return {
    samples,
    states: shares(states, samples),
    owners: shares(owners, samples),
    functions: shares(functions, samples),
  };
}

interface TraceLine {
  readonly what: string;
  readonly start: string;
  readonly end: string;
  readonly why: string;
}

function readTraces(text: string): Pick<Profile, "aborts" | "stitches" | "compiled"> {
  const lines = text.split("\n").flatMap((line): TraceLine[] => {
    const [what = "", , start = "", end = "", why = ""] = line.split("\t");
    const found = { what, start: shorten(start), end: shorten(end), why };
    return OURS.test(found.start) || OURS.test(found.end) ? [found] : [];
  });
  const stops = lines.filter(({ what }) => what === "stop");
  const compiled = new Set(stops.map(({ start }) => start));
  const times = new Map<string, number>();
  for (const { what, start, end, why } of lines) if (what === "abort") add(times, [start, end, why].join("\t"), 1);
  return {
    compiled: stops.length,
    stitches: stops.filter(({ why }) => why === "stitch").map(({ start, end }) => `${start} to ${end}`),
    aborts: [...times].map(([key, count]) => {
      const [start = "", place = "", reason = ""] = key.split("\t");
      return { start, place, reason, times: count, compiledLater: compiled.has(start) };
    }),
  };
}

/** @param seconds of load for each of the two looks. */
export async function profile(lines: Lines, measured: Case, seconds: number): Promise<Profile> {
  const directory = await mkdtemp(join(tmpdir(), "bench-profile-"));
  const during = async (what: string): Promise<string> => {
    const file = join(directory, what);
    await turn(lines.gateway, `${what}-start`, file);
    try {
      const end = performance.now() + seconds * 1000;
      while (performance.now() < end) await send(lines, measured, measured.requests(500, []));
    } finally {
      await turn(lines.gateway, `${what}-stop`);
    }
    return readFile(file, "utf8");
  };
  try {
    await warm(lines, measured, 2000);
    const traces = readTraces(await during("traces"));
    return { title: measured.title, ...readSamples(await during("samples")), ...traces };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
