/** The memory that cached tokens take up. */
import { closePool, exchange, openPool, requestFor } from "./client.ts";
import { readGauge } from "./gauge.ts";
import type { BenchGateway } from "./gateway.ts";
import { makeToken } from "./tokens.ts";
import { residentBytes } from "./worker.ts";

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
    await send("memory-first", tokens);
    const before = await readGauge(gateway);
    const residentBefore = residentBytes(gateway.worker).own;
    await send("memory", tokens);
    const resident = residentBytes(gateway.worker).own - residentBefore;
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
