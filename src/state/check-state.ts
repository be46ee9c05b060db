import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorCode, errorMessage, Problem } from "../problem.ts";

const probe = fileURLToPath(new URL("probe.js", import.meta.url));

/**
 * Why the store's file cannot be used, or undefined when it can or is not there. Damaged pages would end the process that
 * reads them, so another one reads them first.
 *
 * @throws a `Problem` when this user has no right to read and write it.
 */
export function checkState(path: string): string | undefined {
  try {
    if (statSync(path).size === 0) return "it is empty";
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new Problem(`cannot use the state in ${path}: ${errorMessage(error)}`, {
      details: ["give this user the right to read and write it, or another directory: --state DIR"],
      cause: error,
    });
  }
  const { status, signal, stderr, error } = spawnSync(process.execPath, [probe, path], { encoding: "utf8" });
  // No process can be started: the store has to do without the probe.
  if (error !== undefined || status === 0) return undefined;
  const reason = /^\w*Error: .*$/mu.exec(stderr)?.[0] ?? `reading it ends a process with ${signal ?? String(status)}`;
  return `it is damaged: ${reason}`;
}
