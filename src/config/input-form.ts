import { z } from "zod";

/** What a user writes where a schema reads it; without a name it is written out wherever it stands. */
export interface InputForm {
  readonly name?: string | undefined;
  readonly schema: () => z.core.$ZodType;
}

const forms = new WeakMap<z.core.$ZodType, InputForm | "code">();

/**
 * Makes a schema that reads what a user writes with a function of its own. The form says what may be written, for JSON
 * Schema and the reference page; it checks nothing.
 */
export function readAs<Out>(form: InputForm, read: (value: unknown, ctx: z.RefinementCtx) => Out) {
  const schema = z.unknown().transform(read);
  forms.set(schema, form);
  return schema;
}

/** Marks a schema whose value only code can write, such as a function: JSON has no key for it. */
export function codeOnly<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  forms.set(schema, "code");
  return schema;
}

/** The form of a schema, or of the one that it was refined or described from; undefined when zod can see into it. */
export function inputForm(schema: z.core.$ZodType): InputForm | "code" | undefined {
  let here: z.core.$ZodType | undefined = schema;
  while (here !== undefined && !forms.has(here)) here = here._zod.parent;
  return here === undefined ? undefined : forms.get(here);
}
