import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Log } from "../log.ts";
import { errorMessage, Problem } from "../problem.ts";
import { programFile } from "../program-files.ts";

/** Exit code of `verify` for a damaged store. */
export const damagedExitCode = 3;

/** Time limit of the check (ms): a slow disk must not prevent the start. */
const timeoutMs = 60_000;
/** Signals of a crash by the process itself; other signals come from outside and say nothing about the store. */
const crashes: ReadonlySet<string> = new Set(["SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"]);

/**
 * Checks a store's file; returns a description of the damage, or undefined for an intact or missing file. A child process
 * reads it, since reading a damaged file may crash the process (SIGBUS, SIGSEGV).
 *
 * @throws a `Problem` when this user lacks permission to read and write it.
 */
export async function findDamage(path: string, log: Log): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  checkRights(path);
  if (statSync(path).size === 0) return "it is empty";
  const program = fileURLToPath(programFile("state/verify"));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, path],
      { timeout: timeoutMs, killSignal: "SIGKILL" },
      (error, _out, stderr) => {
        if (error === null) resolve(undefined);
        else if (error.code === damagedExitCode) resolve(`it is damaged: ${stderr}`);
        else if (typeof error.signal === "string" && crashes.has(error.signal))
          resolve(`it is damaged: reading it crashes with ${error.signal}`);
        else {
          const why = typeof error.signal === "string" ? `the check was ended by ${error.signal}` : error.message;
          log.warn({ reason: why }, "cannot verify the state; assuming it is intact");
          resolve(undefined);
        }
      },
    );
  });
}

function checkRights(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new Problem(`cannot use the state in ${path}: ${errorMessage(error)}`, {
      details: ["give this user permission to read and write it, or choose another directory: --state DIR"],
      cause: error,
    });
  }
}
