/**
 * Runs inputs through the plugins' parsers, inside nginx: under Kong's own `resty` where GATEWAY is kong, else under Debian's nginx. One
 * run answers thousands of cases, so each property collects its inputs first and judges the answers afterwards.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { REPOSITORY } from "../../gateways/files.ts";

/** What is tried: bytes are given as Latin-1 strings or buffers. */
export interface Case {
  readonly kind: string;
  readonly arguments: readonly unknown[];
}

/** What a parser gave back; texts are Latin-1 strings. */
export type Value = string | number | boolean | null | { readonly list: unknown };

const HERE = join(REPOSITORY, "e2e", "possession", "properties");

/** Bytes of a Latin-1 string, as Base64. */
export function bytes(value: string | Buffer): string {
  return (typeof value === "string" ? Buffer.from(value, "latin1") : value).toString("base64");
}

interface Answered {
  readonly error?: string;
  readonly values?: readonly unknown[];
}

function plain(value: unknown): Value {
  if (typeof value === "object" && value !== null && "text" in value)
    return Buffer.from(String(value.text), "base64").toString("latin1");
  return value as Value;
}

function run(environment: NodeJS.ProcessEnv): void {
  const answer = join(HERE, "answer.lua");
  const [command, ...args] =
    process.env["GATEWAY"] === "kong"
      ? ["resty", answer]
      : [process.execPath, "--import", "tsx", join(REPOSITORY, "gateway", "busted.ts"), join(HERE, "batch_spec.lua")];
  const result = spawnSync(command ?? "", args, {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment, REPOSITORY, ANSWER: answer },
    encoding: "utf8",
  });
  if (result.status !== 0)
    throw new Error(`${command ?? ""} failed: ${result.stdout}${result.stderr}${String(result.error ?? "")}`);
}

/** Answers all cases, in their order. @throws Error when a parser raised: no input may do that. */
export function answersTo(cases: readonly Case[]): Value[][] {
  const directory = mkdtempSync(join(tmpdir(), "properties-"));
  try {
    const [input, output] = [join(directory, "cases.json"), join(directory, "results.json")];
    writeFileSync(input, JSON.stringify(cases));
    run({ CASES: input, RESULTS: output });
    const results = JSON.parse(readFileSync(output, "utf8")) as Answered[];
    return results.map(({ error, values = [] }, index) => {
      if (error !== undefined) throw new Error(`raised: ${error}\nby ${JSON.stringify(cases[index])}`);
      return values.map(plain);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The same inputs in every run; PROPERTY_SEED tries others. */
export const SEED = Number(process.env["PROPERTY_SEED"] ?? 9449);

/**
 * Tries many inputs. A failure names the input and the seed.
 *
 * @param judge gives undefined when the answer is right, else what is wrong.
 */
export function holds<T>(
  inputs: fc.Arbitrary<T>,
  caseOf: (input: T) => Case,
  judge: (input: T, values: readonly Value[]) => string | undefined,
  count = 2000,
): void {
  const tried = fc.sample(inputs, { numRuns: count, seed: SEED });
  const answers = answersTo(tried.map(caseOf));
  const wrong = tried.flatMap((input, index) => {
    const problem = judge(input, answers[index] ?? []);
    return problem === undefined ? [] : [{ input, problem, got: answers[index] }];
  });
  if (wrong.length === 0) return;
  const smallest = wrong.map((each) => JSON.stringify(each)).sort((left, right) => left.length - right.length)[0] ?? "";
  throw new Error(
    `${wrong.length} of ${count} inputs are read otherwise (PROPERTY_SEED=${SEED}); the shortest: ${smallest.slice(0, 3000)}`,
  );
}
