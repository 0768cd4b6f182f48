/**
 * The precise part: the few cases that the targets compare, with long slices. Those that are compared follow each other closely, forth and back
 * (a b c c b a), so that a drift of the machine meets all of them alike. LuaJIT compiles a little differently after each start of the gateway,
 * which alone can make a microsecond: so there are several starts.
 */
import type { Bench } from "./benches.ts";
import type { Case } from "./cases/case.ts";
import { type CpuOf, GROUPS, REFERENCE_BARE, type Target } from "./goals.ts";
import { collectionPerByte, garbageOf } from "./garbage.ts";
import type { Introspections } from "./tally.ts";
import { closeLines, type Identity, type Lines, measureSlice, openLines, warm } from "./slice.ts";
import { shuffle, summarise, type Summary } from "./statistics.ts";

const LEAD = 100;
const WARM = 3000;

export interface TargetResult {
  readonly text: string;
  readonly limit: number;
  /** With the collector's share. */
  readonly summary: Summary;
  /** The same, on a machine whose route without a plugin takes as long as where the targets were set. */
  readonly scaled: Summary;
  /** The collector's share alone. */
  readonly collection: number;
  /** The median of each start of the gateway. */
  readonly starts: readonly number[];
}

export interface TargetOptions {
  readonly starts: number;
  /** Rounds of each start. */
  readonly rounds: number;
  readonly requests: number;
  readonly identity: Identity;
  /** How many introspections the authorization server has answered so far. */
  readonly introspections: () => Promise<number>;
  readonly progress: (line: string) => void;
}

export interface CaseCost {
  readonly case: Case;
  /** Microseconds of the worker per request, without the collector's cycles. */
  readonly cpu: Summary;
  /** Bytes of Lua garbage per request, and the microseconds that it takes to collect them. */
  readonly garbage: number;
  readonly collection: number;
}

export interface Precise {
  readonly targets: readonly TargetResult[];
  readonly cases: readonly CaseCost[];
  readonly introspections: Introspections;
}

/** What one start of the gateway gave: by case, with one value for each walk where there are several. */
interface Start {
  readonly cases: readonly Case[];
  readonly cpu: ReadonlyMap<string, number[]>;
  /** Without the collector's share. */
  readonly targets: ReadonlyMap<Target, number[]>;
  /** The collector's share: microseconds. */
  readonly collections: ReadonlyMap<Target, number>;
  readonly garbage: ReadonlyMap<string, number>;
  /** By case, microseconds. */
  readonly collection: ReadonlyMap<string, number>;
}

/**
 * Microseconds per request of each case of a group, from one walk forth and back, each time in another order: who comes first, and who follows
 * itself, would have an advantage.
 */
async function walk(lines: Lines, cases: readonly Case[], requests: number): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  const order = shuffle(cases);
  for (const measured of [...order, ...[...order].reverse()]) {
    const slice = await measureSlice(lines, measured, Math.ceil(requests * measured.share), LEAD);
    if (slice.failed !== undefined) throw new Error(`${measured.title}: ${slice.failed}`);
    sums.set(measured.name, (sums.get(measured.name) ?? 0) + slice.cpu);
  }
  return new Map([...sums].map(([name, sum]) => [name, sum / 2]));
}

const lookUp =
  (numbers: ReadonlyMap<string, number>): CpuOf =>
  (name) =>
    numbers.get(name) ?? Number.NaN;

function append<Key>(lists: Map<Key, number[]>, key: Key, value: number): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}

/**
 * Group after group, the one with many tokens last: what those leave in the worker's memory would make the collector's cycles, and its search among texts,
 * dearer for the cases of one token.
 */
async function measureStart(lines: Lines, bench: Bench, options: TargetOptions): Promise<Start> {
  const cpu = new Map<string, number[]>();
  const targets = new Map<Target, number[]>();
  const collections = new Map<Target, number>();
  const garbage = new Map<string, number>();
  const collection = new Map<string, number>();
  const seen = new Set<Case>();
  for (const group of GROUPS) {
    const cases = group.cases.flatMap((name) => bench.cases.find((measured) => measured.name === name) ?? []);
    for (const measured of cases) {
      seen.add(measured);
      const failed = await warm(lines, measured, Math.ceil(WARM * measured.share));
      if (failed !== undefined) throw new Error(`${measured.title}: ${failed}`);
    }
    for (let round = 0; round < options.rounds; round += 1) {
      const microseconds = await walk(lines, cases, options.requests);
      for (const [name, value] of microseconds) append(cpu, name, value);
      for (const target of group.targets) append(targets, target, target.value(lookUp(microseconds)));
    }
    const bytes = new Map<string, number>();
    for (const measured of cases) bytes.set(measured.name, await garbageOf(lines, measured));
    const perByte = await collectionPerByte(lines);
    for (const [name, value] of bytes) {
      if (garbage.has(name)) continue;
      garbage.set(name, value);
      collection.set(name, value * perByte);
    }
    for (const target of group.targets) collections.set(target, target.value(lookUp(bytes)) * perByte);
  }
  return { cases: [...seen], cpu, targets, collections, garbage, collection };
}

function resultOf(target: Target, starts: readonly Start[]): TargetResult {
  const collections = starts.map((start) => start.collections.get(target) ?? Number.NaN);
  const values = starts.map(({ targets }, index) =>
    (targets.get(target) ?? []).map((value) => value + (collections[index] ?? Number.NaN)),
  );
  const scales = starts.map(({ cpu }) => REFERENCE_BARE / summarise(cpu.get("bare") ?? []).median);
  return {
    text: target.text,
    limit: target.limit,
    summary: summarise(values.flat()),
    scaled: summarise(values.flatMap((list, index) => list.map((value) => value * (scales[index] ?? Number.NaN)))),
    collection: summarise(collections).median,
    starts: values.map((list) => summarise(list).median),
  };
}

function costOf(measured: Case, starts: readonly Start[]): CaseCost {
  return {
    case: measured,
    cpu: summarise(starts.flatMap(({ cpu }) => cpu.get(measured.name) ?? [])),
    garbage: summarise(starts.map(({ garbage }) => lookUp(garbage)(measured.name))).median,
    collection: summarise(starts.map(({ collection }) => lookUp(collection)(measured.name))).median,
  };
}

/** @param startBench starts the gateway anew. */
export async function measureTargets(startBench: () => Promise<Bench>, options: TargetOptions): Promise<Precise> {
  const starts: Start[] = [];
  const asked = await options.introspections();
  let expected = 0;
  for (let start = 0; start < options.starts; start += 1) {
    const bench = await startBench();
    try {
      const lines = await openLines(bench.gateway, options.identity, bench.tally);
      try {
        starts.push(await measureStart(lines, bench, options));
        expected += bench.tally.expected();
      } finally {
        closeLines(lines);
      }
    } finally {
      await bench.gateway.stop();
    }
    options.progress(`targets: start ${start + 1} of ${options.starts}`);
  }
  return {
    targets: GROUPS.flatMap(({ targets }) => targets).map((target) => resultOf(target, starts)),
    cases: (starts[0]?.cases ?? []).map((measured) => costOf(measured, starts)),
    introspections: { made: (await options.introspections()) - asked, expected },
  };
}
