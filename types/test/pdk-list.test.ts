import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { program, sourceFile, toLua } from "./program.ts";

/** One line of the list. */
interface Entry {
  /** `kong.cache.get`, or `span:finish`. */
  path: string;
  /** Names of the parameters without self, `...` for the rest; undefined for what is no function. */
  parameters: string[] | undefined;
  /** Called with a colon. */
  colon: boolean;
  /** Type of a value, where the list names it. */
  value: string | undefined;
}

/** Lines where the list, walked while tracing was off, shows the functions of the no-op tracer or otherwise differs from what is to be called. */
const explained: Readonly<Record<string, { parameters?: string[]; colon?: boolean; why: string }>> = {
  "kong.plugin.get_id": { colon: false, why: "self is declared by Kong but not used; Kong documents the dot" },
  "kong.table.clear": { parameters: ["tab"], why: "a built-in function: Lua does not know its parameters" },
  "kong.table.new": { parameters: ["narr", "nrec"], why: "a built-in function: Lua does not know its parameters" },
  "kong.tracing.create_span": {
    parameters: ["tracer", "options"],
    why: "Kong's tracer passes all on to create_span(tracer, options)",
  },
  "kong.tracing.link_span": {
    parameters: ["tracer", "span", "name", "options"],
    why: "the no-op tracer takes nothing",
  },
  "kong.tracing.process_span": { parameters: ["processor", "..."], why: "the no-op tracer takes nothing" },
  "kong.tracing.set_should_sample": {
    parameters: ["should_sample"],
    colon: true,
    why: "the no-op tracer takes nothing",
  },
  "kong.tracing.get_sampling_decision": {
    parameters: ["parent_should_sample", "plugin_sampling_rate"],
    colon: true,
    why: "the no-op tracer takes nothing",
  },
};

/** Functions that are declared and not in the list. */
const extra: Readonly<Record<string, string>> = {
  "kong.log.inspect.on": "part of the callable kong.log.inspect",
  "kong.log.inspect.off": "part of the callable kong.log.inspect",
};

/** Tables of the list whose contents it does not show. */
const opaque = [
  "kong.cluster_events",
  "kong.configuration",
  "kong.ctx.plugin",
  "kong.ctx.shared",
  "kong.db",
  "kong.dns",
  "kong.timer",
  "kong.worker_events",
];

function parse(line: string): Entry {
  const match = /^([\w.]+(?::\w+)?)(?:\((.*)\)|: (\w+))?$/.exec(line);
  if (match === null) throw new Error(`not understood: ${line}`);
  const path = match[1] ?? "";
  const listed = match[2] === undefined ? undefined : match[2].split(", ").filter((name) => name !== "");
  const self = listed?.[0] === "self";
  return {
    path,
    parameters: self ? listed.slice(1) : listed,
    colon: self || path.includes(":"),
    value: match[3],
  };
}

