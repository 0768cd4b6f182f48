/** Instructions per request of the worker: what a busy machine cannot blur. They are not time: a cache miss or a system call is one instruction. */
import type { Bench } from "./benches.ts";
import { counterOf } from "./callgrind.ts";
import type { Instructions } from "./callgrind-file.ts";
import type { Case } from "./cases/case.ts";
import { closeLines, type Identity, openLines, send, warm, wrongStatus } from "./slice.ts";
import { summarise } from "./statistics.ts";

/** Cases in the order in which they are shown. */
export const COUNTED = [
  "bare",
  "floor",
  "token",
  "floor-settings",
  "token-settings",
  "tokens-bare",
  "tokens-floor",
  "tokens",
  "signature",
  "dpop-floor",
  "dpop-floor-proof",
  "dpop",
  "mtls-bare",
  "mtls-floor",
  "mtls-floor-two",
  "mtls-token",
];

/** Before counting, so that LuaJIT has compiled what it compiles; and then, with callgrind's own translation of that code, once more. */
const WARM = 3000;
const LEAD = 200;
/** Slices of each case, and requests of each: the collector's cycles fall into some of them. */
const SLICES = 5;
const REQUESTS = 200;

/** No request is answered with fewer instructions. */
const LEAST = 1000;

/** Per request, the median of the slices. */
export interface Count extends Instructions {
  readonly case: Case;
}

/** Of several slices of as many requests: each number's median, per request. */
function perRequest(slices: readonly Instructions[], requests: number): Instructions {
  const median = (value: (slice: Instructions) => number): number => summarise(slices.map(value)).median / requests;
  const medians = (part: "owners" | "phases"): Map<string, number> => {
    const keys = new Set(slices.flatMap((slice) => [...slice[part].keys()]));
    return new Map([...keys].map((key) => [key, median((slice) => slice[part].get(key) ?? 0)]));
  };
  return {
    all: median(({ all }) => all),
    sha256: median(({ sha256 }) => sha256),
    owners: medians("owners"),
    phases: medians("phases"),
  };
}

/** @param bench runs under callgrind. */
export async function countInstructions(bench: Bench, identity: Identity): Promise<Count[]> {
  const counter = counterOf(bench.gateway);
  // One connection: how many requests nginx finds ready at once would be chance, and costs instructions.
  const lines = await openLines(bench.gateway, identity, bench.tally, 1);
  const cases = COUNTED.flatMap((name) => bench.cases.find((measured) => measured.name === name) ?? []);
  const counts = new Map<Case, Instructions[]>();
  try {
    for (const measured of cases) {
      const failed = await warm(lines, measured, Math.ceil(WARM * measured.share));
      if (failed !== undefined) throw new Error(`${measured.title}: ${failed}`);
    }
    await counter.start();
    for (let slice = 0; slice < SLICES; slice += 1) {
      for (const measured of cases) {
        const lead = measured.requests(slice === 0 ? LEAD : LEAD / 10, []);
        const requests = measured.requests(Math.ceil(REQUESTS * measured.share), []);
        await send(lines, measured, lead);
        await counter.zero();
        const failed = wrongStatus(await send(lines, measured, requests), measured.status);
        if (failed !== undefined) throw new Error(`${measured.title}: ${failed}`);
        const instructions = await counter.read();
        if (instructions.all < LEAST * requests.length)
          throw new Error(
            `callgrind counted next to nothing for ${measured.title}: the worker was not the one that it watches`,
          );
        counts.set(measured, [...(counts.get(measured) ?? []), instructions]);
      }
    }
    return [...counts].map(([measured, slices]) => ({
      case: measured,
      ...perRequest(slices, Math.ceil(REQUESTS * measured.share)),
    }));
  } finally {
    closeLines(lines);
  }
}
