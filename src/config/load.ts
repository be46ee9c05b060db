import { access, constants, readFile, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse.ts";

type Reader = (file: string, withFunctions: boolean) => Promise<unknown>;

// Each kind loads its parser when it is met: the compiler and the YAML parser are a third of a command's start.
const evaluated: Reader = async (file, withFunctions) =>
  (await import("./evaluate.ts")).evaluateModule(file, withFunctions);
const json: Reader = async (file) => (await import("./json-yaml.ts")).readJson(await readFile(file, "utf8"), file);
const yaml: Reader = async (file) => (await import("./json-yaml.ts")).readYaml(await readFile(file, "utf8"), file);

/** How each kind of config file is read, by its extension. */
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
 * Reads and checks a config file. Every call reads anew, with all that the file imports, so that an edit is seen.
 * `env` answers `{ env }` fields. `extend.changeRules` is there only `withFunctions`, for those who call it. Throws a
 * `Problem` with exit code 2 for whatever is wrong with the file or in it.
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
    throw new Problem(`${file}: a config file ends in one of ${known}`, { exitCode: 2 });
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
        ? "there is no such file; name the config with --config FILE"
        : `cannot be read: ${errorMessage(error)}`;
    throw new Problem(`${file}: ${text}`, { exitCode: 2, cause: error });
  }
  if (isDirectory) throw new Problem(`${file}: is a directory; name the config file in it`, { exitCode: 2 });
}
