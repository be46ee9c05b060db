import * as z from "zod";
import type { Condition } from "../decode/options.ts";
import { levelsOf } from "../decode/options.ts";
import { parsePath, pathMessage } from "./event-path.ts";
import { readAs } from "./input-form.ts";
import { expected } from "./messages.ts";
import { listOf, word } from "./scalars.ts";
import { delegate, namedMap } from "./strict-object.ts";

const aValue = "a text, a number, true or false, or a list of them";
const list = listOf(word, aValue, "value");
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Schema of the values that a field may have: one, or a list. */
const values = readAs({ schema: () => z.union([scalar, z.array(scalar).min(1)]) }, (value, ctx): string[] => {
  if (Array.isArray(value)) return delegate(list, value, ctx) ?? z.NEVER;
  const one = word.safeParse(value);
  if (one.success) return [one.data];
  ctx.addIssue({ code: "custom", message: expected(aValue)({ input: value }) });
  return z.NEVER;
});

const conditionMap = namedMap(
  () => values,
  'an object of paths and values, like { event: "prediction" }',
  (path) => {
    const parsed = parsePath(path);
    if (parsed === undefined) return pathMessage(path);
    return levelsOf(parsed) > 0 ? "`[]` leads to several values: a condition is on one, like [0]" : undefined;
  },
);

/** Schema of `where`. */
export const where = conditionMap.transform((map): readonly Condition[] =>
  [...map].map(([path, texts]) => ({ path: [], ...parsePath(path), values: texts })),
);
