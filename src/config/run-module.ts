import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { errorMessage } from "../problem.ts";

/** What a config imports as `model-quality-exporter`: our own entry, so that a config works beside no node_modules. */
const entry = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../index.ts" : "../index.js", import.meta.url));

/** What running a config gave: its value, or what is wrong, to be put behind the file's name. */
export type Outcome =
  | {
      readonly value: unknown;
      /** The config has a function where it may have one (`extend.changeRules`), which is left out of the value. */
      readonly leftOut?: boolean;
    }
  | { readonly fault: string };

/**
 * The default export of a TypeScript or JavaScript file; of a function what it returns, and of a promise what it gives.
 * Nothing is cached on disk, so a read-only file system will do.
 */
export async function runModule(file: string): Promise<Outcome> {
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    interopDefault: false,
    alias: { "model-quality-exporter": entry },
  });
  try {
    const module: unknown = await jiti.import(file);
    if (typeof module === "object" && module !== null && "default" in module) {
      return { value: await valueOf(module.default) };
    }
    return { fault: ": has no default export; end it with `export default defineConfig({ ... })`" };
  } catch (error) {
    return { fault: `${lineIn(error, file)}: the config cannot be run: ${firstLine(error)}` };
  }
}

async function valueOf(exported: unknown): Promise<unknown> {
  return await (isMaker(exported) ? exported() : exported);
}

function isMaker(value: unknown): value is () => unknown {
  return typeof value === "function";
}

function firstLine(error: unknown): string {
  return (errorMessage(error).split("\n")[0] ?? "").trim();
}

/** `:LINE` of the config where the error arose, as far as its stack tells. */
function lineIn(error: unknown, file: string): string {
  if (typeof error !== "object" || error === null || !("stack" in error)) return "";
  const stack = String(error.stack);
  const start = stack.indexOf(`${file}:`);
  const line = start < 0 ? undefined : /^\d+/u.exec(stack.slice(start + file.length + 1))?.[0];
  return line === undefined ? "" : `:${line}`;
}
