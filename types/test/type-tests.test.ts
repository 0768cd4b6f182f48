import ts from "typescript";
import { describe, expect, it } from "vitest";
import { config, program, text } from "./program.ts";

describe("type tests", () => {
  it("compile, and every @ts-expect-error meets an error", () => {
    expect(config.errors).toEqual([]);
    expect(config.fileNames.filter((name) => name.endsWith(".test-d.ts")).length).toBeGreaterThanOrEqual(4);
    expect(text(ts.getPreEmitDiagnostics(program()))).toBe("");
  });
});
