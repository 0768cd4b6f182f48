/** Errors that the person at the terminal can do something about, and how they are shown. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Something that the user can mend: shown as one line, without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Prints an error, a `UserError` as its message alone, and ends the process with status 1. */
export function reportAndExit(error: unknown): never {
  if (error instanceof UserError) console.error(`Error: ${error.message}`);
  else console.error(error);
  process.exit(1);
}

/** True in the file that was started as a command: pass `import.meta.url`. */
export function isMainModule(url: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(url);
}
