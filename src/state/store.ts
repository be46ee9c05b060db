import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { faultPoint } from "../fault-points.ts";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import type { Log } from "../log.ts";
import { entryBytes, entryOf, keyBytes, wordBytes } from "./entry-bytes.ts";
import { setAside } from "./set-aside.ts";
import { ownDirectory, type SoleOwner } from "./sole-owner.ts";
import { checkWritable } from "./writable.ts";

/** The store's file in the state directory. */
const storeFile = "state.mdb";
/** Grows when what is kept can no longer be read by an older release, or the other way round. */
const formatVersion = 1;

const formatKey = Buffer.from("#format");

/** Keeps what a restart must not lose. One process owns it, and what is committed together is found together. */
export interface Store {
  /** All entries whose key begins with this word, in no order that means anything. */
  entries(word: string): Iterable<readonly [EntryKey, Plain]>;
  /**
   * Writes the entries down in one transaction: after a crash all of them are there or none. Resolves when they are on
   * the disk; rejects with a `Problem` (the disk is full) and has then written nothing; a later commit is tried anew.
   */
  commit(entries: readonly Entry[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the state directory, and makes it when it is not there. State that is damaged or of another format is set aside
 * beside the new one, with a message in the log.
 *
 * @throws a `Problem` when the directory cannot be written or another process uses it.
 */
export async function openStore(dir: string, log: Log): Promise<Store> {
  try {
    makeDirectory(dir);
  } catch (error) {
    throw new Problem(`cannot make the state directory ${dir}: ${errorMessage(error)}`, {
      details: ["give a directory that this user can write to: --state DIR"],
    });
  }
  checkWritable(dir);
  const owner = await ownDirectory(dir, log);
  try {
    return new LmdbStore(openOrBegin(dir, log), owner);
  } catch (error) {
    await owner.release();
    throw error;
  }
}

/** Like `mkdirSync` with `recursive`, which never returns on a file system that refuses with ENOENT, as /proc does. */
function makeDirectory(dir: string): void {
  if (existsSync(dir)) return;
  if (dirname(dir) !== dir) makeDirectory(dirname(dir));
  try {
    mkdirSync(dir);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

class LmdbStore implements Store {
  readonly #database: Database;
  readonly #owner: SoleOwner;

  constructor(database: Database, owner: SoleOwner) {
    this.#database = database;
    this.#owner = owner;
  }

  *entries(word: string): Iterable<readonly [EntryKey, Plain]> {
    const start = wordBytes(word);
    const end = Buffer.concat([start, Buffer.from([0xff])]);
    for (const { value } of this.#database.getRange({ start, end })) {
      const entry = entryOf(value);
      if (entry === undefined) throw new Error(`an entry of ${word} in the store is damaged`);
      yield entry;
    }
  }

  // The transaction runs in the calling thread: the library's own thread reports a failed commit as rejections that
  // nobody can catch, and a full disk must not end the process.
  commit(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      try {
        this.#database.transactionSync(() => {
          for (const { key, value } of entries) {
            if (value === undefined) void this.#database.remove(keyBytes(key));
            else void this.#database.put(keyBytes(key), entryBytes(key, value));
            faultPoint("written");
          }
        });
        if (entries.length > 0) faultPoint("durable");
        resolve();
      } catch (error) {
        reject(new Problem(`cannot write the state: ${errorMessage(error)}`, { cause: error }));
      }
    });
  }

  async close(): Promise<void> {
    await this.#database.close();
    await this.#owner.release();
  }
}

type Database = RootDatabase<Buffer, Buffer>;

function openOrBegin(dir: string, log: Log): Database {
  const found = tryOpen(dir);
  if (typeof found !== "string") return found;
  const where = setAside(dir, storeFile);
  log.error({ dir, reason: found, setAside: where }, "the state is set aside and begun anew from the logs still there");
  const begun = tryOpen(dir);
  if (typeof begun === "string") throw new Problem(`cannot begin a new state in ${dir}: ${begun}`);
  return begun;
}

/** The open database, or why what is there cannot be used. */
function tryOpen(dir: string): Database | string {
  let database: Database;
  try {
    database = open<Buffer, Buffer>({
      path: join(dir, storeFile),
      encoding: "binary",
      keyEncoding: "binary",
      // A commit is over when it is on the disk, not before.
      overlappingSync: false,
      maxReaders: 16,
    });
  } catch (error) {
    return `it cannot be read: ${errorMessage(error)}`;
  }
  const format = database.get(formatKey);
  if (format === undefined && database.getCount({ limit: 1 }) === 0) {
    database.putSync(formatKey, Buffer.from(String(formatVersion)));
    return database;
  }
  if (format?.toString() === String(formatVersion)) return database;
  void database.close();
  return `it has format ${format?.toString() ?? "unknown"}, this release writes format ${formatVersion}`;
}
