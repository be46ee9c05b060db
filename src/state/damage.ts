import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "../log.ts";
import { damagedExitCode } from "./layout.ts";

/** A damaged store may also make its reader run in circles. */
const patienceMs = 60_000;

/**
 * What is wrong with a store's file, in words; undefined when nothing is, or there is none. A process of its own reads it:
 * a damaged file would end this one (by SIGBUS or SIGSEGV), at every start anew.
 */
export async function damageOf(path: string, log: Log): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
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
        else if (typeof error.signal === "string")
          resolve(`it is damaged: reading it ends a process by ${error.signal}`);
        else {
          log.debug({ error: error.message }, "the state could not be verified");
          resolve(undefined);
        }
      },
    );
  });
}
