import type { Log } from "../log.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import { errorMessage } from "../problem.ts";
import { LateStore } from "./deferred-store.ts";
import { isOutOfRoom } from "./room.ts";
import { StateDirectory } from "./state-directory.ts";

/** Keeps what a restart must not lose. One process owns it, and what is committed together is found together. */
export interface Store {
  /** All entries whose key begins with this word, in no order that means anything. */
  entries(word: string): Iterable<readonly [EntryKey, Plain]>;
  /**
   * Writes the entries down in one transaction: after a crash all of them are there or none. Resolves when they are on the
   * disk; rejects with a `Problem` (the disk is full) and has then written nothing; a later commit is tried anew.
   */
  commit(entries: readonly Entry[]): Promise<void>;
  /** Resolves when what was asked before is done and the directory is free for another process. */
  close(): Promise<void>;
}

/**
 * Opens the state directory, and makes it when it is not there. State that is damaged or of another format is set aside
 * beside the new one, with a message in the log. While the disk is full, what can be read is given, commits fail, and the
 * first one that finds room goes on from there.
 *
 * @throws a `Problem` when the directory cannot be written for another reason, or another process uses it.
 */
export async function openStore(dir: string, log: Log): Promise<Store> {
  const directory = new StateDirectory(dir, log);
  try {
    return await directory.open().catch(async (error: unknown) => {
      if (!isOutOfRoom(error)) throw error;
      const entries = await directory.read();
      const what = { dir, entries: entries.length, error: errorMessage(error) };
      log.error(what, "no room for the state: it is written once there is");
      return new LateStore(directory, entries);
    });
  } catch (error) {
    await directory.close();
    throw error;
  }
}
