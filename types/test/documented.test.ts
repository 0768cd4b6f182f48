import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = ["kong", "openresty", "resty"].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(folder, name)),
);

/** Interfaces, methods and functions without a doc comment; of overloads the first one counts. */
function undocumented(name: string): string[] {
  const file = ts.createSourceFile(name, readFileSync(join(root, name), "utf8"), ts.ScriptTarget.ESNext, true);
  const seen = new Set<string>();
  const missing: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isMethodSignature(node) || ts.isFunctionDeclaration(node) || ts.isInterfaceDeclaration(node)) {
      const key = `${node.parent.pos}:${node.name?.getText() ?? ""}`;
      if (!seen.has(key) && ts.getJSDocCommentsAndTags(node).length === 0) missing.push(node.name?.getText() ?? "");
      seen.add(key);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return missing;
}

describe("doc comments", () => {
  it.each(files)("are on every interface and function of %s", (name) => {
    expect(undocumented(name)).toEqual([]);
  });
});
