/** Asks the plugin bench-gauge on a gateway what the worker holds, and switches LuaJIT's collector and reporters through it. */
import type { BenchGateway } from "./gateway.ts";

/** Bytes: the worker's Lua heap after a full collection, what is free in the dictionary of kong.cache, and what that holds in all. */
export interface Gauge {
  readonly heap: number;
  readonly free: number;
  readonly capacity: number;
  /** Milliseconds of a full collection that finds nothing. */
  readonly cycle: number;
}

async function ask<T>(gateway: BenchGateway, query: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${gateway.httpPort}/gauge/${query}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the gauge answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

export const readGauge = (gateway: BenchGateway): Promise<Gauge> => ask(gateway, "");

/** Bytes of the Lua heap as they are, garbage included. */
export async function readHeap(gateway: BenchGateway): Promise<number> {
  return (await ask<{ heap: number }>(gateway, "?heap=1")).heap;
}

/** @param file what a reporter writes to. */
export async function turn(gateway: BenchGateway, what: string, file = ""): Promise<void> {
  await ask(gateway, `?switch=${what}&file=${encodeURIComponent(file)}`);
}
