/**
 * Transpiles the plugins (src/ to kong/, committed) and the development gateway's Lua side (gateway/lua/ to gateway/build/, not committed).
 *
 * Everything is transpiled in memory first and written only when all of it is right: no compiler error, no use of the transpiler's runtime
 * library (it would be a global module shared with every other TypeScript plugin on the same Kong), no undefined global.
 *
 * `--check` writes nothing and fails where kong/ differs from what src/ gives.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as stylua from "@johnnymorganz/stylua";
import ts from "typescript";
import * as tstl from "typescript-to-lua";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

interface Project {
  /** The compiler's settings. */
  configuration: string;
  /** The folder of the TypeScript sources, relative to the repository. */
  source: string;
  /** The folder that the Lua is written to, whose other Lua files are stale and removed. */
  output: string;
}

const plugins: Project = { configuration: "tsconfig.json", source: "src", output: "kong/plugins" };
const gateway: Project = { configuration: "gateway/tsconfig.lua.json", source: "gateway/lua", output: "gateway/build" };

class BuildError extends Error {}

function transpile(project: Project): Map<string, string> {
  const emitted = new Map<string, string>();
  const configuration = tstl.parseConfigFileWithSystem(join(root, project.configuration));
  if (configuration.errors.length > 0) throw new BuildError(formatDiagnostics(configuration.errors));
  const { diagnostics } = tstl.transpileFiles(
    configuration.fileNames,
    configuration.options,
    (fileName: string, text: string) => {
      if (fileName.endsWith(".lua")) emitted.set(resolve(fileName), text);
    },
  );
  // An unused lualib file is no output of ours: only what the sources themselves ask for counts, and they may ask for nothing.
  const errors = diagnostics.filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error);
  if (errors.length > 0) throw new BuildError(formatDiagnostics(errors));
  const files = new Map<string, string>();
  for (const [path, text] of emitted) {
    const name = relative(root, path);
    if (name.endsWith("lualib_bundle.lua")) continue;
    const use = /require\("lualib_bundle"\)|__TS__\w+/.exec(text);
    if (use !== null)
      throw new BuildError(`${name}: uses the transpiler's runtime library (${use[0]}); write it without`);
    files.set(name, format(project, name, readableNames(text)));
  }
  return files;
}

/** The transpiler names a module's table after its file and writes a hyphen as `_2D`; readers prefer an underscore. */
function readableNames(text: string): string {
  return text.replace(/\b____\w*_2D\w*/g, (name) => name.replaceAll("_2D", "_"));
}

function formatDiagnostics(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => "\n",
  });
}

function format(project: Project, name: string, text: string): string {
  const source = join(project.source, relative(project.output === "kong/plugins" ? "." : project.output, name)).replace(
    /\.lua$/,
    ".ts",
  );
  const config = stylua.Config.new();
  config.syntax = stylua.LuaVersion.LuaJIT;
  config.column_width = 140;
  config.indent_type = stylua.IndentType.Spaces;
  config.indent_width = 2;
  const banner = `-- Transpiled from ${source} by \`npm run build\`: edit that file, not this one.\n`;
  return stylua.formatCode(banner + text, config, undefined, stylua.OutputVerification.None);
}

/** luacheck reads the files as they would be written: an undefined global is an error of the build. */
function findUndefinedGlobals(files: Map<string, string>): void {
  const folder = mkdtempSync(join(tmpdir(), "build-"));
  try {
    for (const [name, text] of files) writeTo(join(folder, name), text);
    const check = spawnSync(
      "luacheck",
      ["--config", join(root, ".luacheckrc"), "--only", "11", "--codes", "--no-color", "-q", "."],
      { cwd: folder, encoding: "utf8" },
    );
    if (check.error !== undefined)
      throw new BuildError("luacheck is not installed (Debian: apt-get install lua-check)");
    if (check.status !== 0) throw new BuildError(check.stdout + check.stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeTo(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function luaFilesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".lua"))
    .map((name) => join(folder, name));
}

function stale(project: Project, files: Map<string, string>): string[] {
  return luaFilesBelow(project.output).filter((name) => !files.has(name));
}

function differences(files: Map<string, string>): string[] {
  return [...files]
    .filter(([name, text]) => !existsSync(join(root, name)) || readFileSync(join(root, name), "utf8") !== text)
    .map(([name]) => name);
}

/** A rockspec lists each Lua file by name: its list is written here, so that it can be neither longer nor shorter than what is built. */
function rockspecs(files: Map<string, string>): Map<string, string> {
  const written = new Map<string, string>();
  const specs = [...readdirSync(root), ...readdirSync(join(root, "rockspecs")).map((name) => join("rockspecs", name))];
  for (const name of specs.filter((path) => path.endsWith(".rockspec"))) {
    const plugin = /kong-plugin-([a-z-]+)-\d/.exec(name)?.[1] ?? "";
    const modules = [...files.keys()]
      .filter((file) => file.startsWith(`kong/plugins/${plugin}/`))
      .sort()
      .map((file) => `    ["${file.replace(/\.lua$/, "").replaceAll("/", ".")}"] = "${file}",\n`);
    const text = readFileSync(join(root, name), "utf8");
    written.set(
      name,
      text.replace(
        /(\n {2}modules = \{\n)[^}]*( {2}\},?\n)/,
        (_all, head: string, tail: string) => head + modules.join("") + tail,
      ),
    );
  }
  return written;
}

function build(check: boolean): void {
  const projects = [plugins, gateway].filter((project) => existsSync(join(root, project.configuration)));
  const built = projects.map((project) => ({ project, files: transpile(project) }));
  for (const { files } of built) findUndefinedGlobals(files);
  if (check) {
    const [committed] = built;
    if (committed === undefined) return;
    const wrong = [
      ...differences(committed.files),
      ...stale(committed.project, committed.files),
      ...differences(rockspecs(committed.files)),
    ];
    if (wrong.length > 0)
      throw new BuildError(
        `these files are not what src/ gives; run \`npm run build\` and commit:\n${wrong.join("\n")}`,
      );
    console.log(`${committed.files.size} Lua files are what src/ gives`);
    return;
  }
  for (const { project, files } of built) {
    for (const name of stale(project, files)) rmSync(join(root, name));
    for (const name of differences(files)) writeTo(join(root, name), files.get(name) ?? "");
    if (project === plugins) for (const [name, text] of rockspecs(files)) writeTo(join(root, name), text);
    console.log(`${project.output}: ${files.size} Lua files`);
  }
}

try {
  build(process.argv.includes("--check"));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(error.message);
  process.exit(1);
}
