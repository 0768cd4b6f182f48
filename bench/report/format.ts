/** Numbers and tables as text for the terminal and as Markdown. */
import type { Summary } from "../statistics.ts";

export const number = (value: number, digits = 1): string => (Number.isNaN(value) ? "-" : value.toFixed(digits));

export const mebibytes = (bytes: number): string => number(bytes / 2 ** 20);

/** A median with the interval in which it lies, as in `12.3 (11.8 to 12.9)`. */
export function withInterval(summary: Summary | undefined): string {
  if (summary === undefined || summary.count === 0) return "";
  return `${number(summary.median)} (${number(summary.low)} to ${number(summary.high)})`;
}

/** A median with its quartiles. */
export const withQuartiles = (summary: Summary): string =>
  `${number(summary.median)} (${number(summary.lowerQuartile)} to ${number(summary.upperQuartile)})`;

/** A table; the first column is text, the others are numbers. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function textTable({ headings, rows }: Table): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdownTable({ headings, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(headings), line(headings.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}

export const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
