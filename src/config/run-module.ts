import { fileURLToPath } from "node:url";
import { createJiti, type Jiti } from "jiti";
import { errorCode, errorMessage } from "../problem.ts";
import { programFile } from "../program-files.ts";

/** The module for imports of `model-quality-exporter`, so that a config works without node_modules. */
const entry = fileURLToPath(programFile("index"));

/** Result of evaluating a config: its value, or a fault to append to the file's name. */
export type Outcome =
  | {
      readonly value: unknown;
      /** True when the function `extend.changeRules` was omitted from the value. */
      readonly leftOut?: boolean;
    }
  | { readonly fault: string };

/**
 * Evaluates the default export of a TypeScript or JavaScript file, calling functions and awaiting promises. Works on a
 * read-only file system, since nothing is cached on disk.
 */
export async function runModule(file: string): Promise<Outcome> {
  const jiti = makeLoader();
  try {
    const module: unknown = await jiti.import(file);
    if (typeof module === "object" && module !== null && "default" in module) {
      return { value: await valueOf(module.default) };
    }
    return { fault: ": has no default export; end it with `export default defineConfig({ ... })`" };
  } catch (error) {
    return { fault: `${lineIn(error, file)}: the config failed: ${reasonOf(error)}` };
  }
}

/** Loads the compiler, which is otherwise loaded with the first file. */
export function loadCompiler(): void {
  makeLoader().transform({ source: "", ts: true });
}

function makeLoader(): Jiti {
  return createJiti(import.meta.url, {
    fsCache: false,
    interopDefault: false,
    alias: { "model-quality-exporter": entry },
  });
}

async function valueOf(exported: unknown): Promise<unknown> {
  return await (isFactory(exported) ? exported() : exported);
}

function isFactory(value: unknown): value is () => unknown {
  return typeof value === "function";
}

/**
 * Describes an error of a config: the text of faults that the loader finds, and only the class of what the config threw,
 * since its text may hold a secret.
 */
function reasonOf(error: unknown): string {
  const text = (errorMessage(error).split("\n")[0] ?? "").trim();
  const isLoaders = loaderCodes.has(errorCode(error) ?? "") || text.startsWith("ParseError: ");
  return isLoaders ? text : `${classOf(error)} (its text is not shown, since it may hold a secret)`;
}

/** Codes of a missing module, a missing package and a missing export of a package. */
const loaderCodes: ReadonlySet<string> = new Set([
  "MODULE_NOT_FOUND",
  "ERR_MODULE_NOT_FOUND",
  "ERR_PACKAGE_PATH_NOT_EXPORTED",
]);

/** The class of an error, or the type of another thrown value. */
function classOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return `a thrown ${typeof error}`;
  const { name } = error.constructor;
  return /^[\w$]{1,60}$/u.test(name) ? name : "an error";
}

/** Location `:LINE` of an error in the config, if its stack has it. */
function lineIn(error: unknown, file: string): string {
  if (typeof error !== "object" || error === null || !("stack" in error)) return "";
  const stack = String(error.stack);
  const start = stack.indexOf(`${file}:`);
  const line = start < 0 ? undefined : /^\d+/u.exec(stack.slice(start + file.length + 1))?.[0];
  return line === undefined ? "" : `:${line}`;
}
