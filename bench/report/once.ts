/** What is measured or checked once. */
import type { Crowd } from "../crowd.ts";
import type { Eviction } from "../eviction.ts";
import type { Memory } from "../memory.ts";
import { growthOf, type Reading } from "../soak.ts";
import type { Introspections } from "../tally.ts";
import { mebibytes, number, withQuartiles } from "./format.ts";
import { type Section, section } from "./section.ts";

/** What the account of introspections says. */
export function introspectionsLine({ made, expected }: Introspections): string {
  return made === expected
    ? `${made} introspections: one for each token and question, and one for each request that may not be answered from the cache.`
    : `WRONG: ${made} introspections, where one for each token and question makes ${expected}.`;
}

export function crowdSection({ size, introspections, milliseconds, cpu, statuses }: Crowd): Section {
  return section("crowd", "### A crowd", [
    `${size} requests at once with one new token: ${withQuartiles(introspections)} introspections, ${withQuartiles(milliseconds)} ms until the last answer, ` +
      `${withQuartiles(cpu)} µs of the worker per request, answers ${statuses}.`,
  ]);
}

export function memorySection({ tokens, dictionary, heap, resident }: Memory): Section {
  return section("memory", "### Memory", [
    `A cached token that has been used: ${number(dictionary, 0)} bytes in the shared dictionary, ${number(heap, 0)} bytes in the worker's Lua heap, ` +
      `over ${tokens} tokens. The worker's resident memory grew by ${number(resident, 0)} bytes for each: its heap grows to twice what is alive before the collector is through.`,
  ]);
}

export function evictionSection(eviction: Eviction): Section {
  const { tokens, statuses, free, first, repeated, oldest, newest, failed } = eviction;
  return section("eviction", "### A full dictionary", [
    `${tokens} tokens and a dictionary that holds fewer: answers ${statuses}, ${number(free)} % of the dictionary free at the end, ${first} introspections. ` +
      `A new worker, which has nothing of its own yet: ${oldest} introspections for the ${repeated} oldest, ${newest} for the ${repeated} newest. ${failed.length === 0 ? "No request failed, nothing in the log at level error." : `Wrong: ${failed.join("; ")}`}`,
  ]);
}

export function soakSection(readings: readonly Reading[]): Section {
  const last = readings.at(-1);
  const names = {
    resident: "the worker's own resident memory",
    heap: "of it Lua heap",
    shared: "shared memory that it has touched",
  };
  const growth = (["resident", "heap", "shared"] as const).map((what) => {
    const found = growthOf(readings, what);
    const name = names[what];
    return found === undefined
      ? `${name}: too short to tell`
      : `${name}: ${mebibytes(found.before)} MiB in the third quarter, ${mebibytes(found.after)} MiB in the last: ${found.flat ? "flat" : `not flat, ${number(found.perToken, 0)} bytes for each new token`}`;
  });
  return section("soak", "### Soak", [
    `${number((last?.seconds ?? 0) / 60)} minutes, ${last?.tokens ?? 0} new tokens and ${last?.certificates ?? 0} connections with new certificates, by the medians of the quarters:`,
    growth,
    "Answers live 30 seconds. Kong's own cache would keep up to 500,000 of them in each worker, expired or not: token-introspection takes the expired ones out. Shared memory is bounded by the sizes in kong.conf: dictionaries, and nginx's TLS sessions.",
  ]);
}
