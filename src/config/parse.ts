import { Problem } from "../problem.ts";
import type { Config } from "./config.ts";
import { crosscheck } from "./crosscheck.ts";
import { faultText, type Fault } from "./fault.ts";
import { keys } from "./unchecked.ts";
import { resolveConfig } from "./resolve.ts";
import { configSchema } from "./schema.ts";
import { overlapFaults } from "./source-overlaps.ts";
import { wording } from "./messages.ts";

/**
 * Validates the value of a config file. Throws one `Problem` (exit code 2) with all faults and their paths as details.
 * Relative globs start at the folder of `file`, an absolute path; `env` provides `{ env }` fields.
 */
export function parseConfig(value: unknown, file: string, env: NodeJS.ProcessEnv): Config {
  const result = configSchema(env).safeParse(value, { error: wording, reportInput: true });
  const faults: Fault[] = result.success
    ? []
    : result.error.issues.map(({ path, message }) => ({ path, text: message }));
  faults.push(...crosscheck(value), ...overlapFaults(value, file));
  if (!result.success || faults.length > 0) {
    const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
    const details = bySection(faults, keys(value)).map(faultText);
    throw new Problem(`${file}: ${count} in the config`, { details, exitCode: 2 });
  }
  return resolveConfig(result.data, file, value);
}

/** Sorts faults by section in the order of the config; missing sections come last. */
function bySection(faults: readonly Fault[], sections: readonly PropertyKey[]): Fault[] {
  const place = ({ path }: Fault): number => {
    const index = sections.findIndex((section) => section === path[0]);
    return index < 0 ? sections.length : index;
  };
  return faults.toSorted((a, b) => place(a) - place(b));
}
