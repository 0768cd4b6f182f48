/** Writes the table of faults in docs/authorization-servers.md from the list that the end-to-end tests play. `--check`: fails where it differs. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FAULTS } from "../e2e/support/faults.ts";

const page = join(resolve(import.meta.dirname, ".."), "docs/authorization-servers.md");
const rows = FAULTS.map(({ name, status }) => `| ${name} | ${status === 200 ? "passes" : status} |`);
const table = [
  "<!-- faults -->",
  "",
  "| the server's answer | becomes |",
  "|---|---|",
  ...rows,
  "",
  "<!-- /faults -->",
].join("\n");
const text = readFileSync(page, "utf8");
const written = text.replace(/<!-- faults -->[\s\S]*<!-- \/faults -->/, table);

if (!process.argv.includes("--check")) {
  writeFileSync(page, written);
} else if (written !== text) {
  console.error(
    "the faults in docs/authorization-servers.md are not what the tests play; run `npm run docs` and commit",
  );
  process.exit(1);
}
