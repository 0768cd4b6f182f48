/** What is measured once and not in rounds: a crowd with one new token, the memory of cached tokens, a soak, a profile. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "./cases.ts";
import { closePool, exchange, openPool, requestFor, type Pool } from "./client.ts";
import type { BenchGateway } from "./gateway.ts";
import { countIntrospections, type OwnServer } from "./servers/start.ts";
import { summarise, type Summary } from "./statistics.ts";
import { makeToken } from "./tokens.ts";
import { cpuMicroseconds, residentBytes } from "./worker.ts";

/** Bytes: the worker's Lua heap after a full collection, what is free in the dictionary of kong.cache, and what that holds in all. */
export interface Gauge {
  readonly heap: number;
  readonly free: number;
  readonly capacity: number;
}

async function gaugeAnswer(gateway: BenchGateway, query: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${gateway.httpPort}/gauge/${query}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the gauge answered ${response.status}: ${text}`);
  return text;
}

export async function readGauge(gateway: BenchGateway): Promise<Gauge> {
  return JSON.parse(await gaugeAnswer(gateway, "")) as Gauge;
}

export interface Crowd {
  readonly size: number;
  readonly statuses: string;
  readonly introspections: Summary;
  /** Milliseconds until the last one had its answer. */
  readonly milliseconds: Summary;
  /** Microseconds of the worker per request. */
  readonly cpu: Summary;
}

/** As many requests as `size` at the same moment, each on its own connection, all with the same new token; several times. */
export async function crowd(gateway: BenchGateway, server: OwnServer, size: number, times: number): Promise<Crowd> {
  const pool = await openPool({ port: gateway.httpPort }, size);
  const introspections: number[] = [];
  const milliseconds: number[] = [];
  const cpu: number[] = [];
  const statuses = new Map<number, number>();
  try {
    for (let time = 0; time < times; time += 1) {
      const request = requestFor("/cold/", { Authorization: `Bearer ${makeToken("live", `crowd-${time}`)}` });
      const askedBefore = await countIntrospections(server);
      const before = cpuMicroseconds(gateway.worker);
      const answers = await exchange(
        pool,
        Array.from({ length: size }, () => request),
      );
      cpu.push((cpuMicroseconds(gateway.worker) - before) / size);
      introspections.push((await countIntrospections(server)) - askedBefore);
      milliseconds.push(answers.seconds * 1000);
      for (const [status, count] of answers.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
    }
  } finally {
    closePool(pool);
  }
  return {
    size,
    statuses: [...statuses].map(([status, count]) => `${count} × ${status}`).join(", "),
    introspections: summarise(introspections),
    milliseconds: summarise(milliseconds),
    cpu: summarise(cpu),
  };
}

export interface Memory {
  readonly tokens: number;
  /** Bytes in the shared dictionary and in the worker's Lua heap for each token. */
  readonly dictionary: number;
  readonly heap: number;
  readonly resident: number;
}

/** What tokens take up that are asked for the first time. */
export async function memoryOf(gateway: BenchGateway, tokens: number): Promise<Memory> {
  const pool = await openPool({ port: gateway.httpPort }, 16);
  // Twice: the worker's own cache takes a token at its second use.
  const send = async (name: string, count: number): Promise<void> => {
    for (let pass = 0; pass < 2; pass += 1) await sendOnce(name, count);
  };
  const sendOnce = async (name: string, count: number): Promise<void> => {
    for (let done = 0; done < count; done += 500) {
      const some = Math.min(500, count - done);
      await exchange(
        pool,
        Array.from({ length: some }, (_, index) =>
          requestFor("/tokens/", { Authorization: `Bearer ${makeToken("live", `${name}-${done + index}`)}` }),
        ),
      );
    }
  };
  try {
    // What grows once and for all has grown after the first ones.
    await send("memory-first", 500);
    const before = await readGauge(gateway);
    const residentBefore = residentBytes(gateway.worker);
    await send("memory", tokens);
    const resident = residentBytes(gateway.worker) - residentBefore;
    const after = await readGauge(gateway);
    return {
      tokens,
      dictionary: (before.free - after.free) / tokens,
      heap: (after.heap - before.heap) / tokens,
      resident: resident / tokens,
    };
  } finally {
    closePool(pool);
  }
}

/** A look at the worker during a soak. */
export interface Reading {
  readonly seconds: number;
  readonly requests: number;
  readonly resident: number;
  readonly heap: number;
  readonly free: number;
}

/** Ever new tokens for some minutes, with a look at the worker every ten seconds. */
export async function soak(
  gateway: BenchGateway,
  minutes: number,
  progress: (line: string) => void,
): Promise<Reading[]> {
  const pool = await openPool({ port: gateway.httpPort }, 16);
  const started = performance.now();
  const readings: Reading[] = [];
  let requests = 0;
  let due = 0;
  try {
    for (let seconds = 0; seconds < minutes * 60; seconds = (performance.now() - started) / 1000) {
      const batch = Array.from({ length: 500 }, (_, index) =>
        requestFor("/cold/", { Authorization: `Bearer ${makeToken("live", `soak-${requests + index}`)}` }),
      );
      const { statuses } = await exchange(pool, batch);
      if (statuses.get(200) !== batch.length)
        throw new Error(`the soak had answers other than 200: ${JSON.stringify([...statuses])}`);
      requests += batch.length;
      if (seconds >= due) {
        due += 10;
        const { heap, free } = await readGauge(gateway);
        const reading = { seconds, requests, resident: residentBytes(gateway.worker), heap, free };
        readings.push(reading);
        progress(
          `soak: ${seconds.toFixed(0)} s, ${requests} tokens, resident ${(reading.resident / 2 ** 20).toFixed(0)} MiB, Lua heap ${(heap / 2 ** 20).toFixed(1)} MiB`,
        );
      }
    }
  } finally {
    closePool(pool);
  }
  return readings;
}

export interface Profile {
  /** Title of the case. */
  readonly title: string;
  /** Function -> share of the samples, percent. */
  readonly functions: readonly string[];
  /** Lines of LuaJIT's trace log that name our plugins and tell of something that was not compiled. */
  readonly notCompiled: readonly string[];
}

/** Where the samples of LuaJIT's profiler fall during one case, and what of our plugins its compiler gave up on or had to leave to the interpreter. */
export async function profile(gateway: BenchGateway, measured: Case, pool: Pool, seconds: number): Promise<Profile> {
  const directory = await mkdtemp(join(tmpdir(), "bench-profile-"));
  const load = async (): Promise<void> => {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) await exchange(pool, measured.requests(500, []));
  };
  const during = async (what: string): Promise<string> => {
    const file = join(directory, what);
    await gaugeAnswer(gateway, `?switch=${what}-start&file=${encodeURIComponent(file)}`);
    try {
      await load();
    } finally {
      await gaugeAnswer(gateway, `?switch=${what}-stop`);
    }
    return readFile(file, "utf8");
  };
  try {
    const traces = await during("traces");
    const samples = await during("profile");
    return {
      title: measured.title,
      functions: samples
        .split("\n")
        .filter((line) => /^\s*\d+%/.test(line))
        .map((line) => line.trim()),
      notCompiled: traces.split("\n").filter((line) => /NYI|stitch|fallback|abort/.test(line)),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
