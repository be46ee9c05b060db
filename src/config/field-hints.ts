import type { FieldLevel } from "../decode/field-survey.ts";
import type { DecodeOptions, FieldRef } from "../decode/options.ts";
import { printableText } from "../decode/printable.ts";
import { quoted } from "./messages.ts";
import { nearest } from "./nearest.ts";

/** Limits of a message: names, and characters per name. */
const maxShown = 12;
const maxLength = 60;

/** Finds mapped fields that no surveyed line has, with the names seen there and the nearest; undefined when there are none. */
export function fieldHint({ model, predicted, actual }: MappedFields, top: FieldLevel): string | undefined {
  if (top.below.size === 0) return undefined;
  const hints = [model, predicted, actual].flatMap((ref) => {
    if (ref?.kind !== "path" || holds(top, ref.path)) return [];
    return [hintOf(ref.path, top)];
  });
  return hints.length === 0 ? undefined : [...new Set(hints)].join("; ");
}

/** The mapped fields that an outcome needs. */
interface MappedFields {
  readonly model: FieldRef | undefined;
  readonly predicted: FieldRef | undefined;
  readonly actual: FieldRef | undefined;
}

/** Lists the mapped fields that an outcome needs. */
export function neededFields({ labels, predicted, actual }: DecodeOptions["fields"]): MappedFields {
  return { model: labels[0], predicted: predicted?.kind === "score" ? predicted.score : predicted, actual };
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
