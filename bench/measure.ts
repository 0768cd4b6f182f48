/**
 * Measures cases in interleaved rounds. A round gives each case a short slice, in an order that changes, so that what else the machine does
 * meets all of them alike; what is compared is compared within the round.
 */
import type { Case } from "./cases.ts";
import type { ClientCertificate } from "./certificates.ts";
import { type Answers, closePool, exchange, openPool, type Pool, type Target } from "./client.ts";
import type { BenchGateway } from "./gateway.ts";
import { quantile, summarise, type Summary } from "./statistics.ts";
import { cpuMicroseconds } from "./worker.ts";

/** Connections that keep the worker busy. */
const BUSY = 16;
/** Requests before each slice that do not count: they bring the case's code and data back into the processor's caches. */
const LEAD = 20;
/** Requests in a slice on a single connection, which give the latency of a gateway that is not busy. */
const LONE = 20;
/** Requests to each case before the first round, so that LuaJIT has compiled what it compiles. */
const WARM = 1000;

/** Milliseconds between two looks at a worker that settles, and for how long it is looked at; microseconds that a quiet one has in between. */
const SETTLING = 3;
const LONGEST_SETTLING = 60;
const QUIET = 100;

/** One gateway with what is measured on it. */
export interface Bench {
  /** Name of the peer; empty for this project's plugins. */
  readonly name: string;
  readonly gateway: BenchGateway;
  readonly cases: readonly Case[];
}

/** What one case gave in one round. */
interface Sample {
  readonly cpu: number;
  readonly perSecond: number;
}

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

interface Pools {
  readonly plain: Pool;
  readonly mtls: Pool;
}

interface Running {
  readonly bench: Bench;
  readonly pools: Pools;
  readonly case: Case;
  readonly samples: Map<number, Sample>;
  readonly latencies: number[];
  failed: string | undefined;
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly requests: number;
  readonly ca: string;
  readonly client: ClientCertificate;
  /** Certificates for connections that each have their own; used in turn. */
  readonly certificates: readonly ClientCertificate[];
  readonly progress: (line: string) => void;
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((left, right) => left.order - right.order)
    .map(({ item }) => item);
}

function wrongStatus(answers: Answers, expected: number): string | undefined {
  const wrong = [...answers.statuses].filter(([status]) => status !== expected);
  return wrong.length === 0
    ? undefined
    : `${wrong.map(([status, count]) => `${count} × ${status}`).join(", ")} instead of ${expected}`;
}

/** Reads the worker's clock when it has done what comes after the last answer: it is quiet once 3 ms have cost it next to nothing. */
async function settledCpu(worker: number): Promise<number> {
  let last = cpuMicroseconds(worker);
  for (let waited = 0; waited < LONGEST_SETTLING; waited += SETTLING) {
    await pause(SETTLING);
    const current = cpuMicroseconds(worker);
    if (current - last < QUIET) return current;
    last = current;
  }
  return last;
}

const poolOf = (running: Running): Pool =>
  running.case.transport === "plain" ? running.pools.plain : running.pools.mtls;

async function keptSlice(running: Running, round: number, options: MeasureOptions): Promise<void> {
  const { case: measured, bench } = running;
  const pool = poolOf(running);
  const lead = measured.requests(LEAD, []);
  const requests = measured.requests(Math.ceil(options.requests * measured.share), []);
  const lone = measured.requests(LONE, []);
  await exchange(pool, lead);
  const before = await settledCpu(bench.gateway.worker);
  const answers = await exchange(pool, requests);
  const after = await settledCpu(bench.gateway.worker);
  const single = await exchange(pool, lone, 1);
  running.failed = wrongStatus(answers, measured.status) ?? wrongStatus(single, measured.status);
  running.samples.set(round, { cpu: (after - before) / requests.length, perSecond: requests.length / answers.seconds });
  running.latencies.push(...single.latencies);
}

let nextCertificate = 0;

/** Each request on a connection with a certificate of its own; its token is in the cache already. */
async function freshSlice(running: Running, round: number, options: MeasureOptions): Promise<void> {
  const { case: measured, bench, pools } = running;
  const count = Math.ceil(options.requests * measured.share);
  const certificates = Array.from(
    { length: count },
    (_, index) => options.certificates[(nextCertificate + index) % options.certificates.length] ?? options.client,
  );
  nextCertificate += count;
  const thumbprints = certificates.map(({ thumbprint }) => thumbprint);
  const requests = measured.requests(count, thumbprints);
  if (measured.prime !== undefined) await exchange(pools.plain, measured.prime(thumbprints));
  const before = await settledCpu(bench.gateway.worker);
  const started = performance.now();
  for (const [index, request] of requests.entries()) {
    const { certificate, key } = certificates[index] ?? options.client;
    const target: Target = { port: bench.gateway.httpsPort, tls: { ca: options.ca, certificate, key } };
    const pool = await openPool(target, 1);
    const answers = await exchange(pool, [request]);
    closePool(pool);
    running.failed ??= wrongStatus(answers, measured.status);
    running.latencies.push(...answers.latencies);
  }
  const seconds = (performance.now() - started) / 1000;
  const after = await settledCpu(bench.gateway.worker);
  running.samples.set(round, { cpu: (after - before) / count, perSecond: count / seconds });
}

async function warm(running: Running, options: MeasureOptions): Promise<void> {
  const { case: measured } = running;
  if (measured.transport === "fresh") return;
  const first = measured.first();
  const answers = await exchange(poolOf(running), first);
  running.failed = wrongStatus(answers, measured.status);
  if (running.failed === undefined)
    await exchange(poolOf(running), measured.requests(Math.min(WARM, options.requests * 5 * measured.share), []));
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

async function openPools(bench: Bench, options: MeasureOptions): Promise<Pools> {
  const { certificate, key } = options.client;
  const plain = await openPool({ port: bench.gateway.httpPort }, BUSY);
  const mtls = await openPool({ port: bench.gateway.httpsPort, tls: { ca: options.ca, certificate, key } }, BUSY);
  return { plain, mtls };
}

/** Measures all cases of all gateways. A case whose answers are not as they must be is left out of further rounds and says why. */
export async function measure(benches: readonly Bench[], options: MeasureOptions): Promise<Result[]> {
  const all: Running[] = [];
  for (const bench of benches) {
    const pools = await openPools(bench, options);
    for (const measured of bench.cases)
      all.push({ bench, pools, case: measured, samples: new Map(), latencies: [], failed: undefined });
  }
  try {
    for (const running of all) await warm(running, options);
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
    for (const { pools } of all) {
      closePool(pools.plain);
      closePool(pools.mtls);
    }
  }
  return all.map((running) => resultOf(running, all));
}
