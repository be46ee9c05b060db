import { join } from "node:path";
import type { Log } from "../log.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import { errorMessage } from "../problem.ts";
import { makeDirectory, openAnyDatabase, openDatabase, type Database } from "./database.ts";
import { damageOf } from "./damage.ts";
import { formatKey, formatVersion, storeFile } from "./layout.ts";
import { LmdbStore } from "./lmdb-store.ts";
import { setAside } from "./set-aside.ts";
import { ownDirectory } from "./sole-owner.ts";
import { checkWritable } from "./writable.ts";

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
 * beside the new one, with a message in the log.
 *
 * @throws a `Problem` when the directory cannot be written or another process uses it.
 */
export async function openStore(dir: string, log: Log): Promise<Store> {
  makeDirectory(dir);
  checkWritable(dir);
  const owner = await ownDirectory(dir, log);
  try {
    const fault = (await damageOf(join(dir, storeFile), log)) ?? otherFormat(dir);
    if (fault !== undefined) {
      const aside = setAside(dir, storeFile);
      log.error({ reason: fault, setAside: aside }, "the state is set aside, and begun anew from the logs still there");
    }
    return new LmdbStore(dir, log, openDatabase(dir), owner);
  } catch (error) {
    await owner.release();
    throw error;
  }
}

/** Why what is there cannot be used though it is whole, or undefined. */
function otherFormat(dir: string): string | undefined {
  let database: Database;
  try {
    database = openAnyDatabase(dir);
  } catch (error) {
    return `it cannot be opened: ${errorMessage(error)}`;
  }
  const format = database.get(formatKey)?.toString();
  const isEmpty = format === undefined && database.getCount({ limit: 1 }) === 0;
  void database.close();
  if (isEmpty || format === String(formatVersion)) return undefined;
  return `it has format ${format ?? "unknown"}, and this release reads format ${formatVersion}`;
}
