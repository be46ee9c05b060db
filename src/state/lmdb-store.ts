import { chmodSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { faultPoint } from "../fault-points.ts";
import { inTurns } from "../in-turns.ts";
import type { Log } from "../log.ts";
import { isRecord, type AnyEntry, type SavedEntry } from "../serializable.ts";
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
  #maxBytes = Number.POSITIVE_INFINITY;
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
    return this.#queue.run(async () => {
      const rows: (readonly [key: Buffer, value: Buffer | undefined])[] = [];
      try {
        await inTurns(entries, ({ key, value }) => {
          rows.push([keyBytes(key), value === undefined ? undefined : entryBytes(key, value)]);
        });
        if (inodeOf(join(this.#dir, storeFile)) !== this.#inode) await this.#recreate();
        this.#checkRoom(rows);
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

  /** See `Store.limit`. */
  limit(bytes: number): void {
    this.#maxBytes = bytes;
  }

  /** See `Store.close`. */
  close(): Promise<void> {
    return this.#queue.run(async () => {
      await this.#database.close();
      await this.#lock.release();
    });
  }

  /** Throws a `Problem` when the entries would make the state larger than its limit; what makes it smaller is written. */
  #checkRoom(rows: readonly (readonly [key: Buffer, value: Buffer | undefined])[]): void {
    const added = rows.reduce((sum, [, value]) => sum + (value?.length ?? 0), 0);
    const used = usedBytes(this.#database);
    if (used + added <= this.#maxBytes) return;
    const replaced = rows.reduce((sum, [key]) => sum + (this.#database.get(key)?.length ?? 0), 0);
    if (added <= replaced || used + added - replaced <= this.#maxBytes) return;
    throw new Problem(
      `the state in ${this.#dir} would be larger than limits.maxStateBytes (${this.#maxBytes}): raise it, or keep less (join.maxIds, limits.maxTags)`,
    );
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

/** Bytes of the pages that hold entries; the file has free ones besides, which are used again. */
function usedBytes(database: Database): number {
  const stats: unknown = database.getStats();
  const root = isRecord(stats) && isRecord(stats["root"]) ? stats["root"] : {};
  const count = (name: string): number => Number(root[name] ?? 0);
  return count("pageSize") * (count("treeBranchPageCount") + count("treeLeafPageCount") + count("overflowPages"));
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

function explain(dir: string, error: unknown): string {
  return `cannot write the state in ${dir}, the disk may be full: ${errorMessage(error)}`;
}
