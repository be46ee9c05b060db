import { resolve } from "node:path";
import { configJsonSchema } from "../config/json-schema.ts";
import { loadConfig } from "../config/load.ts";
import { checkFiles, type Check } from "../generate/check.ts";

/** What `check` is told. */
export interface CheckOptions {
  readonly config: string;
  /** The folder that the generated files stand under. */
  readonly out: string;
  /** Print the JSON Schema of the config, and check nothing. */
  readonly jsonSchema?: boolean;
}

/**
 * Checks the config and the generated files, one line a check on standard output. Gives the exit code: 1 when a check
 * failed. Throws a Problem for a bad config.
 */
export async function checkCommand({ config: path, out, jsonSchema }: CheckOptions): Promise<number> {
  if (jsonSchema === true) {
    process.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
    return 0;
  }
  const config = await loadConfig(path, process.env, true);
  process.stdout.write("ok       config\n");
  let failed = 0;
  for await (const check of checkFiles(config, resolve(out))) {
    if (check.outcome === "failed") failed += 1;
    process.stdout.write(checkLine(check));
  }
  return failed === 0 ? 0 : 1;
}

function checkLine({ outcome, what, detail }: Check): string {
  const [first = "", ...rest] = detail.trimEnd().split("\n");
  const reason = outcome === "skipped" && first !== "" ? `: ${first}` : "";
  const below =
    outcome === "failed" && detail !== "" ? [first, ...rest].map((line) => `         ${line}\n`).join("") : "";
  return `${outcome.padEnd(8)} ${what}${reason}\n${below}`;
}
