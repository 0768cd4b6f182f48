/**
 * Measures all cases in interleaved rounds. A round gives each case a short slice, in an order that changes, so that what else the machine does
 * meets all of them alike; what is compared is compared within the round.
 */
import type { Bench } from "./benches.ts";
import type { Case } from "./cases/case.ts";
import type { ClientCertificate } from "./certificates.ts";
import { closePool, exchange, openPool } from "./client.ts";
import {
  closeLines,
  type Identity,
  type Lines,
  measureSlice,
  openLines,
  send,
  settledCpu,
  type Slice,
  targetFor,
  warm,
  wrongStatus,
} from "./slice.ts";
import { quantile, shuffle, summarise, type Summary } from "./statistics.ts";

const LEAD = 20;
/** Requests in a slice on a single connection, which give the latency of a gateway that is not busy. */
const LONE = 20;
const WARM = 1000;

export interface Result {
  readonly bench: string;
  readonly case: Case;
  /** Processor time of the worker per request, microseconds. */
  readonly cpu: Summary;
  /** The same above the bare route and above the floor, compared within each round. */
  readonly aboveBare: Summary | undefined;
  readonly aboveFloor: Summary | undefined;
  readonly perSecond: Summary;
  /** Latency on a single connection, microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Why there are no numbers: the gateway did not answer as it must. */
  readonly failed: string | undefined;
}

interface Running {
  readonly bench: Bench;
  readonly lines: Lines;
  readonly case: Case;
  /** By round. */
  readonly samples: Map<number, Slice>;
  readonly latencies: number[];
  failed: string | undefined;
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly requests: number;
  readonly identity: Identity;
  /** Certificates for connections that each have their own; used in turn. */
  readonly certificates: readonly ClientCertificate[];
  readonly progress: (line: string) => void;
}

async function keptSlice(running: Running, round: number, options: MeasureOptions): Promise<void> {
  const { case: measured, lines } = running;
  const slice = await measureSlice(lines, measured, Math.ceil(options.requests * measured.share), LEAD);
  const single = await send(lines, measured, measured.requests(LONE, []), 1);
  running.failed = slice.failed ?? wrongStatus(single, measured.status);
  running.samples.set(round, slice);
  running.latencies.push(...single.latencies);
}

let nextCertificate = 0;

/** Each request on a connection with a certificate of its own; its token is in the cache already. */
async function freshSlice(running: Running, round: number, options: MeasureOptions): Promise<void> {
  const { case: measured, lines } = running;
  const { ca, client } = options.identity;
  const { worker } = lines.gateway;
  const count = Math.ceil(options.requests * measured.share);
  const certificates = Array.from(
    { length: count },
    (_, index) => options.certificates[(nextCertificate + index) % options.certificates.length] ?? client,
  );
  nextCertificate += count;
  const thumbprints = certificates.map(({ thumbprint }) => thumbprint);
  const requests = measured.requests(count, thumbprints);
  lines.tally.note(measured.plugins, requests);
  if (measured.prime !== undefined) await exchange(lines.plain, measured.prime(thumbprints));
  const before = await settledCpu(worker);
  const started = performance.now();
  for (const [index, request] of requests.entries()) {
    const pool = await openPool(targetFor(lines.gateway, "fresh", { ca, client: certificates[index] ?? client }), 1);
    const answers = await exchange(pool, [request]);
    closePool(pool);
    running.failed ??= wrongStatus(answers, measured.status);
    running.latencies.push(...answers.latencies);
  }
  const seconds = (performance.now() - started) / 1000;
  const after = await settledCpu(worker);
  running.samples.set(round, { cpu: (after - before) / count, perSecond: count / seconds, failed: running.failed });
}

function difference(running: Running, base: Running | undefined): Summary | undefined {
  if (base === undefined || base.failed !== undefined) return undefined;
  const differences = [...running.samples].flatMap(([round, { cpu }]) => {
    const other = base.samples.get(round);
    return other === undefined ? [] : [cpu - other.cpu];
  });
  return summarise(differences);
}

function resultOf(running: Running, all: readonly Running[]): Result {
  const { case: measured, samples, latencies } = running;
  const find = (name: string | undefined): Running | undefined =>
    all.find((other) => other.bench === running.bench && other.case.name === name);
  const ordered = [...latencies].sort((left, right) => left - right);
  return {
    bench: running.bench.name,
    case: measured,
    cpu: summarise([...samples.values()].map(({ cpu }) => cpu)),
    aboveBare: difference(running, find(measured.bare)),
    aboveFloor: difference(running, find(measured.floor)),
    perSecond: summarise([...samples.values()].map(({ perSecond }) => perSecond)),
    p50: quantile(ordered, 0.5),
    p99: quantile(ordered, 0.99),
    failed: running.failed,
  };
}

/** Measures all cases of all gateways. A case whose answers are not as they must be is left out of further rounds and says why. */
export async function measure(benches: readonly Bench[], options: MeasureOptions): Promise<Result[]> {
  const all: Running[] = [];
  for (const bench of benches) {
    const lines = await openLines(bench.gateway, options.identity, bench.tally);
    for (const measured of bench.cases)
      all.push({ bench, lines, case: measured, samples: new Map(), latencies: [], failed: undefined });
  }
  try {
    for (const running of all)
      running.failed = await warm(
        running.lines,
        running.case,
        Math.ceil(Math.min(WARM, options.requests * 5) * running.case.share),
      );
    for (let round = 0; round < options.rounds; round += 1) {
      for (const running of shuffle(all)) {
        if (running.failed !== undefined) continue;
        await (running.case.transport === "fresh"
          ? freshSlice(running, round, options)
          : keptSlice(running, round, options));
      }
      if ((round + 1) % 10 === 0) options.progress(`round ${round + 1} of ${options.rounds}`);
    }
  } finally {
    for (const { lines } of all) closeLines(lines);
  }
  return all.map((running) => resultOf(running, all));
}
