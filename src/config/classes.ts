import * as z from "zod";
import { canonicalClass } from "../decode/canonical-class.ts";
import { isFoldedClass } from "../window/folded-classes.ts";
import type { Fault } from "./fault.ts";
import { readAs } from "./input-form.ts";
import { className, listOf } from "./scalars.ts";
import { classOf, entries, list } from "./unchecked.ts";
import { isRecord } from "../serializable.ts";
import { delegate, namedMap, refuse } from "./strict-object.ts";
import { expected, quoted } from "./messages.ts";

const what = "a list of classes, or an object of classes and their other spellings";
const atLeastOne = "class; leave `classes` out when they are learned";
const names = listOf(className, what, atLeastOne);
const spellings = z.array(className, { error: expected("a list of other spellings of the class") });
const named = namedMap(
  () => spellings,
  what,
  () => undefined,
);

const classesForm = { name: "ClassesInput", schema: () => z.union([names, named]) };

/** Schema of `classes` of a model: canonical classes, each with its other spellings. */
export const classes = readAs(classesForm, (value, ctx): Map<string, readonly string[]> => {
  if (!isRecord(value)) return new Map((delegate(names, value, ctx) ?? []).map((name) => [name, []]));
  const given = delegate(named, value, ctx);
  if (given?.size === 0) return refuse(ctx, `expected at least one ${atLeastOne}`);
  return new Map([...(given ?? [])].map(([name, others]) => [canonicalClass(name), others]));
});

/** A declared class and its spellings, with their paths below `classes`. */
export interface DeclaredClass {
  readonly name: string;
  readonly path: readonly PropertyKey[];
  readonly spellings: readonly { readonly text: string; readonly path: readonly PropertyKey[] }[];
}

/** Extracts the declared classes from an unchecked value, without invalid items. */
export function declaredClasses(raw: unknown): DeclaredClass[] {
  if (isRecord(raw)) {
    return entries(raw).map(([key, others]) => ({
      name: canonicalClass(key),
      path: [key],
      spellings: list(others).flatMap((other, index) => {
        const text = classOf(other);
        return text === undefined ? [] : [{ text, path: [key, index] }];
      }),
    }));
  }
  return list(raw).flatMap((item, index) => {
    const name = classOf(item);
    return name === undefined ? [] : [{ name, path: [index], spellings: [] }];
  });
}

/** Message for a class with a reserved name. */
export function reservedText(name: string): string {
  return `${quoted(name)} is reserved for classes past the limit; choose another name`;
}

/** Finds faults among the classes at `path`. */
export function* classFaults(
  declared: readonly DeclaredClass[],
  path: readonly PropertyKey[],
  maxClasses: unknown,
): Generator<Fault> {
  const seen = new Set<string>();
  for (const { name, path: own } of declared) {
    if (seen.has(name)) {
      const key = String(own[0]);
      const text =
        typeof own[0] === "number" || key === name
          ? `${quoted(name)} is a duplicate`
          : `${quoted(key)} is the class ${quoted(name)}, a duplicate`;
      yield { path: [...path, ...own], text };
    }
    if (isFoldedClass(name)) yield { path: [...path, ...own], text: reservedText(name) };
    seen.add(name);
  }
  yield* spellingFaults(declared, path);
  if (typeof maxClasses === "number" && declared.length > maxClasses) {
    const text = `has ${declared.length} classes, more than limits.maxClasses (${maxClasses}); raise the limit`;
    yield { path, text };
  }
}

/** Finds spellings that are ambiguous or classes of their own. */
function* spellingFaults(declared: readonly DeclaredClass[], path: readonly PropertyKey[]): Generator<Fault> {
  const classNames = new Set(declared.map(({ name }) => name));
  const meant = new Map<string, string>();
  for (const { name, spellings: others } of declared) {
    for (const { text, path: own } of others) {
      const first = meant.get(text) ?? name;
      meant.set(text, first);
      const place = [...path, ...own];
      if (isFoldedClass(text)) yield { path: place, text: reservedText(text) };
      else if (text !== name && classNames.has(text)) {
        yield {
          path: place,
          text: `${quoted(text)} is a declared class; it cannot be a spelling of ${quoted(name)} as well`,
        };
      } else if (first !== name) {
        yield {
          path: place,
          text: `${quoted(text)} is already a spelling of ${quoted(first)}; a spelling belongs to one class`,
        };
      }
    }
  }
}
