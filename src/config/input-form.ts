import * as z from "zod";

/** Documented form of a schema's input; unnamed forms are inlined. */
export interface InputForm {
  readonly name?: string | undefined;
  readonly schema: () => z.core.$ZodType;
}

const forms = new WeakMap<z.core.$ZodType, InputForm | "code">();

/**
 * Makes a schema that parses input by a function. The form documents the input for JSON Schema and the reference page;
 * it validates nothing.
 */
export function readAs<Out>(form: InputForm, read: (value: unknown, ctx: z.RefinementCtx) => Out) {
  const schema = z.unknown().transform(read);
  forms.set(schema, form);
  return schema;
}

/** Marks a schema whose value only code can express, such as a function; JSON Schema omits it. */
export function codeOnly<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  forms.set(schema, "code");
  return schema;
}

/** Finds the form of a schema or of its parents; undefined for schemas that zod can represent. */
export function inputForm(schema: z.core.$ZodType): InputForm | "code" | undefined {
  let here: z.core.$ZodType | undefined = schema;
  while (here !== undefined && !forms.has(here)) here = here._zod.parent;
  return here === undefined ? undefined : forms.get(here);
}
