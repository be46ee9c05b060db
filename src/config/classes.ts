import { z } from "zod";
import { classText } from "../decode/canonical-class.ts";
import { isFoldedName } from "../window/folded-classes.ts";
import type { Fault } from "./fault.ts";
import { readAs } from "./input-form.ts";
import { className, listOf } from "./scalars.ts";
import { classOf, entries, list } from "./unchecked.ts";
import { delegate, isObject, namedMap, refuse } from "./strict-object.ts";
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

/** `classes` of a model: each class, spelt as a log's are, with what else it is called there. */
export const classes = readAs(classesForm, (value, ctx): Map<string, readonly string[]> => {
  if (!isObject(value)) return new Map((delegate(names, value, ctx) ?? []).map((name) => [name, []]));
  const given = delegate(named, value, ctx);
  if (given?.size === 0) return refuse(ctx, `expected at least one ${atLeastOne}`);
  return new Map([...(given ?? [])].map(([name, others]) => [classText(name), others]));
});

/** A declared class, and where it and its other spellings stand below `classes`. */
export interface DeclaredClass {
  readonly name: string;
  readonly path: readonly PropertyKey[];
  readonly spellings: readonly { readonly text: string; readonly path: readonly PropertyKey[] }[];
}

/** The classes that a model declares, of what the user wrote; what is of no use there is left out. */
export function declaredClasses(raw: unknown): DeclaredClass[] {
  if (isObject(raw)) {
    return entries(raw).map(([key, others]) => ({
      name: classText(key),
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

/** Says why a class may not bear a name that is kept for classes past the limit. */
export function reservedText(name: string): string {
  return `${quoted(name)} is a name for classes past the limit; choose another`;
}

/** What is wrong with the classes that stand at `path`, taken together. */
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
          ? `${quoted(name)} stands in the list already`
          : `${quoted(key)} is the class ${quoted(name)}, which stands here already`;
      yield { path: [...path, ...own], text };
    }
    if (isFoldedName(name)) yield { path: [...path, ...own], text: reservedText(name) };
    seen.add(name);
  }
  yield* spellingFaults(declared, path);
  if (typeof maxClasses === "number" && declared.length > maxClasses) {
    const text = `holds ${declared.length} classes, more than limits.maxClasses (${maxClasses}); raise the limit`;
    yield { path, text };
  }
}

/** A spelling must mean one class. */
function* spellingFaults(declared: readonly DeclaredClass[], path: readonly PropertyKey[]): Generator<Fault> {
  const classNames = new Set(declared.map(({ name }) => name));
  const meant = new Map<string, string>();
  for (const { name, spellings: others } of declared) {
    for (const { text, path: own } of others) {
      const first = meant.get(text) ?? name;
      meant.set(text, first);
      const place = [...path, ...own];
      if (isFoldedName(text)) yield { path: place, text: reservedText(text) };
      else if (text !== name && classNames.has(text)) {
        yield {
          path: place,
          text: `${quoted(text)} is a class of its own; a spelling of ${quoted(name)} cannot be one`,
        };
      } else if (first !== name) {
        yield { path: place, text: `${quoted(text)} is a spelling of ${quoted(first)} already; it can mean one class` };
      }
    }
  }
}
