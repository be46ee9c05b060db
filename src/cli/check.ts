import { loadConfig } from "../config/load.ts";
import { checkFiles, type Check } from "../generate/check.ts";
import { outFolder } from "./out-folder.ts";

/** What `check` is told. */
export interface CheckOptions {
  readonly config: string;
  /** The folder that the generated files stand under. */
  readonly out: string;
}

/**
 * Checks the config and the generated files, one line a check on standard output. Gives the exit code: 1 when a check
 * failed. Throws a Problem for a bad config.
 */
export async function checkCommand({ config: path, out }: CheckOptions): Promise<number> {
  const config = await loadConfig(path, process.env, true);
  process.stdout.write("ok       config\n");
  let failed = 0;
  for await (const check of checkFiles(config, outFolder(out))) {
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
