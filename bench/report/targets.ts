/** What the precise part and the count of instructions say. */
import type { Count } from "../count.ts";
import type { Summary } from "../statistics.ts";
import type { Precise, TargetOptions } from "../targets.ts";
import { number, withInterval } from "./format.ts";
import { introspectionsLine } from "./once.ts";
import { type Section, section } from "./section.ts";

function verdict(summary: Summary, limit: number): string {
  if (summary.high <= limit) return "met";
  return summary.low > limit ? "not met" : "undecided: the interval spans the limit";
}

export function targetsSection(precise: Precise, options: TargetOptions): Section {
  return section("targets", "### Targets", [
    `${options.starts} starts of the gateway, ${options.rounds} walks forth and back of each, slices of ${options.requests} requests (fewer where a signature is checked). Microseconds of the worker per request.`,
    {
      headings: ["target", "at most", "measured (95 %)", "of it collector", "each start", "verdict"],
      rows: precise.targets.map(({ text, limit, summary, collection, starts }) => [
        text,
        number(limit, 0),
        withInterval(summary),
        number(collection),
        starts.map((median) => number(median)).join(", "),
        verdict(summary, limit),
      ]),
    },
    "The same walks by case. LuaJIT's collector works in bursts that the median does not see: its share is reckoned from the bytes of garbage, and is part of what is held against the targets.",
    {
      headings: ["case", "CPU µs without collector (95 %)", "garbage bytes", "collector µs"],
      rows: precise.cases.map(({ case: { title }, cpu, garbage, collection }) => [
        title,
        withInterval(cpu),
        number(garbage, 0),
        number(collection),
      ]),
    },
    introspectionsLine(precise.introspections),
  ]);
}

const SIGNIFICANT = 100;
const rounded = (value: number): string => (Math.round(value / SIGNIFICANT) * SIGNIFICANT).toLocaleString("en");

export function countSection(counts: readonly Count[]): Section {
  const of = (name: string | undefined): Count | undefined => counts.find((count) => count.case.name === name);
  const above = (count: Count, base: Count | undefined): string =>
    base === undefined ? "" : rounded(count.instructions - base.instructions);
  return section("count", "### Instructions", [
    "Instructions of the worker in user space per request, by callgrind, with LuaJIT's compiler on. callgrind's processor has no SHA extension, which makes the hash of a token some twenty times as many instructions as on the real one: it is a column of its own. Instructions are not time.",
    {
      headings: ["case", "instructions", "of them SHA-256", "above bare", "above floor", "above floor without SHA-256"],
      rows: counts.map((count) => {
        const floor = of(count.case.floor);
        return [
          count.case.title,
          rounded(count.instructions),
          rounded(count.sha256),
          above(count, of(count.case.bare)),
          above(count, floor),
          floor === undefined ? "" : rounded(count.instructions - count.sha256 - (floor.instructions - floor.sha256)),
        ];
      }),
    },
  ]);
}
