import { averagedMetrics, averages, classMetrics, windowMetrics } from "../../src/quality/metrics.ts";
import { configJsonSchema, type JsonSchema } from "../../src/config/json-schema.ts";

/** Types of which some keys name others of the config: they are made of these by hand, in user-config.ts. */
const madeByHand: readonly string[] = [
  "UserConfig",
  "WindowInput",
  "SeverityInput",
  "SeverityKeys",
  "RawReceiverInput",
];

/** The files of types, each with the types that stand in it: all that its own needs and no other does. */
const rooms: readonly (readonly [name: string, roots: readonly string[]])[] = [
  ["source-input", ["SourceInput"]],
  ["receiver-input", ["ReceiverInput"]],
  ["extend-keys", ["ExtendKeys"]],
  ["influxdb-input", ["InfluxdbInput"]],
];

/** Types that are written by hand, with the files that they stand in. */
const elsewhere = { RawReceiverInput: "./extend-input.ts", WindowInput: "./user-config.ts" };

const notice = "// Written by `npm run docs` from the schema: edits are lost.";

/** What users write, as the schema has it: files of src/config by name, and `input-types.ts`, which gives all of them. */
export function configTypes(): ReadonlyMap<string, string> {
  const defs = new Map(Object.entries(configJsonSchema().$defs ?? {}).filter(([name]) => !madeByHand.includes(name)));
  const fileOf = (name: string): string => {
    const room = rooms.find(([, roots]) => reached(roots, defs).has(name));
    return `${room?.[0] ?? "section-input"}.ts`;
  };
  const places = new Map([...defs.keys()].sort().map((name) => [name, fileOf(name)]));
  const files = [...new Set(places.values())].sort();
  const words_ = metricWords.map(
    ([name, meaning_, words]) => `/** ${meaning_} */\nexport type ${name} = ${union(words)};`,
  );
  return new Map([
    [
      "input-types.ts",
      [notice, files.map((file) => `export type * from "./${file}";`).join("\n"), ...words_].join("\n\n"),
    ],
    ...files.map((file) => [file, typesOf(file, places, defs)] as const),
  ]);
}

/** The source of one of the files. */
function typesOf(file: string, places: ReadonlyMap<string, string>, defs: ReadonlyMap<string, JsonSchema>): string {
  const types = [...places].flatMap(([name, place]) => {
    const def = defs.get(name);
    return place === file && def !== undefined ? [declaration(name, def)] : [];
  });
  const text = types.join("\n\n");
  const others = [...places]
    .filter(([, place]) => place !== file)
    .map(([name, place]) => [name, `./${place}`] as const);
  const used = [...others, ...Object.entries(elsewhere)].filter(([name]) =>
    new RegExp(`\\b${name}\\b`, "u").test(text),
  );
  const imports = [...new Set(used.map(([, place]) => place))].map((from) => {
    const names = used.flatMap(([name, place]) => (place === from ? [name] : []));
    return `import type { ${names.join(", ")} } from "${from}";`;
  });
  return [notice, ...(imports.length === 0 ? [] : [imports.sort().join("\n")]), text].join("\n\n");
}

/** The types that some need, themselves included. */
function reached(roots: readonly string[], defs: ReadonlyMap<string, JsonSchema>): Set<string> {
  const found = new Set(roots);
  for (const name of found) {
    const text = JSON.stringify(defs.get(name) ?? {});
    for (const [, next = ""] of text.matchAll(/#\/\$defs\/(\w+)/gu)) found.add(next);
  }
  return found;
}

/** The types of the words of metrics, so that an editor proposes those that go with a class or an average. */
const metricWords = [
  ["WindowMetric", "A metric of a whole model.", windowMetrics.map(({ word }) => word)],
  ["ClassMetric", "A metric of one class.", classMetrics.map(({ word }) => word)],
  ["AveragedMetric", "A metric that is averaged over classes.", averagedMetrics.map(({ word }) => word)],
  ["Average", "How the metric of a class is averaged over classes.", averages],
] as const;

function union(words: readonly unknown[]): string {
  return words.map((word) => JSON.stringify(word)).join(" | ");
}

function declaration(name: string, def: JsonSchema): string {
  const doc = comment(def.description ?? `The keys of ${words(name)}.`, "");
  return def.properties === undefined
    ? `${doc}export type ${name} = ${typeOf(def)};`
    : `${doc}export interface ${name} ${members(def)}`;
}

function members(def: JsonSchema): string {
  const required = new Set(def.required);
  const lines = Object.entries(def.properties ?? {}).map(([key, value]) => {
    const type = typeof value === "object" ? typeOf(value) : "unknown";
    const doc = typeof value === "object" ? comment(meaning(value), "  ") : "";
    return `${doc}  readonly ${key}${required.has(key) ? ": " : "?: undefined | "}${type};\n`;
  });
  return `{\n${lines.join("")}}`;
}

/** What a key means, with its default and its range. */
export function meaning(value: JsonSchema): string {
  const text = value.description ?? "";
  const preset =
    value.default === undefined || isEmpty(value.default) ? [] : [`default \`${JSON.stringify(value.default)}\``];
  const limits = [...preset, ...range(value)].join(", ");
  return limits === "" ? text : `${text} ${limits.charAt(0).toUpperCase()}${limits.slice(1)}.`;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string[] {
  if (minimum !== undefined && maximum !== undefined) return [`from ${minimum} to ${maximum}`];
  return exclusiveMinimum === undefined || exclusiveMaximum === undefined
    ? []
    : [`above ${exclusiveMinimum} and below ${exclusiveMaximum}`];
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function typeOf(def: JsonSchema): string {
  if (def.$ref !== undefined) return def.$ref.replace("#/$defs/", "");
  if (def.enum !== undefined) return union(def.enum);
  const options = def.anyOf ?? def.oneOf;
  if (options !== undefined) return options.map((option) => typeOf(schemaOf(option))).join(" | ");
  if (Array.isArray(def.type)) return def.type.join(" | ");
  if (def.type === undefined) return "unknown";
  if (def.type === "array") return `readonly (${typeOf(schemaOf(def.items))})[]`;
  if (def.type !== "object") return def.type === "integer" ? "number" : def.type;
  return def.properties === undefined
    ? `Readonly<Record<string, ${typeOf(schemaOf(def.additionalProperties))}>>`
    : members(def);
}

function comment(text: string, indent: string): string {
  return text === "" ? "" : `${indent}/** ${text.replaceAll("*/", "*\\/")} */\n`;
}

function words(name: string): string {
  return name
    .replace(/(?:Input|Keys)$/u, "")
    .replaceAll(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`)
    .toLowerCase();
}

/** A schema inside of another one; what is no single schema allows everything. */
function schemaOf(value: boolean | JsonSchema | readonly (boolean | JsonSchema)[] | undefined): JsonSchema {
  return typeof value === "object" && !isList(value) ? value : {};
}

function isList(value: JsonSchema | readonly unknown[]): value is readonly unknown[] {
  return Array.isArray(value);
}
