import type { FieldLevel } from "../decode/field-survey.ts";
import { predictedField, type DecodeOptions, type PathRef } from "../decode/options.ts";
import { printableText } from "../decode/printable.ts";
import { quoted } from "./messages.ts";
import { nearest } from "./nearest.ts";

/** Limits of a message: names, and characters per name. */
const maxShown = 12;
const maxLength = 60;

/** Surveys of a source's lines without an outcome. */
interface Surveys {
  /** Fields of lines that lack a mapped one. */
  readonly survey: { readonly top: FieldLevel };
  /** Fields of lines that do not meet the conditions. */
  readonly leftOut: { readonly top: FieldLevel };
}

/** Finds fields of a source's config that no surveyed line has; undefined when there are none. */
export function sourceHint({ fields, where }: DecodeOptions, { survey, leftOut }: Surveys): string | undefined {
  const { labels, predicted, actual } = fields;
  const needed = [labels[0], predictedField(predicted), actual];
  const hints = [
    fieldHint(
      needed.filter((ref) => ref?.kind === "path"),
      survey.top,
    ),
    fieldHint(where, leftOut.top),
  ];
  return hints.filter(Boolean).join("; ") || undefined;
}

/** Finds paths that no surveyed line has, with the names seen there and the nearest; undefined when there are none. */
function fieldHint(paths: readonly Pick<PathRef, "path" | "steps">[], top: FieldLevel): string | undefined {
  if (top.below.size === 0) return undefined;
  const missing = paths.map(keysOf).filter((keys) => keys.length > 0 && !holds(top, keys));
  return missing.length === 0 ? undefined : [...new Set(missing.map((keys) => hintOf(keys, top)))].join("; ");
}

/** The keys of a path up to what is packed; the survey looks through arrays. */
function keysOf({ path, steps = [] }: Pick<PathRef, "path" | "steps">): readonly string[] {
  const packed = steps.findIndex(({ kind }) => kind === "decode");
  const open = packed < 0 ? steps : steps.slice(0, packed);
  return [...path, ...open.flatMap((step) => (step.kind === "keys" ? step.keys : []))];
}

/** Tells whether a path, or a dotted form of it, was seen. */
function holds({ below }: FieldLevel, path: readonly string[]): boolean {
  return path.some((_key, index) => {
    const next = below.get(path.slice(0, index + 1).join("."));
    return next !== undefined && (index + 1 === path.length || holds(next, path.slice(index + 1)));
  });
}

function hintOf(path: readonly string[], top: FieldLevel): string {
  let level = top;
  const above: string[] = [];
  let rest = path;
  for (;;) {
    const [key = "", ...others] = rest;
    const next = level.below.get(key);
    if (next === undefined || next.below.size === 0 || others.length === 0) break;
    above.push(key);
    [level, rest] = [next, others];
  }
  const all = [...level.below.keys()];
  const near = nearest(rest[0] ?? "", all) ?? nearest(rest.join("."), all);
  const listed = all.slice(0, maxShown).map(shown).join(", ") + (all.length > maxShown ? ", ..." : "");
  const where = above.length === 0 ? "" : ` in ${shown(above.join("."))}`;
  const meant = near === undefined ? "" : `; did you mean ${shown([...above, near].join("."))}?`;
  return `no line has the field ${shown(path.join("."))}; the fields seen${where} are ${listed}${meant}`;
}

function shown(name: string): string {
  const cut = name.length > maxLength ? `${name.slice(0, maxLength).replace(/\p{Cs}$/u, "")}...` : name;
  return printableText(quoted(cut));
}
