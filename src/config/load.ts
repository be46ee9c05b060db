import { access, constants, readFile, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse.ts";

type Reader = (file: string, withFunctions: boolean) => Promise<unknown>;

// Parsers are loaded on demand: the compiler and the YAML parser take a third of a command's start time.
const evaluated: Reader = async (file, withFunctions) =>
  (await import("./evaluate.ts")).evaluateModule(file, withFunctions);
const json: Reader = async (file) => (await import("./json-text.ts")).readJson(await readFile(file, "utf8"), file);
const yaml: Reader = async (file) => (await import("./yaml-text.ts")).readYaml(await readFile(file, "utf8"), file);

/** Readers of config files by extension. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [".ts", evaluated],
  [".mts", evaluated],
  [".js", evaluated],
  [".mjs", evaluated],
  [".json", json],
  [".yaml", yaml],
  [".yml", yaml],
]);

/**
 * Loads and validates a config file. Every call reads the file and its imports again. `env` provides `{ env }` fields.
 * `extend.changeRules` is present only `withFunctions`. Throws a `Problem` with exit code 2 for any fault.
 */
export async function loadConfig(
  path: string,
  env: NodeJS.ProcessEnv = process.env,
  withFunctions = false,
): Promise<Config> {
  const file = resolve(path);
  const read = readers.get(extname(file));
  if (read === undefined) {
    const known = [...readers.keys()].join(", ");
    throw new Problem(`${file}: unsupported file extension; expected one of ${known}`, { exitCode: 2 });
  }
  await checkReadable(file);
  return parseConfig(await read(file, withFunctions), file, env);
}

async function checkReadable(file: string): Promise<void> {
  let isDirectory: boolean;
  try {
    isDirectory = (await stat(file)).isDirectory();
    await access(file, constants.R_OK);
  } catch (error) {
    const code = errorCode(error);
    const text =
      code === "ENOENT" || code === "ENOTDIR"
        ? "no such file; specify the config with --config FILE"
        : `cannot read the file: ${errorMessage(error)}`;
    throw new Problem(`${file}: ${text}`, { exitCode: 2, cause: error });
  }
  if (isDirectory) throw new Problem(`${file}: is a directory; specify the config file in it`, { exitCode: 2 });
}
