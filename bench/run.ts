/** `npm run bench`: starts everything, measures, prints, and with `--write` writes docs/performance.md and its charts. */
import { join } from "node:path";
import { reportAndExit, UserError } from "../demo/errors.ts";
import { type Bench, type BenchRequest, matching, startBench } from "./benches.ts";
import { expectValgrind } from "./callgrind.ts";
import type { Case } from "./cases/case.ts";
import { COUNTED, countInstructions } from "./count.ts";
import { crowd } from "./crowd.ts";
import { checkEviction, SMALL_DICTIONARY } from "./eviction.ts";
import { PROJECT } from "./gateway.ts";
import { describeMachine } from "./machine.ts";
import { TARGET_CASES } from "./goals.ts";
import { measure } from "./measure.ts";
import { memoryOf } from "./memory.ts";
import { type Options, readOptions } from "./options.ts";
import { type Profile, profile } from "./profile.ts";
import { countSection } from "./report/count.ts";
import { crowdSection, evictionSection, memorySection, soakSection } from "./report/once.ts";
import { writeSections } from "./report/page.ts";
import { profileSection } from "./report/profile.ts";
import { roundsSection, type Run, writeCharts } from "./report/rounds.ts";
import type { Section } from "./report/section.ts";
import { targetsSection } from "./report/targets.ts";
import { countIntrospections } from "./servers/start.ts";
import { closeLines, openLines } from "./slice.ts";
import { soak } from "./soak.ts";
import { measureTargets } from "./targets.ts";
import { startWorld, type World } from "./world.ts";

const CROWD = 1000;
const PROFILE_SECONDS = 6;
const DOCS = join(PROJECT, "docs");

/** What a part gives: a section for the page, and whether everything was as it must be. */
interface Outcome {
  readonly section: Section;
  readonly good: boolean;
}

/** Gateways that are running: they are stopped when the run ends before its time. */
const running = new Set<Bench>();

async function started(world: World, request: BenchRequest): Promise<Bench> {
  const bench = await startBench(world, request);
  const { gateway } = bench;
  const own: Bench = {
    ...bench,
    gateway: {
      ...gateway,
      async stop() {
        running.delete(own);
        await gateway.stop();
      },
    },
  };
  running.add(own);
  return own;
}

async function withBench<T>(world: World, request: BenchRequest, use: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await started(world, request);
  try {
    const result = await use(bench);
    // Under valgrind nginx cannot raise its limits, and says so.
    const complaints = request.tool === undefined ? await bench.gateway.complaints() : [];
    for (const line of complaints.slice(0, 5)) console.error(`in the gateway's error log: ${line}`);
    return result;
  } finally {
    await bench.gateway.stop();
  }
}

const named =
  (names: ReadonlySet<string>) =>
  (cases: readonly Case[]): readonly Case[] =>
    cases.filter(({ name }) => names.has(name));

async function rounds(options: Options, world: World, benches: readonly Bench[]): Promise<Outcome> {
  const machine = describeMachine(benches[0]?.gateway.description ?? "", world.pinning.description);
  const run: Run = {
    kind: options.gateway,
    gateway: benches[0]?.gateway.description ?? "",
    machine,
    rounds: options.rounds,
    requests: options.requests,
  };
  console.log(
    `${run.gateway}: ${benches.reduce((sum, { cases }) => sum + cases.length, 0)} cases, ${options.rounds} rounds`,
  );
  const asked = await countIntrospections(world.authorizationServer);
  const results = await measure(benches, {
    rounds: options.rounds,
    requests: options.requests,
    identity: world.identity,
    certificates: Array.from({ length: options.certificates }, world.makeCertificate),
    progress: console.log,
  });
  const made = (await countIntrospections(world.authorizationServer)) - asked;
  const introspections = { made, expected: benches.reduce((sum, { tally }) => sum + tally.expected(), 0) };
  const comparable = options.peers.length === 0;
  if (options.write && options.only === undefined) await writeCharts(DOCS, run, results);
  return {
    section: roundsSection(run, results, comparable ? introspections : undefined),
    good: results.every(({ failed }) => failed === undefined) && (!comparable || made === introspections.expected),
  };
}

async function allRounds(options: Options, world: World): Promise<Outcome> {
  const benches: Bench[] = [];
  const wanted = options.only === undefined ? {} : { wanted: matching(options.only) };
  try {
    for (const peer of [undefined, ...options.peers]) benches.push(await started(world, { peer, ...wanted }));
    return await rounds(options, world, benches);
  } finally {
    for (const { gateway } of benches) await gateway.stop();
  }
}

