import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "../log.ts";
import { errorMessage, Problem } from "../problem.ts";
import { damagedExitCode } from "./layout.ts";

/** For so long it is waited until a store is read (ms): a slow disk must not keep the daemon from starting. */
const patienceMs = 60_000;
/** By these a process ends through what it does itself. Any other signal was sent by somebody: it says nothing of the store. */
const crashes: ReadonlySet<string> = new Set(["SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"]);

/**
 * What is wrong with a store's file, in words; undefined when nothing is, or there is none. A process of its own reads it:
 * a damaged file would end this one (by SIGBUS or SIGSEGV), at every start anew.
 *
 * @throws a `Problem` when this user has no right to read and write it, which makes it no worse.
 */
export async function damageOf(path: string, log: Log): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  checkRights(path);
  if (statSync(path).size === 0) return "it is empty";
  const here = fileURLToPath(import.meta.url);
  const program = fileURLToPath(new URL(`./verify${extname(here)}`, import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, path],
      { timeout: patienceMs, killSignal: "SIGKILL" },
      (error, _out, stderr) => {
        if (error === null) resolve(undefined);
        else if (error.code === damagedExitCode) resolve(`it is damaged: ${stderr}`);
        else if (typeof error.signal === "string" && crashes.has(error.signal))
          resolve(`it is damaged: reading it ends a process by ${error.signal}`);
        else {
          const why = typeof error.signal === "string" ? `its reader was ended by ${error.signal}` : error.message;
          log.warn({ reason: why }, "the state could not be verified, and is taken for sound");
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
      details: ["give this user the right to read and write it, or another directory: --state DIR"],
      cause: error,
    });
  }
}
