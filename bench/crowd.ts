/** A crowd that comes at once with one new token. */
import { closePool, exchange, openPool, requestFor } from "./client.ts";
import type { BenchGateway } from "./gateway.ts";
import { countIntrospections, type OwnServer } from "./servers/start.ts";
import { summarise, type Summary } from "./statistics.ts";
import { makeToken } from "./tokens.ts";
import { cpuMicroseconds } from "./worker.ts";

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
