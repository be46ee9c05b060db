import { renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { faultPoint } from "../fault-points.ts";
import type { Log } from "../log.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import { errorMessage, Problem } from "../problem.ts";
import { makeStateDirectory, openDatabase, type Database } from "./database.ts";
import { entryBytes, entryOf, keyBytes, wordBytes } from "./format.ts";
import { storeFile } from "./layout.ts";
import { ownDirectory, type SoleOwner } from "./directory-lock.ts";

/** The store on LMDB. */
export class LmdbStore {
  readonly #dir: string;
  readonly #log: Log;
  #database: Database;
  #owner: SoleOwner;
  #inode: bigint | undefined;
  /** Commits and the close come one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(dir: string, log: Log, database: Database, owner: SoleOwner) {
    this.#dir = dir;
    this.#log = log;
    this.#database = database;
    this.#owner = owner;
    this.#inode = inodeOf(join(dir, storeFile));
  }

  /** See `Store.entries`. */
  *entries(word: string): Iterable<readonly [EntryKey, Plain]> {
    const start = wordBytes(word);
    const end = Buffer.concat([start, Buffer.from([0xff])]);
    for (const { value } of this.#database.getRange({ start, end })) {
      const entry = entryOf(value);
      if (entry === undefined) throw new Error(`an entry of ${word} in the store is damaged`);
      yield entry;
    }
  }

  /** See `Store.commit`. */
  commit(entries: readonly Entry[]): Promise<void> {
    // As they are now: who hands them in goes on changing what they were made of.
    const rows = entries.map(
      ({ key, value }) => [keyBytes(key), value === undefined ? undefined : entryBytes(key, value)] as const,
    );
    return this.#afterLast(async () => {
      try {
        if (inodeOf(join(this.#dir, storeFile)) !== this.#inode) await this.#makeAgain();
        // In the calling thread: the library's own one reports a failed commit by rejections that nobody can catch.
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
    return this.#afterLast(async () => {
      await this.#database.close();
      await this.#owner.release();
    });
  }

  /** Somebody has removed the directory: what is open still holds everything, and is written down there again. */
  async #makeAgain(): Promise<void> {
    this.#log.warn({ dir: this.#dir }, "the state directory was removed: it is made and written again");
    makeStateDirectory(this.#dir);
    const owner = await ownDirectory(this.#dir, this.#log);
    const path = join(this.#dir, storeFile);
    try {
      rmSync(`${path}.copy`, { force: true });
      await this.#database.backup(`${path}.copy`, false);
      renameSync(`${path}.copy`, path);
    } catch (error) {
      await owner.release();
      throw error;
    }
    await this.#database.close();
    await this.#owner.release();
    this.#owner = owner;
    this.#database = openDatabase(this.#dir);
    this.#inode = inodeOf(path);
  }

  #afterLast(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function explain(dir: string, error: unknown): string {
  return `cannot write the state in ${dir}, the disk may be full: ${errorMessage(error)}`;
}
