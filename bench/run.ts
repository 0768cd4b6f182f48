/** `npm run bench`: starts everything, measures, prints, and with `--write` writes docs/performance.md and its charts. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { reportAndExit, UserError } from "../demo/errors.ts";
import { makePki, type Pki } from "../demo/pki.ts";
import { type Case, type CaseList, makeCases, makePeerCases, type Surroundings } from "./cases.ts";
import { certificateMaker, type ClientCertificate, readClientCertificate } from "./certificates.ts";
import { barChart } from "./chart.ts";
import { closePool, openPool } from "./client.ts";
import { crowd, memoryOf, profile, soak } from "./extras.ts";
import { PROJECT, startBenchGateway } from "./gateway.ts";
import { describeMachine } from "./machine.ts";
import { type Bench, measure } from "./measure.ts";
import { type Options, type Peer, readOptions } from "./options.ts";
import { extraLines, type Findings, goalLines, markdown, replacePart, textTable } from "./report.ts";
import { type OwnServer, startOwnServer } from "./servers/start.ts";

const OWN_PLUGINS = ["token-introspection", "mtls-auth"];
const CROWD = 1000;
const PROFILE_SECONDS = 6;

interface Stoppable {
  stop(): Promise<void>;
}

/** Plugins that a kong.yml names, wherever it does. */
function pluginNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(pluginNames);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key !== "plugins" || !Array.isArray(member)) return pluginNames(member);
    return member.flatMap((entry) =>
      typeof entry === "object" && entry !== null && "name" in entry ? [String(entry.name)] : [],
    );
  });
}

/** The cases that are wanted, with those that they are compared with. */
function wanted(cases: readonly Case[], only: RegExp | undefined): Case[] {
  if (only === undefined) return [...cases];
  const names = new Set(
    cases.filter(({ name }) => only.test(name)).flatMap(({ name, bare, floor }) => [name, bare, floor]),
  );
  if (names.size === 0)
    throw new UserError(`--only: no case has a name like that. There are ${cases.map(({ name }) => name).join(", ")}`);
  return cases.filter(({ name }) => names.has(name));
}

async function startBench(
  options: Options,
  peer: Peer | undefined,
  list: CaseList,
  pki: Pki,
  started: Stoppable[],
): Promise<Bench> {
  const bundled = options.gateway === "kong" ? ["jwt"] : [];
  const names = [...new Set([...OWN_PLUGINS, ...pluginNames(list.configuration)])].filter(
    (name) => !bundled.includes(name) && !name.startsWith("bench-"),
  );
  const known =
    peer?.yml === undefined ? names : names.filter((name) => pluginNames(list.configuration).includes(name));
  const gateway = await startBenchGateway({
    kind: options.gateway,
    plugins: peer?.folder ?? PROJECT,
    names: known,
    configuration: list.configuration,
    pki,
  });
  started.push(gateway);
  const cases = peer?.yml === undefined ? wanted(list.cases, options.only) : list.cases;
  return { name: peer?.name ?? "", gateway, cases };
}

async function startBenches(
  options: Options,
  surroundings: Omit<Surroundings, "httpPort">,
  pki: Pki,
  started: Stoppable[],
): Promise<Bench[]> {
  const benches: Bench[] = [];
  for (const peer of [undefined, ...options.peers]) {
    let port = 0;
    const around: Surroundings = { ...surroundings, httpPort: () => port };
    const list =
      peer?.yml === undefined
        ? makeCases(around)
        : makePeerCases(peer.name, await readFile(peer.yml, "utf8"), parse, around);
    const bench = await startBench(options, peer, list, pki, started);
    port = bench.gateway.httpPort;
    benches.push(bench);
  }
  return benches;
}

async function extras(
  options: Options,
  bench: Bench,
  server: OwnServer,
  ca: string,
  client: ClientCertificate,
): Promise<Pick<Findings, "crowd" | "memory" | "soak" | "profile">> {
  const { gateway } = bench;
  let profiled: Findings["profile"];
  if (options.profile !== undefined) {
    const measured = bench.cases.find(({ name }) => name === options.profile);
    if (measured === undefined) throw new UserError(`--profile ${options.profile}: there is no such case in this run`);
    console.log(`profiling ${measured.title} …`);
    const target =
      measured.transport === "plain"
        ? { port: gateway.httpPort }
        : { port: gateway.httpsPort, tls: { ca, certificate: client.certificate, key: client.key } };
    const pool = await openPool(target, 16);
    profiled = await profile(gateway, measured, pool, PROFILE_SECONDS);
    closePool(pool);
  }
  return {
    crowd: options.only === undefined ? await crowd(gateway, server, CROWD, options.full ? 9 : 3) : undefined,
    memory: options.only === undefined ? await memoryOf(gateway, options.full ? 20_000 : 3_000) : undefined,
    soak: options.soak === 0 ? [] : await soak(gateway, options.soak, console.log),
    profile: profiled,
  };
}

