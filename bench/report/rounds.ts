/** The table of all cases, and its charts. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Result } from "../measure.ts";
import type { Introspections } from "../tally.ts";
import { barChart } from "./chart.ts";
import { list, number, type Table, withInterval, withQuartiles } from "./format.ts";
import { introspectionsLine } from "./once.ts";
import { type Section, section } from "./section.ts";

/** How many times the bare route's processor time a case takes. */
function ratioToBare({ cpu, aboveBare }: Result): string {
  if (aboveBare === undefined || aboveBare.count === 0) return "";
  const bare = cpu.median - aboveBare.median;
  return bare > 0 ? number(cpu.median / bare, 2) : "-";
}

const labelOf = ({ bench, case: { title } }: Result): string => (bench === "" ? title : `${bench}: ${title}`);

function tableOf(results: readonly Result[]): Table {
  return {
    headings: [
      "case",
      "CPU µs (quartiles)",
      "× bare",
      "above bare (95 %)",
      "above floor (95 %)",
      "requests/s",
      "p50 µs",
      "p99 µs",
    ],
    rows: results.map((result) =>
      result.failed !== undefined
        ? [labelOf(result), `not measured: ${result.failed}`, "", "", "", "", "", ""]
        : [
            labelOf(result),
            withQuartiles(result.cpu),
            ratioToBare(result),
            withInterval(result.aboveBare),
            withInterval(result.aboveFloor),
            number(result.perSecond.median, 0),
            number(result.p50, 0),
            number(result.p99, 0),
          ],
    ),
  };
}

const chartNames = (kind: string): { cpu: string; latency: string } => ({
  cpu: `performance-${kind}-cpu.svg`,
  latency: `performance-${kind}-latency.svg`,
});

export interface Run {
  readonly kind: "dev" | "kong";
  /** As in `Kong 3.9.1`. */
  readonly gateway: string;
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly requests: number;
}

/** @param introspections undefined with peers, which may have their own idea of when to ask. */
export function roundsSection(
  run: Run,
  results: readonly Result[],
  introspections: Introspections | undefined,
): Section {
  const account = introspections === undefined ? [] : [introspectionsLine(introspections)];
  const charts = chartNames(run.kind);
  const table = tableOf(results);
  const { text } = section("rounds", "", [table, ...account]);
  const { markdown } = section("rounds", `## On ${run.gateway}`, [
    list(run.machine),
    `${run.rounds} rounds of up to ${run.requests} requests for each case. CPU is the worker's, per request; the columns "above" are medians of what was compared within each round.`,
    `![CPU above the bare route](${charts.cpu})`,
    table,
    `![Latency](${charts.latency})`,
    ...account,
  ]);
  return { name: "rounds", text, markdown };
}

/** @param docs folder of the charts. */
export async function writeCharts(docs: string, run: Run, results: readonly Result[]): Promise<void> {
  const charts = chartNames(run.kind);
  const shown = results.filter(({ failed, case: { transport } }) => failed === undefined && transport !== "fresh");
  const cpu = shown.flatMap((result) => {
    const { aboveBare } = result;
    if (aboveBare === undefined) return [];
    return [{ label: labelOf(result), value: aboveBare.median, low: aboveBare.low, high: aboveBare.high }];
  });
  const latency = shown.map((result) => ({
    label: labelOf(result),
    value: result.p50,
    low: result.p50,
    high: result.p99,
  }));
  await writeFile(
    join(docs, charts.cpu),
    barChart(`CPU of the worker above the bare route, ${run.gateway}`, "µs per request, line: 95 % interval", cpu),
  );
  await writeFile(
    join(docs, charts.latency),
    barChart(`Latency on one connection, ${run.gateway}`, "µs, bar: p50, line to p99", latency),
  );
}
