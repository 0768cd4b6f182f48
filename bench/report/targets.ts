/** What the precise part says. */
import type { Summary } from "../statistics.ts";
import type { Precise, TargetOptions } from "../targets.ts";
import { REFERENCE_BARE } from "../goals.ts";
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
    `The targets were set on a machine whose route without a plugin takes ${REFERENCE_BARE} µs. Here all takes longer, or not as long, in proportion: what is held against them is scaled by that route in the same start.`,
    {
      headings: [
        "target",
        "at most",
        "measured (95 %)",
        "of it collector",
        "each start",
        `with a bare route of ${REFERENCE_BARE} µs`,
        "verdict",
      ],
      rows: precise.targets.map(({ text, limit, summary, scaled, collection, starts }) => [
        text,
        number(limit, 0),
        withInterval(summary),
        number(collection),
        starts.map((median) => number(median)).join(", "),
        withInterval(scaled),
        verdict(scaled, limit),
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
