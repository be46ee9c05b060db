import { printableText } from "../decode/printable.ts";
import type { JsonValue } from "../serializable.ts";

/** A key of the config with its value and the evidence for it. */
export interface Entry {
  readonly key: string;
  readonly value: JsonValue | Block | readonly Block[];
  readonly note?: string;
}

/** An object of the config, key by key. */
export interface Block {
  readonly entries: readonly Entry[];
}

/** The language of a config file. */
export type Language = "ts" | "yaml";

const maxNoteLength = 300;

/** The value that a block is to whoever reads the file. */
export function valueOf(block: Block): { readonly [key: string]: JsonValue } {
  return Object.fromEntries(
    block.entries.map(({ key, value }) => [
      key,
      isBlocks(value) ? value.map(valueOf) : isBlock(value) ? valueOf(value) : value,
    ]),
  );
}

/** Writes a config with a comment above each key that has one; `remarks` are comments at the end. */
export function configText(
  config: Block,
  heads: readonly string[],
  remarks: readonly string[],
  language: Language,
): string {
  const mark = language === "ts" ? "//" : "#";
  const comment = (text: string): string => `${mark} ${printableText(text)}\n`;
  const head = heads.map(comment).join("");
  if (language === "yaml") {
    return head + config.entries.map((entry) => yamlEntry(entry, "")).join("") + remarks.map(comment).join("");
  }
  const body =
    config.entries.map((entry) => tsEntry(entry, "  ")).join("") + remarks.map((one) => `  ${comment(one)}`).join("");
  return `import { defineConfig } from "model-quality-exporter";\n\n${head}export default defineConfig({\n${body}});\n`;
}

function tsEntry({ key, value, note }: Entry, indent: string): string {
  const comment = note === undefined ? "" : `${indent}// ${commentText(note)}\n`;
  return `${comment}${indent}${tsKey(key)}: ${tsValue(value, indent)},\n`;
}

function tsValue(value: Entry["value"], indent: string): string {
  const inner = `${indent}  `;
  if (isBlocks(value)) return `[\n${value.map((one) => `${inner}${tsValue(one, inner)},\n`).join("")}${indent}]`;
  if (isBlock(value)) return `{\n${value.entries.map((entry) => tsEntry(entry, inner)).join("")}${indent}}`;
  return tsJson(value);
}

function tsJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(tsJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return literal(value);
  const members = Object.entries(value).map(([key, one]) => `${tsKey(key)}: ${tsJson(one)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function tsKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/u.test(key) && key !== "__proto__"
    ? key
    : key === "__proto__"
      ? `["__proto__"]`
      : literal(key);
}

function yamlEntry(entry: Entry, indent: string): string {
  const { key, value, note } = entry;
  const comment = note === undefined ? "" : `${indent}# ${commentText(note)}\n`;
  const name =
    /^[A-Za-z_]\w*$/u.test(key) && !/^(?:null|true|false|yes|no|on|off|y|n)$/iu.test(key) ? key : literal(key);
  const inner = `${indent}  `;
  if (isBlock(value))
    return `${comment}${indent}${name}:\n${value.entries.map((one) => yamlEntry(one, inner)).join("")}`;
  if (!isBlocks(value)) return `${comment}${indent}${name}: ${yamlJson(value)}\n`;
  const items = value.map((one) => {
    const text = one.entries.map((each) => yamlEntry(each, `${inner}  `)).join("");
    // The comment of the first key stands above the dash.
    const [, comments = "", rest = ""] = /^((?: *#.*\n)*)([^]*)$/u.exec(text) ?? [];
    return `${comments}${inner}- ${rest.trimStart()}`;
  });
  return `${comment}${indent}${name}:\n${items.join("")}`;
}

/** JSON is YAML too. */
function yamlJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(yamlJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return literal(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${literal(key)}: ${yamlJson(one)}`)
    .join(", ")} }`;
}

/** A literal of JSON, in which no character is invisible or ends a line. */
function literal(value: JsonValue): string {
  return JSON.stringify(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (char) =>
    Array.from({ length: char.length }, (_unit, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  );
}

/** Text that stays in its comment: one line, without anything that steers a terminal. */
function commentText(text: string): string {
  const line = printableText(text);
  return line.length > maxNoteLength ? `${line.slice(0, maxNoteLength)}...` : line;
}

/** Writes a JSON value in a language, on one line: for comments that are to become code. */
export function inlineText(key: string, value: JsonValue, language: Language): string {
  return language === "ts" ? `${tsKey(key)}: ${tsJson(value)},` : `${literal(key)}: ${yamlJson(value)}`;
}

function isBlocks(value: Entry["value"]): value is readonly Block[] {
  return Array.isArray(value) && value.length > 0 && value.every(isBlock);
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && "entries" in value && Array.isArray(value.entries);
}
