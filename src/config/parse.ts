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
 * The config of what a config file exports. Throws one `Problem` (exit code 2) whose details are all that is wrong,
 * each with its path. `file` is the absolute path that relative globs start from; `env` answers `{ env }` fields.
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

/** The faults of one part of the config together, in the order of its parts; what is missing comes last. */
function bySection(faults: readonly Fault[], sections: readonly PropertyKey[]): Fault[] {
  const place = ({ path }: Fault): number => {
    const index = sections.findIndex((section) => section === path[0]);
    return index < 0 ? sections.length : index;
  };
  return faults.toSorted((a, b) => place(a) - place(b));
}
