/**
 * Runs all stages of the tests, counts what passed and failed in each, and closes with `N passed, N failed`.
 *
 * A stage without counts of its own is one test. A stage that ends with an error although nothing in it failed counts as a failure, and
 * so does one that ran nothing. What failed is said once more at the end, for the end is what is kept of a long log. Arguments name the
 * stages to run; none: all.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Count {
  passed: number;
  failed: number;
}

interface Stage {
  name: string;
  command: readonly string[];
  /** Reads the counts out of what the stage left: its output, or the report that vitest wrote. */
  count(output: string, report: string): Count | undefined;
  /** What failed, one text each, read out of the same. */
  failures?(output: string, report: string): string[];
}

/** As much of a stage's output as tells what went wrong where the stage itself cannot name it. */
const TAIL = 2000;

function fromBusted(output: string): Count | undefined {
  const lines = [...output.matchAll(/(\d+) success(?:es)? \/ (\d+) failures? \/ (\d+) errors?/g)];
  const last = lines.at(-1);
  return last === undefined ? undefined : { passed: Number(last[1]), failed: Number(last[2]) + Number(last[3]) };
}

function failuresFromBusted(output: string): string[] {
  return output.split(/\n\n/).filter((block) => /^(?:Failure|Error) -> /.test(block));
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

/** What vitest wrote; undefined when it did not come so far. */
function reportAt(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as VitestReport;
  } catch {
    return undefined;
  }
}

function fromVitest(_output: string, path: string): Count | undefined {
  const report = reportAt(path);
  return report === undefined ? undefined : { passed: report.numPassedTests, failed: report.numFailedTests };
}

function failuresFromVitest(_output: string, path: string): string[] {
  return (reportAt(path)?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === "failed");
    if (failed.length === 0) return status === "failed" ? [`${name}\n${message}`] : [];
    return failed.map((result) => `${name} > ${result.fullName}\n${result.failureMessages.join("\n")}`);
  });
}

function vitest(project: string): Stage {
  return {
    name: project,
    command: [
      "npx",
      "--no-install",
      "vitest",
      "run",
      "--project",
      project,
      "--reporter",
      "default",
      "--reporter",
      "json",
    ],
    count: fromVitest,
    failures: failuresFromVitest,
  };
}

const stages: readonly Stage[] = [
  { name: "build", command: ["npx", "--no-install", "tsx", "scripts/build.ts"], count: () => undefined },
  { name: "lint", command: ["npx", "--no-install", "tsx", "scripts/lint.ts"], count: () => undefined },
  vitest("types"),
  vitest("packaging"),
  {
    name: "specs",
    command: ["npx", "--no-install", "tsx", "gateway/busted.ts", "spec", "gateway/test"],
    count: fromBusted,
    failures: failuresFromBusted,
  },
  vitest("gateway"),
  vitest("e2e"),
  vitest("keycloak"),
  { name: "demo", command: ["npx", "--no-install", "tsx", "demo/run.ts"], count: () => undefined },
];

function run(stage: Stage, report: string): Promise<{ status: number; output: string }> {
  const [command = "", ...arguments_] = stage.command;
  const extra = stage.count === fromVitest ? [`--outputFile.json=${report}`] : [];
  return new Promise((resolve) => {
    const child = spawn(command, [...arguments_, ...extra], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output += text;
        process.stdout.write(text);
      });
    }
    child.on("error", (error) => resolve({ status: 1, output: error.message }));
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    console.error(`unknown stage ${unknown}; known: ${stages.map((stage) => stage.name).join(" ")}`);
    process.exit(1);
  }
  const total: Count = { passed: 0, failed: 0 };
  const failures: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "test-"));
  for (const stage of stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.log(`\n=== ${stage.name}`);
    const started = Date.now();
    const report = join(folder, `${stage.name}.json`);
    const { status, output } = await run(stage, report);
    const plain =
      stage.count === fromVitest || stage.count === fromBusted ? { passed: 0, failed: 1 } : { passed: 1, failed: 0 };
    const count = stage.count(output, report) ?? (status === 0 ? plain : { passed: 0, failed: 1 });
    if (status !== 0 && count.failed === 0) count.failed = 1;
    if (count.passed + count.failed === 0) count.failed = 1;
    if (count.failed > 0) {
      const named = stage.failures?.(output, report) ?? [];
      failures.push(
        ...(named.length > 0 ? named : [output.slice(-TAIL)]).map((text) => `${stage.name}: ${text.trim()}`),
      );
    }
    total.passed += count.passed;
    total.failed += count.failed;
    console.log(
      `=== ${stage.name}: ${count.passed} passed, ${count.failed} failed, ${Math.round((Date.now() - started) / 1000)} s`,
    );
  }
  rmSync(folder, { recursive: true });
  for (const failure of failures) console.log(`\nFAILED ${failure.slice(0, TAIL)}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 ? 0 : 1);
}

await main();
