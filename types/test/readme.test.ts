import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { config, toLuaFiles } from "./program.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = "", code = ""]) => ({
  language,
  code,
}));
const code = blocks.filter((block) => block.language === "ts").map((block) => block.code);

describe("README", () => {
  it("shows a plugin that becomes the Lua that Kong loads", () => {
    const [schema = "", conf = "", handler = "", merged = ""] = code;
    const lua = toLuaFiles({
      "schema.ts": schema,
      "config.ts": conf,
      "handler.ts": handler,
      "merged.ts": `${merged}\nkong.db.my_entities.select({ id: "1" });\nexport {};\n`,
    });
    expect(lua["schema.lua"]).toContain("endpoint = typedefs.url({required = true})");
    expect(lua["schema.lua"]).not.toContain("____exports.");
    expect(lua["handler.lua"]).toContain("function ____exports.access(self, conf)");
    expect(lua["handler.lua"]).toContain("kong.cache:get(");
    expect(lua["handler.lua"]).toContain('return nil, "empty"');
    expect(lua["merged.lua"]).toContain('kong.db.my_entities:select({id = "1"})');
  });

  it("shows settings under which these declarations are tested", () => {
    const shown = JSON.parse(blocks.find((block) => block.language === "json")?.code ?? "") as {
      compilerOptions: { types: string[] };
      tstl: Record<string, unknown>;
    };
    expect(shown.compilerOptions.types.slice(0, 2)).toEqual(config.options.types);
    for (const [name, value] of Object.entries(shown.tstl)) expect(config.options[name], name).toEqual(value);
  });
});
