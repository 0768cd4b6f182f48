/** One slice: some requests of one case, one after the other on the same connections, with the processor time that they cost the worker. */
import type { Case } from "./cases/case.ts";
import type { ClientCertificate } from "./certificates.ts";
import { type Answers, closePool, exchange, openPool, type Pool, type Target } from "./client.ts";
import type { BenchGateway } from "./gateway.ts";
import type { Tally } from "./tally.ts";
import { cpuMicroseconds } from "./worker.ts";

/** Connections that keep the worker busy. */
const BUSY = 16;

/** Milliseconds between two looks at a worker that settles, and for how long it is looked at; microseconds that a quiet one has in between. */
const SETTLING = 3;
const LONGEST_SETTLING = 60;
const QUIET = 100;

/** With what connections to the gateway are opened. */
export interface Identity {
  readonly ca: string;
  readonly client: ClientCertificate;
}

/** Kept-alive connections to one gateway, and the account of what was sent on them. */
export interface Lines {
  readonly gateway: BenchGateway;
  readonly plain: Pool;
  readonly mtls: Pool;
  readonly tally: Tally;
}

/** Where connections of a transport lead. */
export function targetFor(gateway: BenchGateway, transport: Case["transport"], identity: Identity): Target {
  if (transport === "plain") return { port: gateway.httpPort };
  const { certificate, key } = identity.client;
  return { port: gateway.httpsPort, tls: { ca: identity.ca, certificate, key } };
}

export async function openLines(
  gateway: BenchGateway,
  identity: Identity,
  tally: Tally,
  connections = BUSY,
): Promise<Lines> {
  return {
    gateway,
    tally,
    plain: await openPool(targetFor(gateway, "plain", identity), connections),
    mtls: await openPool(targetFor(gateway, "mtls", identity), connections),
  };
}

export function closeLines(lines: Lines): void {
  closePool(lines.plain);
  closePool(lines.mtls);
}

/** Why answers are no result; undefined: all are as they must be. */
export function wrongStatus(answers: Answers, expected: number): string | undefined {
  const wrong = [...answers.statuses].filter(([status]) => status !== expected);
  return wrong.length === 0
    ? undefined
    : `${wrong.map(([status, count]) => `${count} × ${status}`).join(", ")} instead of ${expected}`;
}

/** Sends requests of a case on its kept-alive connections. @param size number of connections; undefined: all. */
export function send(lines: Lines, measured: Case, requests: readonly Buffer[], size?: number): Promise<Answers> {
  lines.tally.note(measured.plugins, requests);
  return exchange(measured.transport === "plain" ? lines.plain : lines.mtls, requests, size);
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** Reads the worker's clock when it has done what comes after the last answer: it is quiet once 3 ms have cost it next to nothing. */
export async function settledCpu(worker: number): Promise<number> {
  let last = cpuMicroseconds(worker);
  for (let waited = 0; waited < LONGEST_SETTLING; waited += SETTLING) {
    await pause(SETTLING);
    const current = cpuMicroseconds(worker);
    if (current - last < QUIET) return current;
    last = current;
  }
  return last;
}

export interface Slice {
  /** Microseconds of the worker per request. */
  readonly cpu: number;
  readonly perSecond: number;
  readonly failed: string | undefined;
}

/** @param lead requests before the slice that do not count: they bring the case's code and data back into the processor's caches. */
export async function measureSlice(lines: Lines, measured: Case, count: number, lead: number): Promise<Slice> {
  const before = measured.requests(lead, []);
  const requests = measured.requests(count, []);
  await send(lines, measured, before);
  const { worker } = lines.gateway;
  const started = await settledCpu(worker);
  const answers = await send(lines, measured, requests);
  const ended = await settledCpu(worker);
  return {
    cpu: (ended - started) / count,
    perSecond: count / answers.seconds,
    failed: wrongStatus(answers, measured.status),
  };
}

/** Sends what a case needs once, and so much more that LuaJIT has compiled what it compiles. Gives why the case cannot be measured. */
export async function warm(lines: Lines, measured: Case, count: number): Promise<string | undefined> {
  if (measured.transport === "fresh") return undefined;
  const failed = wrongStatus(await send(lines, measured, measured.first()), measured.status);
  if (failed === undefined) await send(lines, measured, measured.requests(count, []));
  return failed;
}
