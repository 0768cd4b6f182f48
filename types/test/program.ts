import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as tstl from "typescript-to-lua";
import { vi } from "vitest";

// Making a program takes a second or two, and longer where other work runs.
vi.setConfig({ testTimeout: 120_000 });

const here = dirname(fileURLToPath(import.meta.url));
const configPath = join(here, "..", "tsconfig.json");

/** Settings and files of the package's tsconfig.json. */
export const config: tstl.ParsedCommandLine = tstl.parseConfigFileWithSystem(configPath);

/** Emitting is up to the tests. */
const options: tstl.CompilerOptions = { ...config.options, noEmit: false };

/** Parsed files, for all programs of a test file. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program over the declarations and `sources`, by file name; without sources over the type tests. */
export function program(sources?: Readonly<Record<string, string>>): ts.Program {
  const virtual = new Map(Object.entries(sources ?? {}).map(([name, source]) => [join(here, name), source]));
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const source = virtual.get(name);
    if (source !== undefined) return ts.createSourceFile(name, source, version);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, version, ...rest));
    return parsed.get(name);
  };
  const files =
    sources === undefined ? config.fileNames : [...config.fileNames.filter(isDeclaration), ...virtual.keys()];
  return ts.createProgram(files, options, host);
}

function isDeclaration(name: string): boolean {
  return name.endsWith(".d.ts");
}

/** The file of this name in a program that `program` made. */
export function sourceFile(made: ts.Program, name: string): ts.SourceFile {
  const file = made.getSourceFile(join(here, name));
  if (file === undefined) throw new Error(`no file ${name}`);
  return file;
}

/** Diagnostics as text, one a line. */
export function text(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => here,
    getNewLine: () => "\n",
  });
}

/** Lua that TypeScriptToLua makes of `sources`, by file name; fails on any diagnostic. */
export function toLuaFiles(sources: Readonly<Record<string, string>>): Record<string, string> {
  const made = program(sources);
  const lua: Record<string, string> = {};
  const { diagnostics } = new tstl.Transpiler().emit({
    program: made,
    sourceFiles: Object.keys(sources).map((name) => sourceFile(made, name)),
    writeFile: (name, content) => {
      lua[basename(name)] = content;
    },
  });
  const all = [...ts.getPreEmitDiagnostics(made), ...diagnostics];
  if (all.length > 0) throw new Error(text(all));
  return lua;
}

/** Lua of one file. */
export function toLua(source: string): string {
  const lua = toLuaFiles({ "snippet.ts": source })["snippet.lua"];
  if (lua === undefined) throw new Error("nothing was emitted");
  return lua;
}