const entries = readFileSync(new URL("./kong-pdk-3.9.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map(parse);

// `span` stands for the object that the list calls so.
const made = program({
  "snippet.ts": "declare const span: Kong.Span;\nexport const pdk = kong;\nexport const aSpan = span;\n",
});
const checker = made.getTypeChecker();
const file = sourceFile(made, "snippet.ts");
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol);

function typeOf(symbol: ts.Symbol | undefined, path: string): ts.Type {
  if (symbol === undefined) throw new Error(`${path} is not declared`);
  return checker.getTypeOfSymbolAtLocation(symbol, file);
}

const roots: Readonly<Record<string, ts.Type>> = {
  kong: typeOf(
    exported.find((symbol) => symbol.name === "pdk"),
    "kong",
  ),
  span: typeOf(
    exported.find((symbol) => symbol.name === "aSpan"),
    "span",
  ),
};

/** Type of what the path names; undefined when it is not declared. An index signature does not count. */
function find(path: string): ts.Type | undefined {
  const [root = "", ...names] = path.split(/[.:]/);
  let type = roots[root];
  for (const name of names) {
    const property = type === undefined ? undefined : checker.getPropertyOfType(type, name);
    type = property === undefined ? undefined : typeOf(property, path);
  }
  return type;
}

/** Parameters of the longest signature, `...` for the rest. */
function parameters(type: ts.Type): string[] {
  const all = type.getCallSignatures().map((signature) =>
    signature.getParameters().map((parameter) => {
      const declaration = parameter.valueDeclaration;
      return declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined
        ? "..."
        : parameter.name;
    }),
  );
  return all.reduce((longest, each) => (each.length > longest.length ? each : longest), []);
}

function documented(path: string): boolean {
  const [root = "", ...names] = path.split(/[.:]/);
  const last = names.pop();
  const owner = find([root, ...names].join("."));
  const symbol = owner === undefined || last === undefined ? undefined : checker.getPropertyOfType(owner, last);
  if (symbol === undefined) return false;
  const own = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const ofType = typeOf(symbol, path).getSymbol()?.getDocumentationComment(checker);
  return own !== "" || ts.displayPartsToString(ofType) !== "";
}

const functions = entries.filter((entry) => entry.parameters !== undefined);

describe("Kong 3.9's PDK, line by line", () => {
  it("has a list worth comparing with", () => {
    expect(entries.length).toBeGreaterThan(140);
    expect(new Set(entries.map((entry) => entry.path)).size).toBe(entries.length);
  });

  it.each(entries)("$path is declared and documented", (entry) => {
    expect(find(entry.path), "declared").toBeDefined();
    expect(documented(entry.path), "documented").toBe(true);
  });

  it.each(entries.filter((entry) => entry.value !== undefined))("$path is a $value", (entry) => {
    expect(checker.typeToString(find(entry.path) as ts.Type)).toBe(entry.value);
  });

  it.each(functions)("$path takes what the list says", (entry) => {
    const type = find(entry.path) as ts.Type;
    expect(type.getCallSignatures().length, "is a function").toBeGreaterThan(0);
    expect(parameters(type)).toEqual(explained[entry.path]?.parameters ?? entry.parameters);
  });

  it("explains only what differs", () => {
    for (const [path, { parameters: names, colon }] of Object.entries(explained)) {
      const entry = functions.find((each) => each.path === path);
      expect(entry, path).toBeDefined();
      const differs =
        (names !== undefined && names.join() !== entry?.parameters?.join()) ||
        (colon !== undefined && colon !== entry?.colon);
      expect(differs, path).toBe(true);
    }
  });

  it("becomes the call with the dot or the colon that Lua needs", () => {
    const call = (entry: Entry): string => {
      const type = find(entry.path) as ts.Type;
      const longest = type
        .getCallSignatures()
        .reduce((a, b) => (b.getParameters().length > a.getParameters().length ? b : a));
      return `${entry.path.replace(":", ".")}(${longest
        .getParameters()
        .map(() => "nothing")
        .join(", ")});`;
    };
    const lua = toLua(
      [
        "// eslint-disable-next-line",
        "declare const nothing: any;",
        "declare const span: Kong.Span;",
        "export function calls(this: void): void {",
        ...functions.map(call),
        "}",
      ].join("\n"),
    );
    for (const entry of functions) {
      const colon = explained[entry.path]?.colon ?? entry.colon;
      const name = entry.path.replace(":", ".");
      const expected = colon ? name.replace(/\.(\w+)$/, ":$1") : name;
      const others = lua.split("\n").map((line) => line.trim());
      expect(
        others.some((line) => line.startsWith(`${expected}(`)),
        `${expected}(`,
      ).toBe(true);
      const wrong = colon ? name : name.replace(/\.(\w+)$/, ":$1");
      expect(
        others.some((line) => line.startsWith(`${wrong}(`)),
        `${wrong}(`,
      ).toBe(false);
    }
  });

  it("declares no function that Kong does not have", () => {
    const listed = new Set([...entries.map((entry) => entry.path), ...Object.keys(extra)]);
    const unknown: string[] = [];
    const walk = (type: ts.Type, path: string): void => {
      for (const property of type.getProperties()) {
        const name = `${path}.${property.name}`;
        if (opaque.includes(name)) continue;
        const inner = typeOf(property, name);
        if (inner.getCallSignatures().length > 0 && !listed.has(name)) unknown.push(name);
        // Strings and numbers have properties too.
        if ((inner.flags & ts.TypeFlags.Object) !== 0) {
          if (inner.getCallSignatures().length === 0 || inner.getProperties().length > 0) walk(inner, name);
        }
      }
    };
    walk(roots["kong"] as ts.Type, "kong");
    expect(unknown).toEqual([]);
    const methods = (roots["span"] as ts.Type)
      .getProperties()
      .filter((each) => typeOf(each, each.name).getCallSignatures().length > 0);
    expect(methods.map((each) => `span:${each.name}`).filter((path) => !listed.has(path))).toEqual([]);
  });

  it("finds a missing line, so it can fail", () => {
    expect(find("kong.request.get_colour")).toBeUndefined();
    expect(parse("kong.cache.get(self, key, ...)")).toEqual({
      path: "kong.cache.get",
      parameters: ["key", "..."],
      colon: true,
      value: undefined,
    });
  });
});
