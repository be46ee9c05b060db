import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../log.ts";
import type { Entry } from "../plain.ts";
import { errorMessage, Problem } from "../problem.ts";
import { damageOf } from "./integrity-check.ts";
import { makeStateDirectory, openAnyDatabase, openDatabase, type Database } from "./database.ts";
import { entryOf } from "./format.ts";
import { formatKey, formatVersion, isEntryKey, storeFile } from "./layout.ts";
import { LmdbStore } from "./lmdb-store.ts";
import { isOutOfRoom } from "./room.ts";
import { setAside } from "./quarantine.ts";
import { ownDirectory, type SoleOwner } from "./directory-lock.ts";
import { checkWritable } from "./writable-directory.ts";

/** The directory in which the store is, or will be. */
export class StateDirectory {
  readonly #dir: string;
  readonly #log: Log;
  #owner: SoleOwner | undefined;

  constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
  }

  /**
   * Opens the store, and makes the directory when it is not there. State that is damaged or of another format is set
   * aside. Throws a `Problem` when that cannot be done now.
   */
  async open(): Promise<LmdbStore> {
    makeStateDirectory(this.#dir);
    checkWritable(this.#dir);
    this.#owner ??= await ownDirectory(this.#dir, this.#log);
    const fault = await this.#fault();
    if (fault !== undefined) {
      const aside = setAside(this.#dir, storeFile);
      const what = { reason: fault, setAside: aside };
      this.#log.error(what, "the state is set aside, and begun anew from the logs still there");
    }
    return new LmdbStore(this.#dir, this.#log, openDatabase(this.#dir), this.#owner);
  }

  /**
   * Reads all entries while there is no room to write. State that is damaged or of another format gives none. Throws a
   * `Problem` when another process owns the directory, or when what is there cannot be read without writing.
   */
  async read(): Promise<Entry[]> {
    if (!existsSync(this.#dir)) return [];
    try {
      this.#owner ??= await ownDirectory(this.#dir, this.#log);
    } catch (error) {
      if (!isOutOfRoom(error)) throw error;
    }
    if (!existsSync(join(this.#dir, storeFile))) return [];
    this.#checkReadable();
    const fault = await this.#fault();
    if (fault === undefined) return this.#entries();
    this.#log.error({ reason: fault }, "the state cannot be used: it is begun anew from the logs still there");
    return [];
  }

  /** Lets another process have the directory, when no store was opened. */
  async close(): Promise<void> {
    await this.#owner?.release();
  }

  async #fault(): Promise<string | undefined> {
    return (await damageOf(join(this.#dir, storeFile), this.#log)) ?? this.#otherFormat();
  }

  /** Why what is there cannot be used though it is whole, or undefined. */
  #otherFormat(): string | undefined {
    let database: Database;
    try {
      database = openAnyDatabase(this.#dir);
    } catch (error) {
      if (isOutOfRoom(error)) throw error;
      return `it cannot be opened: ${errorMessage(error)}`;
    }
    const format = database.get(formatKey)?.toString();
    const isEmpty = format === undefined && database.getCount({ limit: 1 }) === 0;
    void database.close();
    if (isEmpty || format === String(formatVersion)) return undefined;
    return `it has format ${format ?? "unknown"}, and this release reads format ${formatVersion}`;
  }

  /** Whoever opens the store writes to its lock file, which is mapped: where that has no room, it ends the process. */
  #checkReadable(): void {
    const lock = statSync(join(this.#dir, `${storeFile}-lock`), { throwIfNoEntry: false });
    if (lock !== undefined && lock.blocks > 0) return;
    throw new Problem(
      `cannot read the state in ${this.#dir}: the disk is full, and there is no room for its lock file`,
      {
        details: ["make room, or give another directory: --state DIR"],
      },
    );
  }

  async #entries(): Promise<Entry[]> {
    const database = openAnyDatabase(this.#dir);
    try {
      const entries: Entry[] = [];
      for (const { key, value: bytes } of database.getRange()) {
        const entry = isEntryKey(key) ? entryOf(bytes) : undefined;
        if (entry !== undefined) entries.push({ key: entry[0], value: entry[1] });
      }
      return entries;
    } finally {
      await database.close();
    }
  }
}
