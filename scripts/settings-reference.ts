/**
 * Writes docs/settings.md from the settings of both plugins, so that the reference says what the schema says. `--check` writes nothing and fails
 * where the page differs.
 *
 * The settings are read from the syntax of settings.ts: running it would need Lua.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "docs/settings.md");

type Value = string | number | boolean | undefined | Value[] | { [name: string]: Value };
interface Field {
  [attribute: string]: Value;
}

const plugins = ["token-introspection", "mtls-auth"];

function valueOf(node: ts.Expression): Value {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return valueOf(node.expression);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isPrefixUnaryExpression(node)) return -Number(valueOf(node.operand as ts.Expression));
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isBinaryExpression(node)) return String(valueOf(node.left)) + String(valueOf(node.right));
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(valueOf);
  if (ts.isObjectLiteralExpression(node)) {
    const value: { [name: string]: Value } = {};
    for (const property of node.properties) {
      if (ts.isPropertyAssignment(property))
        value[property.name.getText().replace(/^"|"$/g, "")] = valueOf(property.initializer);
    }
    return value;
  }
  // A validator: what it says stands in the description.
  return undefined;
}

function settingsOf(plugin: string): [string, Field][] {
  const file = join(root, "src/kong/plugins", plugin, "settings.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ESNext, true);
  let found: Value;
  source.forEachChild((node) => {
    if (!ts.isVariableStatement(node)) return;
    for (const declaration of node.declarationList.declarations) {
      if (declaration.name.getText() === "settings" && declaration.initializer !== undefined)
        found = valueOf(declaration.initializer);
    }
  });
  if (!Array.isArray(found)) throw new Error(`${file}: there is no list named settings`);
  return found.flatMap((entry) => Object.entries(entry as { [name: string]: Field }));
}

function typeText(field: Field): string {
  const element = (name: string): string => typeText((field[name] ?? {}) as Field);
  if (field["type"] === "array" || field["type"] === "set") return `list of ${element("elements")}s`;
  if (field["type"] === "map") return `map of ${element("keys")} to ${element("values")}`;
  return String(field["type"]);
}

function limitsText({ between, gt }: Field): string | undefined {
  if (!Array.isArray(between)) return gt === undefined ? undefined : `more than ${String(gt)}`;
  const [least, most] = between.map(String);
  return gt === undefined ? `${least} to ${most}` : `more than ${String(gt)}, to ${most}`;
}

function valuesText(field: Field): string {
  const parts: string[] = [];
  const elements = (field["elements"] ?? {}) as Field;
  for (const choices of [field["one_of"], elements["one_of"]]) {
    if (Array.isArray(choices)) parts.push(choices.map((choice) => `\`${String(choice)}\``).join(", "));
  }
  const range = limitsText(field);
  if (range !== undefined) parts.push(range);
  if (field["referenceable"] === true) parts.push("referenceable");
  if (field["encrypted"] === true) parts.push("encrypted");
  return parts.join("; ");
}

function defaultText(field: Field): string {
  const value = field["default"];
  if (value === undefined) return "";
  return Array.isArray(value) ? value.map((element) => `\`${String(element)}\``).join(", ") : `\`${String(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function render(): string {
  const lines = [
    "# Settings",
    "",
    "Written from the plugins' schemas by `npm run docs`; change a description there, not here.",
    "",
  ];
  for (const plugin of plugins) {
    lines.push(`## ${plugin}`, "", "| setting | type | default | values | meaning |", "|---|---|---|---|---|");
    for (const [name, field] of settingsOf(plugin)) {
      const cells = [
        `\`${name}\``,
        typeText(field),
        defaultText(field),
        valuesText(field),
        String(field["description"] ?? ""),
      ];
      lines.push(`| ${cells.map(cell).join(" | ")} |`);
    }
    lines.push("");
  }
  return lines.join("\n");
}

const text = render();
if (process.argv.includes("--check")) {
  if (readFileSync(page, "utf8") !== text) {
    console.error("docs/settings.md is not what the schemas give; run `npm run docs` and commit");
    process.exit(1);
  }
} else {
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, text);
}
