/** How Keycloak is run and ended, with scripts of our own in its place. */
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { UserError } from "../../demo/errors.ts";
import { runKeycloak } from "../../demo/keycloak/process.ts";
import { REPOSITORY, workingDirectory } from "../gateways/files.ts";
import { until } from "../support/until.ts";

let directory: string;
const log = (): string => join(directory, "log");

/** Puts a script where Keycloak's own would be. */
async function script(text: string): Promise<void> {
  await mkdir(join(directory, "bin"), { recursive: true });
  await writeFile(join(directory, "bin", "kc.sh"), text);
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The number that the script has told. */
function childOfScript(): Promise<number> {
  return until("the script runs", async () => Number(await readFile(log(), "utf8").catch(() => "")) || false);
}

beforeAll(async () => {
  directory = await workingDirectory();
});
beforeEach(() => rm(log(), { force: true }));
afterAll(() => rm(directory, { recursive: true, force: true }));

it("does not outlive a process that is killed", async () => {
  // As kc.sh does, it starts another process, and tells its number.
  await script("sleep 600 & echo $!\nwait\n");
  const code = `
    import { runKeycloak } from ${JSON.stringify(join(REPOSITORY, "demo", "keycloak", "process.ts"))};
    runKeycloak(${JSON.stringify(directory)}, [], ${JSON.stringify(log())});
    setInterval(() => undefined, 1000);
  `;
  const starter = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], {
    cwd: REPOSITORY,
    stdio: "ignore",
  });
  const child = await childOfScript();
  expect(lives(child)).toBe(true);
  starter.kill("SIGKILL");
  await until("its process has ended", () => !lives(child));
});

it("ends the whole group", async () => {
  await script("sleep 600 & echo $!\nwait\n");
  const running = runKeycloak(directory, [], log());
  const child = await childOfScript();
  await running.stop();
  await until("its process has ended", () => !lives(child));
  expect(running.isRunning()).toBe(false);
});

it("tells in one line why it failed, with the log's last error", async () => {
  await script('echo "INFO one"; echo "ERROR: the port is taken"; echo "INFO two"; exit 1\n');
  const running = runKeycloak(directory, ["start"], log());
  const failure = await running.succeeded("start", 60_000).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toBe(
    `Keycloak could not start. Its log is ${log()}: ERROR: the port is taken`,
  );
});

it("does not wait for ever", async () => {
  await script("sleep 600\n");
  const running = runKeycloak(directory, ["import"], log());
  const failure = await running.succeeded("import the realm", 100).catch((error: unknown) => error);
  expect((failure as UserError).message).toBe(
    `Keycloak could not import the realm within 0.1 seconds. Its log is ${log()}.`,
  );
  expect(running.isRunning()).toBe(false);
});

it("hands its arguments on as they are", async () => {
  await script('printf "%s\\n" "$@"\n');
  const args = ["--hostname=https://localhost", "two words", "$HOME;*"];
  await runKeycloak(directory, args, log()).succeeded("start", 60_000);
  expect(await readFile(log(), "utf8")).toBe(`${args.join("\n")}\n`);
});
