/** Ever new tokens and certificates for some minutes, with looks at the worker's memory. */
import { setTimeout } from "node:timers/promises";
import { SOAK_CERTIFICATES, SOAK_TOKENS } from "./cases/list.ts";
import type { ClientCertificate } from "./certificates.ts";
import { closePool, exchange, openPool, requestFor } from "./client.ts";
import { readGauge } from "./gauge.ts";
import type { BenchGateway } from "./gateway.ts";
import { targetFor } from "./slice.ts";
import { summarise } from "./statistics.ts";
import { makeToken } from "./tokens.ts";
import { residentBytes } from "./worker.ts";

/** Tokens and certificates between two looks at the clock. */
const TOKENS = 2000;
const CERTIFICATES = 40;
const CONNECTIONS = 16;
/** They come at an even pace: what is alive at once, and so the memory, goes by how many come in a second. */
const STEP_SECONDS = 2.5;
const READING_SECONDS = 10;
/** Growth between the last two quarters that is no growth: the dictionary's pages are still touched for the first time, and malloc keeps what it got. */
const FLAT = 0.02;

/** A look at the worker during a soak. */
export interface Reading {
  readonly seconds: number;
  readonly tokens: number;
  readonly certificates: number;
  readonly resident: number;
  readonly shared: number;
  readonly heap: number;
  readonly free: number;
}

export interface SoakOptions {
  readonly minutes: number;
  readonly ca: string;
  readonly makeCertificate: () => ClientCertificate;
  readonly progress: (line: string) => void;
}

function expectGood(statuses: ReadonlyMap<number, number>, count: number): void {
  if (statuses.get(200) !== count)
    throw new Error(`the soak had answers other than 200: ${JSON.stringify([...statuses])}`);
}

/** On new connections: nginx keeps some hundred bytes of each request until its connection ends, whatever the plugins. */
async function send(target: Parameters<typeof openPool>[0], connections: number, requests: Buffer[]): Promise<void> {
  const pool = await openPool(target, connections);
  try {
    expectGood((await exchange(pool, requests)).statuses, requests.length);
  } finally {
    closePool(pool);
  }
}

async function sendTokens(gateway: BenchGateway, first: number): Promise<void> {
  const requests = Array.from({ length: TOKENS }, (_, index) =>
    requestFor(`/${SOAK_TOKENS}/`, { Authorization: `Bearer ${makeToken("live", `soak-${first + index}`)}` }),
  );
  await send({ port: gateway.httpPort }, CONNECTIONS, requests);
}

/** Each with a certificate and a token of its own, on a connection of its own, asked twice. */
async function sendCertificates(gateway: BenchGateway, options: SoakOptions, first: number): Promise<void> {
  for (let index = 0; index < CERTIFICATES; index += 1) {
    const client = options.makeCertificate();
    const token = makeToken("bound", `soak-${first + index}`, client.thumbprint);
    const request = requestFor(`/${SOAK_CERTIFICATES}/`, { Authorization: `Bearer ${token}` });
    await send(targetFor(gateway, "fresh", { ca: options.ca, client }), 1, [request, request]);
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export async function soak(gateway: BenchGateway, options: SoakOptions): Promise<Reading[]> {
  const started = performance.now();
  const readings: Reading[] = [];
  let tokens = 0;
  let certificates = 0;
  let due = 0;
  for (let seconds = 0; seconds < options.minutes * 60; seconds = (performance.now() - started) / 1000) {
    await sendTokens(gateway, tokens);
    tokens += TOKENS;
    await sendCertificates(gateway, options, certificates);
    certificates += CERTIFICATES;
    const next = started + (1000 * STEP_SECONDS * tokens) / TOKENS;
    await setTimeout(Math.max(0, next - performance.now()));
    if (seconds < due) continue;
    due += READING_SECONDS;
    const { heap, free } = await readGauge(gateway);
    const { own, shared } = residentBytes(gateway.worker);
    const reading = { seconds, tokens, certificates, resident: own, shared, heap, free };
    readings.push(reading);
    options.progress(
      `soak: ${seconds.toFixed(0)} s, ${tokens} tokens, ${certificates} certificates, resident ${mebibytes(own)} and shared ${mebibytes(shared)}, ` +
        `Lua heap ${mebibytes(heap)}, free in the dictionary ${mebibytes(free)}`,
    );
  }
  return readings;
}

/** The third and the last quarter of a soak, by their medians. */
export interface Growth {
  readonly before: number;
  readonly after: number;
  /** Bytes for each token, of either kind, that came in between. */
  readonly perToken: number;
  readonly flat: boolean;
}

/** Undefined while there are too few readings. */
export function growthOf(readings: readonly Reading[], what: "resident" | "shared" | "heap"): Growth | undefined {
  const quarter = Math.floor(readings.length / 4);
  if (quarter === 0) return undefined;
  const third = readings.slice(-2 * quarter, -quarter);
  const last = readings.slice(-quarter);
  const median = (some: readonly Reading[], value: (reading: Reading) => number): number =>
    summarise(some.map(value)).median;
  const before = median(third, (reading) => reading[what]);
  const after = median(last, (reading) => reading[what]);
  const tokensOf = (reading: Reading): number => reading.tokens + reading.certificates;
  return {
    before,
    after,
    perToken: (after - before) / (median(last, tokensOf) - median(third, tokensOf)),
    flat: after - before <= before * FLAT,
  };
}
