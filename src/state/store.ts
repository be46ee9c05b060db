import type { Log } from "../log.ts";
import type { AnyEntry, SavedEntry } from "../serializable.ts";
import { errorMessage } from "../problem.ts";
import { DeferredStore } from "./deferred-store.ts";
import { isDiskFull } from "./writable-directory.ts";
import { StateDirectory } from "./state-directory.ts";

/** Durable storage for one process, with atomic commits. */
export interface Store {
  /** All entries of a key prefix, in the order of their keys as JSON. */
  entries(prefix: string): Iterable<SavedEntry>;
  /**
   * Commits the entries, whose values do not change any more, in one transaction: after a crash, all or none are present.
   * Resolves when they are durable;
   * rejects with a `Problem`, without having written anything, e.g. on a full disk.
   */
  commit(entries: readonly AnyEntry[]): Promise<void>;
  /** Limits the bytes of the state, as if the disk had no room for more. */
  limit?(bytes: number): void;
  /** Resolves after earlier commits, when the directory is unlocked. */
  close(): Promise<void>;
}

/**
 * Opens the state directory, and makes a missing one. Damaged state is set aside, with a log message. On a full disk,
 * readable entries are provided and commits fail until one finds room.
 *
 * @throws a `Problem` when the directory is unwritable for another reason, another process uses it, or a newer release
 *   wrote its state.
 */
export async function openStore(dir: string, log: Log): Promise<Store> {
  const directory = new StateDirectory(dir, log);
  try {
    return await directory.open().catch(async (error: unknown) => {
      if (!isDiskFull(error)) throw error;
      const entries = await directory.read();
      const what = { dir, entries: entries.length, error: errorMessage(error) };
      log.error(what, "disk full: the state is kept in memory until it can be written");
      return new DeferredStore(directory, entries);
    });
  } catch (error) {
    await directory.close();
    throw error;
  }
}
