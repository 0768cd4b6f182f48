import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

function run(command: string, ...arguments_: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, arguments_, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${arguments_.join(" ")}: ${error?.message ?? stdout + stderr}`);
  return stdout + stderr;
}

function luaFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".lua"))
    .sort();
}

describe("the rocks", () => {
  const tree = mkdtempSync(join(tmpdir(), "rocks-"));
  const installed = join(tree, "share/lua/5.1");
  afterAll(() => rmSync(tree, { recursive: true }));

  beforeAll(() => {
    run("luarocks", "--lua-version", "5.1", "make", "--deps-mode=none", "--tree", tree);
  }, 120_000);

  it("installs exactly token-introspection's files by `luarocks make` at the root", () => {
    const expected = luaFiles(join(root, "kong/plugins/token-introspection")).map(
      (name) => `kong/plugins/token-introspection/${name}`,
    );
    expect(luaFiles(installed)).toEqual(expected);
    for (const name of expected)
      expect(readFileSync(join(installed, name), "utf8")).toBe(readFileSync(join(root, name), "utf8"));
  });

  it("installs exactly mtls-auth's files from its own rockspec, and loads every module of both by name", () => {
    run(
      "luarocks",
      "--lua-version",
      "5.1",
      "make",
      "--deps-mode=none",
      "--tree",
      tree,
      "rockspecs/kong-plugin-mtls-auth-1.0.0-1.rockspec",
    );
    const expected = luaFiles(join(root, "kong/plugins")).map((name) => `kong/plugins/${name}`);
    expect(luaFiles(installed)).toEqual(expected);

    // The modules need ngx, so a spec loads them; each must come from the tree.
    const names = expected.map((file) => file.replace(/\.lua$/, "").replaceAll("/", "."));
    const spec = join(tree, "load_spec.lua");
    writeFileSync(
      spec,
      [
        `package.path = "${installed}/?.lua;" .. package.path`,
        `for _, name in ipairs({ ${names.map((name) => `"${name}"`).join(", ")} }) do`,
        `  describe(name, function()`,
        `    it("loads", function()`,
        `      assert.equal("${installed}/" .. name:gsub("%.", "/") .. ".lua", (assert(package.searchpath(name, package.path))))`,
        `      package.loaded[name] = nil`,
        `      assert.is_table(require(name))`,
        `    end)`,
        `  end)`,
        `end`,
      ].join("\n"),
    );
    const output = run("npx", "--no-install", "tsx", "gateway/busted.ts", spec);
    expect(output).toContain(`${names.length} successes / 0 failures / 0 errors`);
  }, 120_000);

  it("has one rockspec at the root, so that `luarocks make` needs no argument", () => {
    expect(readdirSync(root).filter((name) => name.endsWith(".rockspec"))).toHaveLength(1);
  });
});
