import { chmodSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { faultPoint } from "../fault-points.ts";
import type { Log } from "../log.ts";
import type { AnyEntry, SavedEntry } from "../serializable.ts";
import { errorMessage, Problem } from "../problem.ts";
import { openDatabase, storeFile, type Database } from "./database.ts";
import { entryBytes, parseEntry, keyBytes, prefixBytes } from "./format.ts";
import { lockDirectory, type DirectoryLock } from "./directory-lock.ts";
import { SerialQueue } from "./serial-queue.ts";

/** An open store. */
export interface StoreOptions {
  readonly dir: string;
  /** Makes the directory again after it was removed. */
  readonly make: () => void;
  readonly log: Log;
  readonly database: Database;
  readonly lock: DirectoryLock;
}

/** Store on LMDB. */
export class LmdbStore {
  readonly #dir: string;
  readonly #make: () => void;
  readonly #log: Log;
  #database: Database;
  #lock: DirectoryLock;
  #inode: bigint | undefined;
  /** Serializes commits and the close. */
  readonly #queue = new SerialQueue();

  constructor({ dir, make, log, database, lock }: StoreOptions) {
    this.#dir = dir;
    this.#make = make;
    this.#log = log;
    this.#database = database;
    this.#lock = lock;
    this.#inode = inodeOf(join(dir, storeFile));
  }

  /** See `Store.entries`. */
  *entries(prefix: string): Iterable<SavedEntry> {
    const start = prefixBytes(prefix);
    const end = Buffer.concat([start, Buffer.from([0xff])]);
    for (const { value } of this.#database.getRange({ start, end })) {
      const entry = parseEntry(value);
      if (entry === undefined) throw new Error(`an entry of ${prefix} in the store is damaged`);
      yield entry;
    }
  }

  /** See `Store.commit`. */
  commit(entries: readonly AnyEntry[]): Promise<void> {
    // Encode now: the caller may change the values later.
    const rows = entries.map(
      ({ key, value }) => [keyBytes(key), value === undefined ? undefined : entryBytes(key, value)] as const,
    );
    return this.#queue.run(async () => {
      try {
        if (inodeOf(join(this.#dir, storeFile)) !== this.#inode) await this.#recreate();
        // Synchronous: the library's asynchronous commit reports failures by rejections that cannot be caught.
        this.#database.transactionSync(() => {
          for (const [key, value] of rows) {
            if (value === undefined) void this.#database.remove(key);
            else void this.#database.put(key, value);
            faultPoint("written");
          }
        });
        if (rows.length > 0) faultPoint("durable");
      } catch (error) {
        throw error instanceof Problem ? error : new Problem(explain(this.#dir, error), { cause: error });
      }
    });
  }

  /** See `Store.close`. */
  close(): Promise<void> {
    return this.#queue.run(async () => {
      await this.#database.close();
      await this.#lock.release();
    });
  }

  /** Recreates a removed state directory from the open database, which still holds everything. */
  async #recreate(): Promise<void> {
    this.#log.warn({ dir: this.#dir }, "the state directory was removed; recreating it");
    this.#make();
    const lock = await lockDirectory(this.#dir, this.#log);
    const path = join(this.#dir, storeFile);
    try {
      rmSync(`${path}.copy`, { force: true });
      await this.#database.backup(`${path}.copy`, false);
      chmodSync(`${path}.copy`, 0o600);
      renameSync(`${path}.copy`, path);
    } catch (error) {
      await lock.release();
      throw error;
    }
    await this.#database.close();
    await this.#lock.release();
    this.#lock = lock;
    this.#database = openDatabase(this.#dir);
    this.#inode = inodeOf(path);
  }
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function explain(dir: string, error: unknown): string {
  return `cannot write the state in ${dir}, the disk may be full: ${errorMessage(error)}`;
}
