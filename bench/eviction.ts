/** A check, not a measurement: a dictionary that is full drops old tokens, which are asked for again, and fails no request. */
import type { Bench } from "./benches.ts";
import { closePool, exchange, openPool, requestFor } from "./client.ts";
import { readGauge } from "./gauge.ts";
import { countIntrospections, type OwnServer } from "./servers/start.ts";
import { makeToken } from "./tokens.ts";

/** kong.conf's mem_cache_size: the least that Kong's own entries leave room in. */
export const SMALL_DICTIONARY = "12m";
/** More than fit, at a kilobyte each. */
const TOKENS = 20_000;

export interface Eviction {
  readonly tokens: number;
  /** Answers by status. */
  readonly statuses: string;
  /** Part of the dictionary that was free at the end, percent. */
  readonly free: number;
  /** Introspections while all tokens were asked once. */
  readonly first: number;
  /** How many were asked again by a new worker: of the first ones and of the last ones; and their introspections. */
  readonly repeated: number;
  readonly oldest: number;
  readonly newest: number;
  /** Lines of the gateway's log at level error and above. */
  readonly errors: readonly string[];
  /** What is not as it must be. */
  readonly failed: readonly string[];
}

/** A worker remembers tokens on its own: only a new worker shows what the dictionary has dropped. */
export async function checkEviction(bench: Bench, server: OwnServer): Promise<Eviction> {
  const { gateway } = bench;
  const statuses = new Map<number, number>();
  const ask = async (from: number, to: number): Promise<number> => {
    const before = await countIntrospections(server);
    const pool = await openPool({ port: gateway.httpPort }, 16);
    try {
      for (let index = from; index < to; index += 500) {
        const requests = Array.from({ length: Math.min(500, to - index) }, (_, offset) =>
          requestFor("/tokens/", { Authorization: `Bearer ${makeToken("live", `evicted-${index + offset}`)}` }),
        );
        for (const [status, number] of (await exchange(pool, requests)).statuses)
          statuses.set(status, (statuses.get(status) ?? 0) + number);
      }
    } finally {
      closePool(pool);
    }
    return (await countIntrospections(server)) - before;
  };
  const first = await ask(0, TOKENS);
  const { free, capacity } = await readGauge(gateway);
  await gateway.renewWorker();
  const repeated = TOKENS / 20;
  const newest = await ask(TOKENS - repeated, TOKENS);
  const oldest = await ask(0, repeated);
  const errors = (await gateway.complaints()).filter((line) => /\[(error|crit|alert|emerg)\]/.test(line));
  const freePercent = (free / capacity) * 100;
  return {
    tokens: TOKENS,
    statuses: [...statuses].map(([status, count]) => `${count} × ${status}`).join(", "),
    free: freePercent,
    first,
    repeated,
    oldest,
    newest,
    errors,
    failed: [
      ...(statuses.size === 1 && statuses.has(200) ? [] : ["a full dictionary failed requests"]),
      ...(freePercent > 20 ? ["the dictionary did not fill"] : []),
      ...(first === TOKENS ? [] : [`${first} introspections for ${TOKENS} new tokens`]),
      ...(oldest === repeated ? [] : [`only ${oldest} of the ${repeated} oldest tokens had been dropped`]),
      ...(newest < repeated / 2 ? [] : [`${newest} of the ${repeated} newest tokens had been dropped`]),
      ...errors,
    ],
  };
}
