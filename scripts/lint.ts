/** Everything that can be said of the sources without running them. Each check is one command; all run, then the first failure decides. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const checks: readonly (readonly string[])[] = [
  ["npx", "tsx", "scripts/build.ts", "--check"],
  ["npx", "tsx", "scripts/settings-reference.ts", "--check"],
  ["npx", "tsx", "scripts/fault-table.ts", "--check"],
  ["npx", "tsc", "-p", "tsconfig.node.json"],
  ["npx", "eslint", "--max-warnings", "0", "."],
  [
    "npx",
    "prettier",
    "--check",
    "--log-level",
    "warn",
    "src",
    "scripts",
    "gateway",
    "demo",
    "e2e",
    "bench",
    "types",
  ].filter((argument) => /^(npx|prettier|--|warn)/.test(argument) || existsSync(argument)),
  ["luacheck", "-q", "--no-color", "kong", "spec", "gateway/test"],
];

let failed = 0;
for (const [command = "", ...arguments_] of checks) {
  const { status, error } = spawnSync(command, arguments_, { stdio: "inherit" });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  if (status !== 0) {
    console.error(`failed: ${[command, ...arguments_].join(" ")}`);
    failed += 1;
  }
}
process.exit(failed === 0 ? 0 : 1);
