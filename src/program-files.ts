/** True when running from source, under the tests, where threads need a TypeScript loader. */
const isFromSource = import.meta.url.endsWith(".ts");

/**
 * Locates a module that runs on its own, or a folder of files, by its path under `src` without extension. The built program
 * has it at the same path, and this module in its top folder.
 */
export function programFile(path: string): URL {
  const extension = path.endsWith("/") ? "" : isFromSource ? ".ts" : ".js";
  return new URL(`./${path}${extension}`, import.meta.url);
}

/** Options of Node for threads that run modules of this program. */
export const threadOptions: readonly string[] = isFromSource ? ["--import", "jiti/register"] : [];
