import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as tstl from "typescript-to-lua";

const here = dirname(fileURLToPath(import.meta.url));
const configPath = join(here, "..", "tsconfig.json");

/** Settings and files of the package's tsconfig.json. */
export const config: tstl.ParsedCommandLine = tstl.parseConfigFileWithSystem(configPath);

/** Emitting is up to the tests. */
const options: tstl.CompilerOptions = { ...config.options, noEmit: false };

/** Parsed files, for all programs of a test file. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program over the declarations, their type tests, and `source` as one more file. */
export function program(source?: string): { program: ts.Program; snippet: string } {
  const snippet = join(here, "snippet.ts");
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (name) => (source !== undefined && name === snippet) || fileExists(name);
  host.readFile = (name) => (source !== undefined && name === snippet ? source : readFile(name));
  host.getSourceFile = (name, version, ...rest) => {
    if (source !== undefined && name === snippet) return ts.createSourceFile(name, source, version);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, version, ...rest));
    return parsed.get(name);
  };
  const files =
    source === undefined ? config.fileNames : [...config.fileNames.filter((name) => name.endsWith(".d.ts")), snippet];
  return { program: ts.createProgram(files, options, host), snippet };
}

/** Diagnostics as text, one a line. */
export function text(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => here,
    getNewLine: () => "\n",
  });
}

/** Lua that TypeScriptToLua makes of `source`; fails on any diagnostic. */
export function toLua(source: string): string {
  const made = program(source);
  let lua: string | undefined;
  const { diagnostics } = new tstl.Transpiler().emit({
    program: made.program,
    sourceFiles: made.program.getSourceFiles().filter((file) => file.fileName === made.snippet),
    writeFile: (name, content) => {
      if (name.endsWith("snippet.lua")) lua = content;
    },
  });
  const all = [...ts.getPreEmitDiagnostics(made.program), ...diagnostics];
  if (all.length > 0) throw new Error(text(all));
  if (lua === undefined) throw new Error("nothing was emitted");
  return lua;
}
