/** Instructions per request. */
import type { Count } from "../count.ts";
import type { Table } from "./format.ts";
import { type Section, section } from "./section.ts";

/** Cases that are shown part by part. */
const SHOWN = ["bare", "floor", "token", "mtls-floor", "mtls-token"];

const SIGNIFICANT = 100;
const rounded = (value: number): string => (Math.round(value / SIGNIFICANT) * SIGNIFICANT).toLocaleString("en");

function totals(counts: readonly Count[]): Table {
  const above = (count: Count, name: string | undefined, value: (count: Count) => number): string => {
    const base = counts.find((other) => other.case.name === name);
    return base === undefined ? "" : rounded(value(count) - value(base));
  };
  return {
    headings: ["case", "instructions", "of them SHA-256", "above bare", "above floor", "above floor without SHA-256"],
    rows: counts.map((count) => [
      count.case.title,
      rounded(count.all),
      rounded(count.sha256),
      above(count, count.case.bare, ({ all }) => all),
      above(count, count.case.floor, ({ all }) => all),
      above(count, count.case.floor, ({ all, sha256 }) => all - sha256),
    ]),
  };
}

function byPart(heading: string, counts: readonly Count[], part: "owners" | "phases"): Table {
  const shown = counts.filter((count) => SHOWN.includes(count.case.name));
  const keys = [...new Set(shown.flatMap((count) => [...count[part].keys()]))];
  const largest = (key: string): number => Math.max(...shown.map((count) => count[part].get(key) ?? 0));
  return {
    headings: [heading, ...shown.map((count) => count.case.name)],
    rows: keys
      .sort((left, right) => largest(right) - largest(left))
      .map((key) => [key, ...shown.map((count) => rounded(count[part].get(key) ?? 0))]),
  };
}

export function countSection(counts: readonly Count[]): Section {
  return section("count", "### Instructions", [
    "Instructions of the worker in user space per request, by callgrind, with LuaJIT's compiler on. callgrind's processor has no SHA extension, which makes the hash of a token some twenty times as many instructions as on the real one: it is a column of its own. Instructions are not time.",
    totals(counts),
    "By whose machine code it is:",
    byPart("code", counts, "owners"),
    "Of nginx's phases, all that their Lua code calls included; what is missing is nginx's own work:",
    byPart("phase", counts, "phases"),
  ]);
}
