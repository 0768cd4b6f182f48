/**
 * Plays the scenario on the terminal: `npx tsx demo/run.ts [--up]`.
 *
 * Without `--up` it ends everything afterwards; with it, everything stays until Ctrl-C. KEYCLOAK=1 takes a real Keycloak,
 * GATEWAY=kong the `kong` command on PATH. Exit status: 0 when every step was as it must be, else 1.
 */
import { STATE, PROJECT, portsFromEnvironment, startEnvironment, type Environment } from "./environment.ts";
import { reportAndExit, UserError } from "./errors.ts";
import type { GatewayKind } from "./gateway.ts";
import { scenario, type Step } from "./scenario.ts";
import { bold, cyan, dim, green, parseAnswer, red, shell, shorten } from "./terminal.ts";

const INDENT = "   ";

interface Options {
  readonly up: boolean;
  readonly keycloak: boolean;
  readonly gateway: GatewayKind;
}

/** True for 1, true and the like; false for an empty or missing variable, 0 and false. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false", "no", "off"].includes(value.toLowerCase());
}

function readOptions(): Options {
  const args = process.argv.slice(2);
  const unknown = args.find((argument) => argument !== "--up");
  if (unknown !== undefined) throw new UserError(`Unknown argument ${unknown}. Usage: npx tsx demo/run.ts [--up]`);
  const gateway = process.env["GATEWAY"] ?? "dev";
  if (gateway !== "dev" && gateway !== "kong") {
    throw new UserError(`GATEWAY is "${gateway}"; the demo knows dev and kong.`);
  }
  return { up: args.includes("--up"), keycloak: isOn(process.env["KEYCLOAK"]), gateway };
}

function print(text: string): void {
  for (const line of text.split("\n")) console.log(line === "" ? "" : INDENT + line);
}

/** Plays one step; gives whether all was as it must be. */
async function play(step: Step, number: number, kept: readonly string[]): Promise<boolean> {
  console.log(`\n${bold(`${number}. ${step.title}`)}`);
  print(cyan(`$ ${step.command}${step.keep === undefined ? "" : `\n$ ${step.keep}`}`));

  const result = await shell([...kept, step.command].join("\n"), PROJECT);
  if (result.exitCode !== 0) {
    print(red(`DIFFERS: the command ended with ${result.exitCode}: ${result.stderr.trim()}`));
    return false;
  }
  const answer = parseAnswer(result.stdout);
  const differences = step.differences(answer);
  const lines = [...answer.head, ...answer.body.split("\n")].filter((line) => line.trim() !== "");
  // What differs is shown whole, so that the reader can see why.
  const shown = differences.length > 0 ? lines : lines.filter((line) => step.relevant.test(line.trim()));
  print(dim(shown.map((line) => shorten(line.trim())).join("\n")));
  for (const difference of differences) print(red(`DIFFERS: ${difference}`));
  if (differences.length === 0) print(`${green("as it must be:")} ${step.shows}`);
  return differences.length === 0;
}

/** Plays all steps; gives how many differed. */
async function playAll(environment: Environment, wasInterrupted: () => boolean): Promise<number> {
  const steps = scenario({
    authorizationServer: environment.authorizationServer,
    gateway: environment.gatewayUrl,
    state: STATE,
  });
  const kept: string[] = [];
  let differing = 0;
  for (const [index, step] of steps.entries()) {
    if (wasInterrupted()) break;
    if (!(await play(step, index + 1, kept))) differing += 1;
    if (step.keep !== undefined) kept.push(step.keep);
  }
  if (!wasInterrupted()) {
    const summary = `${steps.length - differing} steps as they must be, ${differing} differ`;
    console.log(`\n${differing === 0 ? green(summary) : red(summary)}`);
  }
  return differing;
}

async function main(): Promise<number> {
  const options = readOptions();
  process.chdir(PROJECT);
  let interrupt = (): void => undefined;
  const interruption = new Promise<void>((resolve) => (interrupt = resolve));
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      interrupted = true;
      interrupt();
    });
  }
  // A reader that goes away, as in `make demo | head`, must not leave servers behind.
  process.stdout.on("error", () => {
    interrupted = true;
    interrupt();
  });

  console.log("Starting, all on the loopback address:");
  const environment = await startEnvironment({
    keycloak: options.keycloak,
    gateway: options.gateway,
    ports: portsFromEnvironment(),
    progress: print,
  });
  try {
    const differing = await playAll(environment, () => interrupted);
    if (options.up && !interrupted) {
      console.log(
        `\nEverything keeps running; the commands above work in another terminal, in this directory. A token lives for ` +
          `five minutes: ask for a new one as in step 1.\n${bold("Ctrl-C ends it.")}`,
      );
      await interruption;
    } else if (interrupted) return 130;
    return differing === 0 ? 0 : 1;
  } finally {
    if (interrupted) console.log("\nStopping …");
    await environment.stop();
  }
}

main().then((status) => process.exit(status), reportAndExit);
