import { z } from "zod";
import { readAs } from "./input-form.ts";
import { instead, nearest } from "./nearest.ts";
import { expected, wording } from "./messages.ts";

/** What is asked of `object` beyond its keys. */
interface ObjectOptions {
  /** Keys that are refused in words of their own, and the key that stands in for them. */
  readonly refused?: Readonly<Record<string, { readonly text: string; readonly instead: string }>>;
  /** What the object is, for the message about something else; default `an object`. */
  readonly what?: string;
  /** The name of the type that users know it by. */
  readonly name?: string;
}

/**
 * An object of exactly these keys. Unlike zod's own strict object it reports each unknown key at the key's own path,
 * with the key that was meant, and beside the faults of the other keys. A key that is missing only because it is
 * misspelt is not reported twice.
 */
export function object<Shape extends z.ZodRawShape>(shape: Shape, options: ObjectOptions = {}) {
  const inner = z.object(shape);
  const names = Object.keys(shape);
  const refused = new Map(Object.entries(options.refused ?? {}));
  const form = { name: options.name, schema: () => z.strictObject(shape) };
  return readAs(form, (value, ctx): z.output<typeof inner> => {
    if (!isObject(value)) return refuse(ctx, expected(options.what ?? "an object")({ input: value }));
    const meant = new Set<PropertyKey | undefined>();
    for (const key of Object.keys(value)) {
      if (names.includes(key)) continue;
      meant.add(refused.get(key)?.instead ?? nearest(key, names));
      refuse(ctx, refused.get(key)?.text ?? `unknown key${instead(key, names, "keys")}`, [key]);
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
 * An object whose keys are names of the user's choice, as a Map in the order of the keys. zod's record drops the key
 * `__proto__`; here it is a name like any other. `item` gives the schema for what stands under a name.
 */
export function namedMap<T>(
  item: (name: string) => z.ZodType<T>,
  what: string,
  keyFault: (key: string) => string | undefined = noName,
) {
  return readAs({ schema: () => z.record(z.string(), item("name")) }, (value, ctx): Map<string, T> => {
    if (!isObject(value)) return refuse(ctx, expected(what)({ input: value }));
    if (hasForeignPrototype(value)) {
      return refuse(ctx, 'a key __proto__ in braces is lost in JavaScript; write it in brackets: ["__proto__"]');
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

function noName(key: string): string | undefined {
  return key === "" ? "a name must not be empty" : undefined;
}

/**
 * Checks `value` with another schema inside a transform and hands its faults on, under `key` when there is one;
 * undefined when there were any.
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

/** Whether a value is an object with keys: not null, not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Plain objects of another realm have another `Object.prototype`, but none of them has a grandparent. */
function hasForeignPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype === "object" && prototype !== null && Object.getPrototypeOf(prototype) !== null;
}
