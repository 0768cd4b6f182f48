/**
 * The Lua garbage of a request. LuaJIT's collector works in cycles, one for as many bytes of garbage as there are bytes alive: tens of milliseconds
 * every some ten thousand requests. The median of short slices does not see them, so they are reckoned from the bytes.
 */
import type { Case } from "./cases/case.ts";
import { readGauge, readHeap, turn } from "./gauge.ts";
import { type Lines, send } from "./slice.ts";

const REQUESTS = 500;

/** Bytes of Lua memory that one request of the case leaves behind. */
export async function garbageOf(lines: Lines, measured: Case): Promise<number> {
  const { gateway } = lines;
  const requests = measured.requests(REQUESTS, []);
  await turn(gateway, "collector-stop");
  try {
    const start = await readHeap(gateway);
    const before = await readHeap(gateway);
    await send(lines, measured, requests);
    const after = await readHeap(gateway);
    // The gauge's own garbage is what lies between its first two answers.
    return (after - before - (before - start)) / REQUESTS;
  } finally {
    await turn(gateway, "collector-restart");
  }
}

/** Microseconds of the collector for each byte of garbage: a cycle comes when the heap has doubled. */
export async function collectionPerByte(lines: Lines): Promise<number> {
  const { cycle, heap } = await readGauge(lines.gateway);
  return (cycle * 1000) / heap;
}
