/** What the precise part says. */
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
