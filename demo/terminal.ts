/** How the demo shows itself on the terminal, and how it runs the commands that it shows. */
import { spawn } from "node:child_process";
import { UserError } from "./errors.ts";

const coloured = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number) => (text: string) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);

/** Colours, where the terminal has them. */
export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const cyan = paint(36);

const LONGEST_LINE = 160;

/** Shortens what is too long to read, such as a JWT; the command itself is always shown whole. */
export function shorten(text: string): string {
  const short = text.replace(/[A-Za-z0-9_.%+/=-]{60,}/g, (word) => `${word.slice(0, 24)}…`);
  return short.length <= LONGEST_LINE ? short : `${short.slice(0, LONGEST_LINE)}…`;
}

/** An HTTP answer as `curl -i` prints it. */
export interface HttpAnswer {
  readonly status: number;
  /** Status line and header lines as received. */
  readonly head: readonly string[];
  readonly body: string;
}

/** A header of the answer; undefined when it isn't there. */
export function answerHeader(answer: HttpAnswer, name: string): string | undefined {
  const start = `${name.toLowerCase()}:`;
  const line = answer.head.find((candidate) => candidate.toLowerCase().startsWith(start));
  return line?.slice(start.length).trim();
}

/** Reads the output of `curl -i`. */
export function parseAnswer(output: string): HttpAnswer {
  const end = output.search(/\r?\n\r?\n/);
  const head = (end < 0 ? output : output.slice(0, end)).split(/\r?\n/);
  const status = Number(/^HTTP\/[0-9.]+ ([0-9]{3})/.exec(head[0] ?? "")?.[1] ?? 0);
  return { status, head, body: end < 0 ? "" : output.slice(end).replace(/^\r?\n\r?\n/, "") };
}

export interface ShellResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script by bash, as the reader would, in a directory.
 *
 * @throws UserError when there is no bash.
 */
export async function shell(script: string, directory: string): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", `set -o pipefail\n${script}`], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", (error) => reject(new UserError(`Cannot run bash: ${error.message}`)));
    child.once("close", (code) => resolve({ exitCode: code ?? -1, stdout, stderr }));
  });
}