async function write(options: Options, findings: Findings): Promise<void> {
  const own = findings.results.filter(
    ({ failed, case: { transport } }) => failed === undefined && transport !== "fresh",
  );
  const titled = own.map((result) => ({
    result,
    label: result.bench === "" ? result.case.title : `${result.bench}: ${result.case.title}`,
  }));
  const charts = {
    cpu: `performance-${options.gateway}-cpu.svg`,
    latency: `performance-${options.gateway}-latency.svg`,
  };
  const cpu = titled.flatMap(({ result: { aboveBare }, label }) =>
    aboveBare === undefined ? [] : [{ label, value: aboveBare.median, low: aboveBare.low, high: aboveBare.high }],
  );
  const latency = titled.map(({ result: { p50, p99 }, label }) => ({ label, value: p50, low: p50, high: p99 }));
  const docs = join(PROJECT, "docs");
  await writeFile(
    join(docs, charts.cpu),
    barChart(`CPU of the worker above the bare route, ${findings.gateway}`, "µs per request, line: 95 % interval", cpu),
  );
  await writeFile(
    join(docs, charts.latency),
    barChart(`Latency on one connection, ${findings.gateway}`, "µs, bar: p50, line to p99", latency),
  );
  const page = join(docs, "performance.md");
  await writeFile(page, replacePart(await readFile(page, "utf8"), options.gateway, markdown(findings, charts)));
  console.log("written: docs/performance.md and its charts");
}

async function bench(options: Options, started: Stoppable[], directory: string): Promise<boolean> {
  const machine = describeMachine("");
  const pki = await makePki(join(directory, "pki"));
  const [upstream, server] = await Promise.all([startOwnServer("upstream"), startOwnServer("authorization-server")]);
  started.push(upstream, server);
  const ca = await readFile(pki.ca.certificate, "utf8");
  const client = readClientCertificate(pki.client1);
  const makeCertificate = certificateMaker(pki.ca);
  const certificates = Array.from({ length: options.certificates }, makeCertificate);
  const around = {
    kind: options.gateway,
    upstreamPort: upstream.port,
    authorizationServerPort: server.port,
    thumbprint: client.thumbprint,
    tokens: options.tokens,
  };
  const benches = await startBenches(options, around, pki, started);
  const own = benches[0];
  if (own === undefined) throw new Error("there is no gateway");
  const { description } = own.gateway;
  console.log(
    `${description}: ${benches.reduce((sum, { cases }) => sum + cases.length, 0)} cases, ${options.rounds} rounds`,
  );
  const results = await measure(benches, {
    rounds: options.rounds,
    requests: options.requests,
    ca,
    client,
    certificates,
    progress: console.log,
  });
  console.log(`\n${textTable(results)}\n`);
  const findings: Findings = {
    gateway: description,
    machine: describeMachine(description).map((line, index) =>
      line.startsWith("load average") ? (machine[index] ?? line) : line,
    ),
    rounds: options.rounds,
    requests: options.requests,
    results,
    ...(await extras(options, own, server, ca, client)),
  };
  for (const line of [...goalLines(results), ...extraLines(findings)]) console.log(line);
  for (const line of findings.profile?.functions.slice(0, 30) ?? []) console.log(line);
  for (const line of findings.profile?.notCompiled ?? []) console.log(line);
  const complaints = (await Promise.all(benches.map(({ gateway }) => gateway.complaints()))).flat();
  for (const line of complaints.slice(0, 5)) console.error(`in the gateway's error log: ${line}`);
  if (options.write) await write(options, findings);
  return results.every(({ failed }) => failed === undefined);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const started: Stoppable[] = [];
  const stop = async (): Promise<void> => {
    for (const one of started.splice(0).reverse()) await one.stop();
    await rm(directory, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop().then(() => process.exit(130), reportAndExit);
    });
  }
  try {
    return (await bench(options, started, directory)) ? 0 : 1;
  } finally {
    await stop();
  }
}

main().then((status) => process.exit(status), reportAndExit);
