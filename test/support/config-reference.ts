import { configJsonSchema, type JsonSchema } from "../../src/config/json-schema.ts";
import { meaning } from "./config-types.ts";

/** The reference of the config's keys, docs/config.md, from the schema that checks them. */
export function configReference(): string {
  const { UserConfig: root = {}, ...others } = configJsonSchema().$defs ?? {};
  const sections = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    "# The keys of the config",
    "",
    "Written by `npm run docs` from the schema that checks a config. `model-quality-exporter check --json-schema` prints",
    "the same as a JSON Schema, for editors of YAML and JSON. What needs two keys to be right, `check` tells.",
    "",
    "## config",
    "",
    ...body(root),
    ...sections.flatMap(([name, def]) => ["", `## ${title(name)}`, "", ...body(def)]),
    "",
  ].join("\n");
}

/** A table of keys, or one for each form that a value may have. */
function body(def: JsonSchema): string[] {
  if (def.properties !== undefined) return table(def);
  if (def.anyOf === undefined) return [`${form(def)}.`];
  return schemas(def.anyOf).flatMap((option, index) => {
    const intro = index === 0 ? [] : ["", "or", ""];
    if (option.properties !== undefined) return [...intro, ...table(option)];
    return [...intro, option.description === undefined ? form(option) : `${form(option)}: ${option.description}`];
  });
}

function table(def: JsonSchema): string[] {
  const required = new Set(def.required);
  const rows = Object.entries(def.properties ?? {}).flatMap(([key, value]) => {
    if (typeof value !== "object") return [];
    const must = required.has(key) ? ["Must be given."] : [];
    return `| \`${key}\` | ${cell(form(value))} | ${cell([meaning(value), ...must].join(" "))} |`;
  });
  return ["| key | form | meaning |", "| --- | --- | --- |", ...rows];
}

/** The form of a value in words; what has a part of its own on the page is a link. */
function form(value: JsonSchema): string {
  if (value.$ref !== undefined) {
    const name = title(value.$ref.replace("#/$defs/", ""));
    return `[${name}](#${name})`;
  }
  if (value.enum !== undefined) return value.enum.map((word) => `\`${JSON.stringify(word)}\``).join(", ");
  if (value.anyOf !== undefined) return schemas(value.anyOf).map(form).join(" or ");
  if (value.type === "array") return `list of ${schemas([value.items]).map(form).join()}`;
  if (value.properties !== undefined) return `{ ${Object.keys(value.properties).join(", ")} }`;
  if (value.type === "object") {
    return `object of names, each ${schemas([value.additionalProperties]).map(form).join() || "any value"}`;
  }
  return [value.type ?? "any value"].flat().join(", ");
}

function title(name: string): string {
  return name
    .replace(/(?:Input|Keys)$/u, "")
    .replaceAll(/(?<=[a-z])[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)
    .replace(/^[A-Z]/u, (letter) => letter.toLowerCase());
}

function schemas(values: readonly unknown[]): JsonSchema[] {
  return values.filter((value): value is JsonSchema => typeof value === "object" && value !== null);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").trim();
}
