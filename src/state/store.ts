import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { faultPoint } from "../fault-points.ts";
import { errorMessage, Problem } from "../problem.ts";
import type { Entry, EntryKey, Plain } from "../plain.ts";
import type { Log } from "../log.ts";
import { checkState } from "./check-state.ts";
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
  const [database, owner] = await take(dir, (path) => openOrBegin(path, log), log);
  return new LmdbStore(dir, database, owner, log);
}

/** Makes the directory where it is missing, makes sure that nobody else works in it, and opens what is in it. */
async function take(dir: string, openIn: (dir: string) => Database, log: Log): Promise<[Database, SoleOwner]> {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new Problem(`cannot make the state directory ${dir}: ${errorMessage(error)}`, {
      details: ["give a directory that this user can write to: --state DIR"],
    });
  }
  checkWritable(dir);
  const owner = await ownDirectory(dir, log);
  try {
    return [openIn(dir), owner];
  } catch (error) {
    await owner.release();
    throw error;
  }
}

class LmdbStore implements Store {
  readonly #dir: string;
  readonly #log: Log;
  #database: Database;
  #owner: SoleOwner;
  /** Which file is open: another one, or none, may stand under its path later. */
  #inode: string | undefined;

  constructor(dir: string, database: Database, owner: SoleOwner, log: Log) {
    this.#dir = dir;
    this.#log = log;
    this.#database = database;
    this.#owner = owner;
    this.#inode = inodeIn(dir);
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
  async commit(entries: readonly Entry[]): Promise<void> {
    if (inodeIn(this.#dir) !== this.#inode) await this.#beginAnew();
    await new Promise<void>((resolve, reject) => {
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

  /** The file was removed or replaced. What it held can still be read as long as it is open, and is written to a new one. */
  async #beginAnew(): Promise<void> {
    const [before, owner] = [this.#database, this.#owner];
    this.#log.error({ dir: this.#dir }, "the state was removed while in use and is written anew");
    const copied = (dir: string): Database => {
      if (inodeIn(dir) !== undefined) setAside(dir, storeFile);
      const database = opened(dir);
      database.transactionSync(() => {
        for (const { key, value } of before.getRange({})) void database.put(key, value);
      });
      return database;
    };
    [this.#database, this.#owner] = await take(this.#dir, copied, this.#log);
    this.#inode = inodeIn(this.#dir);
    await before.close();
    await owner.release();
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
  const damage = checkState(join(dir, storeFile));
  if (damage !== undefined) return damage;
  let database: Database;
  try {
    database = opened(dir);
  } catch (error) {
    return `it cannot be read: ${errorMessage(error)}`;
  }
  const format = database.get(formatKey);
  if (format === undefined && database.getCount({ limit: 1 }) === 0) {
    database.putSync(formatKey, Buffer.from(String(formatVersion)));
    return database;
  }
  if (format?.toString() !== String(formatVersion)) {
    void database.close();
    return `it has format ${format?.toString() ?? "unknown"}, this release writes format ${formatVersion}`;
  }
  for (const { key, value } of database.getRange({})) {
    if (key.equals(formatKey) || entryOf(value) !== undefined) continue;
    void database.close();
    return `an entry is damaged: ${key.toString()}`;
  }
  return database;
}

function opened(dir: string): Database {
  return open<Buffer, Buffer>({
    path: join(dir, storeFile),
    encoding: "binary",
    keyEncoding: "binary",
    // A commit is over when it is on the disk, not before.
    overlappingSync: false,
    maxReaders: 16,
  });
}

function inodeIn(dir: string): string | undefined {
  const stat = statSync(join(dir, storeFile), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}
