import * as z from "zod";
import { inputForm, type InputForm } from "./input-form.ts";
import { configSchema } from "./schema.ts";

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Makes the JSON Schema of the config, for editors of YAML and JSON; cross-checks are left to `check`. */
export function configJsonSchema(): JsonSchema {
  const defs: Record<string, JsonSchema> = {};
  const root = new Converter(defs).convert(configSchema({}));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "model-quality-exporter config",
    ...root,
    $defs: defs,
  };
}

/** Converts schemas by their `readAs` forms; named forms become definitions. */
class Converter {
  readonly #defs: Record<string, JsonSchema>;

  constructor(defs: Record<string, JsonSchema>) {
    this.#defs = defs;
  }

  convert(schema: z.core.$ZodType): JsonSchema {
    const json: JsonSchema = z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => {
        const form = inputForm(zodSchema);
        if (form === "code") jsonSchema.not = {};
        else if (form !== undefined) replace(jsonSchema, this.#form(form));
        // Keys that only code can express are omitted.
        for (const [key, property] of Object.entries(jsonSchema.properties ?? {})) {
          if (typeof property === "object" && property.not !== undefined) delete jsonSchema.properties?.[key];
        }
      },
    });
    // Only the root has `$schema`.
    delete json.$schema;
    return json;
  }

  #form({ name, schema }: InputForm): JsonSchema {
    if (name === undefined) return this.convert(schema());
    if (!Object.hasOwn(this.#defs, name)) {
      // Register the name first, for recursive forms.
      this.#defs[name] = {};
      this.#defs[name] = this.convert(schema());
    }
    return { $ref: `#/$defs/${name}` };
  }
}

/** Replaces zod's output for a transform by its form; keeps description and default. */
function replace(json: JsonSchema, form: JsonSchema): void {
  const { description = form.description, default: preset } = json;
  for (const key of Object.keys(json)) Reflect.deleteProperty(json, key);
  Object.assign(json, form, description !== undefined && { description }, preset !== undefined && { default: preset });
}
