/** What one part of a run found out, for the terminal and for docs/performance.md. */
import { list, markdownTable, type Table, textTable } from "./format.ts";

/** Sections in the order in which they stand in the page. */
export const SECTIONS = ["rounds", "targets", "count", "crowd", "memory", "eviction", "soak", "profile"] as const;

export interface Section {
  readonly name: (typeof SECTIONS)[number];
  readonly text: string;
  readonly markdown: string;
}

/** One paragraph of a section: a line of prose, a table, or a list. */
export type Paragraph = string | Table | readonly string[];

const isList = (paragraph: Paragraph): paragraph is readonly string[] => Array.isArray(paragraph);

function asText(paragraph: Paragraph): string {
  if (typeof paragraph === "string") return paragraph;
  return isList(paragraph) ? paragraph.join("\n") : textTable(paragraph);
}

function asMarkdown(paragraph: Paragraph): string {
  if (typeof paragraph === "string") return paragraph;
  return isList(paragraph) ? list(paragraph) : markdownTable(paragraph);
}

/** @param heading for the page alone. */
export function section(name: Section["name"], heading: string, paragraphs: readonly Paragraph[]): Section {
  return {
    name,
    text: paragraphs.map(asText).join("\n"),
    markdown: [heading, ...paragraphs.map(asMarkdown)].join("\n\n"),
  };
}
