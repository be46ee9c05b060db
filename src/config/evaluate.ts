import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { errorMessage, Problem } from "../problem.ts";

/** What a config imports as `model-quality-exporter`: our own entry, so that a config works beside no node_modules. */
const entry = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../index.ts" : "../index.js", import.meta.url));

/**
 * The default export of a TypeScript or JavaScript config; of a function what it returns, and of a promise what it
 * gives. Nothing is cached, in memory or on disk: the next call sees every edit, and a read-only file system will do.
 * Throws a `Problem` for whatever goes wrong in the file.
 */
export async function evaluateModule(file: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    alias: { "model-quality-exporter": entry },
  });
  try {
    return await unwrap(defaultExport(await jiti.import(file), file));
  } catch (error) {
    if (error instanceof Problem && error.exitCode === 2 && error.message.startsWith(`${file}:`)) throw error;
    const at = lineIn(error, file);
    throw new Problem(`${file}${at}: the config cannot be run: ${firstLine(error)}`, { exitCode: 2, cause: error });
  }
}

function defaultExport(module: unknown, file: string): unknown {
  if (typeof module === "object" && module !== null && "default" in module) return module.default;
  const hint = "end it with `export default defineConfig({ ... })`";
  throw new Problem(`${file}: has no default export; ${hint}`, { exitCode: 2 });
}

async function unwrap(exported: unknown): Promise<unknown> {
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
