/** Puts sections into docs/performance.md. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Section, SECTIONS } from "./section.ts";

const startOf = (gateway: string, name: string): string => `<!-- measured: ${gateway} ${name} -->`;
const endOf = (gateway: string, name: string): string => `<!-- end: ${gateway} ${name} -->`;

/**
 * Puts a section of one gateway in the place of an earlier one, else behind those that come before it. The rest of the page stays, so that
 * parts of the page can be measured at different times.
 */
function replaceSection(page: string, gateway: string, { name, markdown }: Section): string {
  const block = `${startOf(gateway, name)}\n\n${markdown}\n\n${endOf(gateway, name)}`;
  const from = page.indexOf(startOf(gateway, name));
  const to = page.indexOf(endOf(gateway, name));
  if (from >= 0 && to >= 0) return page.slice(0, from) + block + page.slice(to + endOf(gateway, name).length);
  const before = SECTIONS.slice(0, SECTIONS.indexOf(name))
    .map((earlier) => endOf(gateway, earlier))
    .filter((end) => page.includes(end))
    .at(-1);
  if (before === undefined) return `${page.trimEnd()}\n\n${block}\n`;
  const at = page.indexOf(before) + before.length;
  return `${page.slice(0, at)}\n\n${block}${page.slice(at)}`;
}

/** @param docs folder of the page. */
export async function writeSections(docs: string, gateway: string, sections: readonly Section[]): Promise<void> {
  const file = join(docs, "performance.md");
  let page = await readFile(file, "utf8");
  for (const section of sections) page = replaceSection(page, gateway, section);
  await writeFile(file, page);
}
