import { chmodSync, existsSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import { storeFile, storeFiles } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";
import { checkOwnFile } from "./private-directory.ts";

/**
 * Moves the store of 0.1.0 from the state directory into the store's own. A store that is there already stays, with a
 * warning. Throws a `Problem` when another process uses it, or its files are not this user's regular files.
 */
export async function moveFromEarlierPlace(stateDir: string, storeDir: string, log: Log): Promise<void> {
  if (!existsSync(join(stateDir, storeFile))) return;
  if (existsSync(join(storeDir, storeFile))) {
    const what = { file: join(stateDir, storeFile), used: join(storeDir, storeFile) };
    log.warn(what, "an earlier release wrote state beside the store in use; it is ignored: remove it");
    return;
  }
  const lock = await lockDirectory(stateDir, log);
  try {
    for (const name of storeFiles) checkOwnFile(join(stateDir, name), storeDir);
    // The lock file first: a crash in between leaves the store where it is looked for.
    for (const name of storeFiles.toReversed()) {
      if (!existsSync(join(stateDir, name))) continue;
      renameSync(join(stateDir, name), join(storeDir, name));
      // Others may write to the state directory, and have put a link there meanwhile; to the store's own they may not.
      checkOwnFile(join(storeDir, name), storeDir);
      chmodSync(join(storeDir, name), 0o600);
    }
  } finally {
    await lock.release();
  }
  for (const name of readdirSync(stateDir)) {
    if (/^owner-\d+$/u.test(name) && lstatSync(join(stateDir, name)).isSocket()) rmSync(join(stateDir, name));
  }
  log.info({ from: stateDir, to: storeDir }, "moved the state of an earlier release into the store's own directory");
}

/** Refuses to start anew while state of 0.1.0 cannot be moved on a full disk: later it would be counted on top. */
export function refuseUnmoved(stateDir: string, storeDir: string): void {
  if (!existsSync(join(stateDir, storeFile)) || existsSync(join(storeDir, storeFile))) return;
  throw new Problem(`cannot move the state of an earlier release from ${stateDir} to ${storeDir}: the disk is full`, {
    details: ["free disk space"],
  });
}