async function targets(options: Options, world: World): Promise<Outcome> {
  const settings = {
    ...options.targets,
    identity: world.identity,
    introspections: () => countIntrospections(world.authorizationServer),
    progress: console.log,
  };
  const precise = await measureTargets(() => started(world, { wanted: named(TARGET_CASES) }), settings);
  const { made, expected } = precise.introspections;
  return { section: targetsSection(precise, settings), good: made === expected };
}

async function counts(world: World): Promise<Outcome> {
  console.log("counting instructions …");
  const request: BenchRequest = { tool: "callgrind", wanted: named(new Set(COUNTED)) };
  const found = await withBench(world, request, (bench) => countInstructions(bench, world.identity));
  return { section: countSection(found), good: true };
}

async function crowds(options: Options, world: World): Promise<Outcome> {
  const found = await withBench(world, {}, ({ gateway }) =>
    crowd(gateway, world.authorizationServer, CROWD, options.full ? 9 : 3),
  );
  return { section: crowdSection(found), good: true };
}

async function memory(options: Options, world: World): Promise<Outcome> {
  const found = await withBench(world, {}, ({ gateway }) => memoryOf(gateway, options.full ? 20_000 : 3_000));
  return { section: memorySection(found), good: true };
}

const SMALL = { settings: { mem_cache_size: SMALL_DICTIONARY } };

async function eviction(world: World): Promise<Outcome> {
  const found = await withBench(world, SMALL, (bench) => checkEviction(bench, world.authorizationServer));
  return { section: evictionSection(found), good: found.failed.length === 0 };
}

async function soaked(options: Options, world: World): Promise<Outcome> {
  const { ca } = world.identity;
  const { makeCertificate } = world;
  const readings = await withBench(world, SMALL, ({ gateway }) =>
    soak(gateway, { minutes: options.soak, ca, makeCertificate, progress: console.log }),
  );
  return { section: soakSection(readings), good: true };
}

async function profiled(names: readonly string[], world: World): Promise<Outcome> {
  const profiles: Profile[] = [];
  for (const name of names) {
    const found = await withBench(world, {}, async ({ gateway, cases, tally }) => {
      const measured = cases.find((one) => one.name === name && one.transport !== "fresh");
      if (measured === undefined) throw new UserError(`--profile ${name}: there is no such case`);
      console.log(`profiling ${measured.title} …`);
      const lines = await openLines(gateway, world.identity, tally);
      try {
        return await profile(lines, measured, PROFILE_SECONDS);
      } finally {
        closeLines(lines);
      }
    });
    profiles.push(found);
  }
  return { section: profileSection(profiles), good: true };
}

/** The parts of this run, each of which starts gateways of its own. */
function partsOf(options: Options, world: World): (() => Promise<Outcome>)[] {
  const { parts } = options;
  return [
    ...(parts.has("rounds") ? [() => allRounds(options, world)] : []),
    ...(parts.has("targets") ? [() => targets(options, world)] : []),
    ...(options.count ? [() => counts(world)] : []),
    ...(parts.has("crowd") ? [() => crowds(options, world)] : []),
    ...(parts.has("memory") ? [() => memory(options, world)] : []),
    ...(parts.has("eviction") ? [() => eviction(world)] : []),
    ...(options.soak > 0 ? [() => soaked(options, world)] : []),
    ...(options.profiles.length > 0 ? [() => profiled(options.profiles, world)] : []),
  ];
}

async function bench(options: Options, world: World): Promise<boolean> {
  console.log(world.pinning.description);
  let good = true;
  for (const part of partsOf(options, world)) {
    const outcome = await part();
    console.log(`\n${outcome.section.text}\n`);
    good &&= outcome.good;
    // At once: what comes later may fail.
    if (options.write) await writeSections(DOCS, options.gateway, [outcome.section]);
  }
  if (options.write) console.log("written: docs/performance.md");
  return good;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.count) expectValgrind();
  const world = await startWorld(options);
  const stop = async (): Promise<void> => {
    for (const { gateway } of [...running]) await gateway.stop();
    await world.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop().then(() => process.exit(130), reportAndExit);
    });
  }
  try {
    return (await bench(options, world)) ? 0 : 1;
  } finally {
    await stop();
  }
}

main().then((status) => process.exit(status), reportAndExit);
