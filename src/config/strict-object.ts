import * as z from "zod";
import { readAs } from "./input-form.ts";
import { suggestion, nearest } from "./nearest.ts";
import { expected, wording } from "./messages.ts";
import { isRecord } from "../serializable.ts";

/** Options of `object`. */
interface ObjectOptions {
  /** Rejected keys with their messages, and the keys to use instead. */
  readonly refused?: Readonly<Record<string, { readonly text: string; readonly instead: string }>>;
  /** Description in messages; default `an object`. */
  readonly what?: string;
  /** Name of the public type. */
  readonly name?: string;
}

/**
 * Schema of an object with exactly these keys. Unlike zod's strict object, it reports each unknown key at its own path,
 * with a suggestion, and together with the faults of other keys. A misspelt key is not also reported as missing.
 */
export function object<Shape extends z.ZodRawShape>(shape: Shape, options: ObjectOptions = {}) {
  const inner = z.object(shape);
  const names = Object.keys(shape);
  const refused = new Map(Object.entries(options.refused ?? {}));
  const form = { name: options.name, schema: () => z.strictObject(shape) };
  return readAs(form, (value, ctx): z.output<typeof inner> => {
    if (!isRecord(value)) return refuse(ctx, expected(options.what ?? "an object")({ input: value }));
    const meant = new Set<PropertyKey | undefined>();
    for (const key of Object.keys(value)) {
      if (names.includes(key)) continue;
      meant.add(refused.get(key)?.instead ?? nearest(key, names));
      refuse(ctx, refused.get(key)?.text ?? `unknown key${suggestion(key, names, "keys")}`, [key]);
    }
    const result = inner.safeParse(value, { error: wording, reportInput: true });
    if (result.success) return result.data;
    for (const { message, path } of result.error.issues) {
      const misspelt = path.length === 1 && meant.has(path[0]) && value[String(path[0])] === undefined;
      if (!misspelt) refuse(ctx, message, [...path]);
    }
    return z.NEVER;
  });
}

/**
 * Schema of an object with arbitrary names as keys, parsed to a Map in the order of the keys. Supports the key
 * `__proto__`, which zod's record drops. `item` makes the schema of the value under a name.
 */
export function namedMap<T>(
  item: (name: string) => z.ZodType<T>,
  what: string,
  keyFault: (key: string) => string | undefined = emptyName,
) {
  return readAs({ schema: () => z.record(z.string(), item("name")) }, (value, ctx): Map<string, T> => {
    if (!isRecord(value)) return refuse(ctx, expected(what)({ input: value }));
    if (hasForeignPrototype(value)) {
      return refuse(
        ctx,
        'JavaScript drops the key __proto__ in an object literal; write it in brackets: ["__proto__"]',
      );
    }
    const map = new Map<string, T>();
    for (const [key, entry] of Object.entries(value)) {
      const fault = keyFault(key);
      if (fault !== undefined) refuse(ctx, fault, [key]);
      const checked = delegate(item(key), entry, ctx, key);
      if (checked !== undefined) map.set(key, checked);
    }
    return map;
  });
}

function emptyName(key: string): string | undefined {
  return key === "" ? "a name must not be empty" : undefined;
}

/**
 * Validates `value` with another schema inside a transform, reporting its faults under `key` if given; undefined when
 * there are any.
 */
export function delegate<T>(schema: z.ZodType<T>, value: unknown, ctx: z.RefinementCtx, key?: string): T | undefined {
  const result = schema.safeParse(value, { error: wording, reportInput: true });
  if (result.success) return result.data;
  for (const { message, path } of result.error.issues) {
    refuse(ctx, message, key === undefined ? [...path] : [key, ...path]);
  }
  return undefined;
}

/** Reports a fault inside a transform. */
export function refuse(ctx: z.RefinementCtx, message: string, path: PropertyKey[] = []): never {
  ctx.addIssue({ code: "custom", message, path });
  return z.NEVER;
}

/** Detects a prototype other than `Object.prototype` of any realm, which has no prototype itself. */
function hasForeignPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype === "object" && prototype !== null && Object.getPrototypeOf(prototype) !== null;
}
