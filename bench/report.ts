/** Results as text for the terminal and as Markdown. */
import type { Crowd, Memory, Profile, Reading } from "./extras.ts";
import type { Result } from "./measure.ts";
import type { Summary } from "./statistics.ts";

/** Everything that a run found out. */
export interface Findings {
  readonly gateway: string;
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly requests: number;
  readonly results: readonly Result[];
  readonly crowd: Crowd | undefined;
  readonly memory: Memory | undefined;
  readonly soak: readonly Reading[];
  readonly profile: Profile | undefined;
}

const number = (value: number, digits = 1): string => (Number.isNaN(value) ? "-" : value.toFixed(digits));

/** A median with the interval in which it lies, as in `12.3 (11.8 to 12.9)`. */
function withInterval(summary: Summary | undefined): string {
  if (summary === undefined || summary.count === 0) return "";
  return `${number(summary.median)} (${number(summary.low)} to ${number(summary.high)})`;
}

/** A median with its quartiles. */
const withQuartiles = (summary: Summary): string =>
  `${number(summary.median)} (${number(summary.lowerQuartile)} to ${number(summary.upperQuartile)})`;

/** How many times the bare route's processor time a case takes. */
function ratioToBare(result: Result): string {
  const { cpu, aboveBare } = result;
  if (aboveBare === undefined || aboveBare.count === 0) return "";
  const bare = cpu.median - aboveBare.median;
  return bare > 0 ? `${number(cpu.median / bare, 2)}` : "-";
}

function rowsOf(results: readonly Result[]): string[][] {
  return results.map((result) => {
    const title = result.bench === "" ? result.case.title : `${result.bench}: ${result.case.title}`;
    if (result.failed !== undefined) return [title, `not measured: ${result.failed}`, "", "", "", "", "", ""];
    return [
      title,
      withQuartiles(result.cpu),
      ratioToBare(result),
      withInterval(result.aboveBare),
      withInterval(result.aboveFloor),
      number(result.perSecond.median, 0),
      number(result.p50, 0),
      number(result.p99, 0),
    ];
  });
}

const HEADINGS = [
  "case",
  "CPU µs (quartiles)",
  "× bare",
  "above bare (95 %)",
  "above floor (95 %)",
  "requests/s",
  "p50 µs",
  "p99 µs",
];

/** The table of results in columns. */
export function textTable(results: readonly Result[]): string {
  const rows = [HEADINGS, ...rowsOf(results)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(headings), line(headings.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}

interface Goal {
  readonly case: string;
  readonly limit: number;
  readonly text: string;
}

/** Microseconds above the floor. */
const GOALS: readonly Goal[] = [
  { case: "token", limit: 3, text: "bearer token, cache hit: at most 3 µs above the floor" },
  {
    case: "mtls-token",
    limit: 6,
    text: "certificate-bound token over mutual TLS, mtls-auth included: at most 6 µs above the floor",
  },
];

function verdict(summary: Summary, limit: number): string {
  if (summary.high <= limit) return "met";
  return summary.low > limit ? "not met" : "undecided: the interval spans the limit";
}

/** Each target with what was measured, for the project's own plugins. */
export function goalLines(results: readonly Result[]): string[] {
  const own = new Map(results.filter(({ bench }) => bench === "").map((result) => [result.case.name, result]));
  const lines = GOALS.flatMap(({ case: name, limit, text }) => {
    const above = own.get(name)?.aboveFloor;
    return above === undefined || above.count === 0
      ? []
      : [`${text}: ${withInterval(above)}, ${verdict(above, limit)}`];
  });
  const dpop = own.get("dpop")?.aboveFloor;
  const signature = own.get("signature")?.aboveBare;
  if (dpop !== undefined && signature !== undefined && dpop.count > 0 && signature.count > 0) {
    const rest = {
      ...dpop,
      median: dpop.median - signature.median,
      low: dpop.low - signature.high,
      high: dpop.high - signature.low,
    };
    lines.push(
      `DPoP without its signature check: at most 10 µs above the floor: ${withInterval(rest)}, ${verdict(rest, 10)}`,
    );
  }
  const one = own.get("token")?.aboveBare;
  const many = own.get("tokens")?.aboveBare;
  if (one !== undefined && many !== undefined && many.count > 0)
    lines.push(`one token and many above the bare route: ${withInterval(one)} and ${withInterval(many)}`);
  return lines;
}

const mebibytes = (bytes: number): string => number(bytes / 2 ** 20);

/** What was measured once, a line each. */
export function extraLines({ crowd, memory, soak }: Findings): string[] {
  const lines: string[] = [];
  if (crowd !== undefined) {
    lines.push(
      `${crowd.size} requests at once with one new token: ${withQuartiles(crowd.introspections)} introspections, ${withQuartiles(crowd.milliseconds)} ms until the last answer, ` +
        `${withQuartiles(crowd.cpu)} µs of the worker per request, answers ${crowd.statuses}`,
    );
  }
  if (memory !== undefined) {
    lines.push(
      `a cached token that has been used: ${number(memory.dictionary, 0)} bytes in the shared dictionary, ${number(memory.heap, 0)} bytes in the worker's Lua heap ` +
        `(resident ${number(memory.resident, 0)} bytes), over ${memory.tokens} tokens`,
    );
  }
  const first = soak[Math.floor(soak.length / 3)];
  const last = soak.at(-1);
  if (first !== undefined && last !== undefined) {
    lines.push(
      `soak of ${number(last.seconds / 60)} minutes, ${last.requests} new tokens: resident ${mebibytes(first.resident)} MiB after a third and ${mebibytes(last.resident)} MiB at the end, ` +
        `Lua heap ${mebibytes(first.heap)} MiB and ${mebibytes(last.heap)} MiB`,
    );
  }
  return lines;
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
const code = (lines: readonly string[]): string => ["```", ...lines, "```"].join("\n");

/** The part of docs/performance.md about one gateway. @param charts names of the chart files beside it. */
export function markdown(findings: Findings, charts: { cpu: string; latency: string }): string {
  const { profile } = findings;
  const parts = [
    `## On ${findings.gateway}`,
    list(findings.machine),
    `${findings.rounds} rounds of up to ${findings.requests} requests for each case. CPU is the worker's, per request; the columns "above" are medians of what was compared within each round.`,
    `![CPU above the bare route](${charts.cpu})`,
    markdownTable(HEADINGS, rowsOf(findings.results)),
    `![Latency](${charts.latency})`,
    ...(goalLines(findings.results).length === 0 ? [] : ["### Targets", list(goalLines(findings.results))]),
    ...(extraLines(findings).length === 0 ? [] : ["### Crowd and memory", list(extraLines(findings))]),
  ];
  if (profile !== undefined) {
    parts.push(
      "### Profile",
      `${profile.title}: samples of LuaJIT's profiler by function, the gateway's own included:`,
      code(profile.functions.slice(0, 30)),
    );
    parts.push(
      "What LuaJIT's compiler left to the interpreter meanwhile, by its trace log (the gateway's own code included):",
      code(profile.notCompiled.length === 0 ? ["nothing"] : profile.notCompiled.slice(0, 40)),
    );
  }
  return parts.join("\n\n");
}

/** Puts the part about one gateway into the page, in the place of an earlier one. The rest of the page stays. */
export function replacePart(page: string, gateway: string, part: string): string {
  const start = `<!-- measured: ${gateway} -->`;
  const end = `<!-- end: ${gateway} -->`;
  const block = `${start}\n${part}\n${end}`;
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < 0) return `${page.trimEnd()}\n\n${block}\n`;
  return page.slice(0, from) + block + page.slice(to + end.length);
}
