import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../log.ts";
import type { AnyEntry } from "../serializable.ts";
import { errorMessage, Problem } from "../problem.ts";
import { moveFromEarlierPlace, refuseUnmoved } from "./earlier-place.ts";
import { findDamage } from "./integrity-check.ts";
import { lockFile, openAnyDatabase, openDatabase, storeFile, storeFiles, type Database } from "./database.ts";
import { formatKey, formatVersion, isEntryKey, oldestVersion, parseEntry } from "./format.ts";
import { LmdbStore } from "./lmdb-store.ts";
import { newerState } from "./newer-state.ts";
import { checkOwnFile, makePrivateDirectory } from "./private-directory.ts";
import { storeDirectory } from "./state-files.ts";
import { lockDirectory, type DirectoryLock } from "./directory-lock.ts";
import { checkWritable, isDiskFull, makeStateDirectory } from "./writable-directory.ts";

/** Prefix of the directory of what was set aside. */
const asidePrefix = "set-aside-";

/** Directory of the store: opens it, or reads it on a full disk. */
export class StateDirectory {
  readonly #stateDir: string;
  /** Directory of the store inside of it. */
  readonly #dir: string;
  readonly #log: Log;
  #lock: DirectoryLock | undefined;

  constructor(stateDir: string, log: Log) {
    this.#stateDir = stateDir;
    this.#dir = join(stateDir, storeDirectory);
    this.#log = log;
  }

  /**
   * Opens the store, and makes a missing directory. Sets damaged state aside, in place of what was set aside before. Throws
   * a `Problem` when the store cannot be opened now, or a newer release wrote it.
   */
  async open(): Promise<LmdbStore> {
    this.#make();
    checkWritable(this.#dir);
    this.#lock ??= await lockDirectory(this.#dir, this.#log);
    await moveFromEarlierPlace(this.#stateDir, this.#dir, this.#log);
    const fault = await this.#fault();
    if (fault !== undefined) {
      const aside = quarantine(this.#dir);
      const what = { reason: fault, setAside: aside };
      this.#log.error(what, "the state is set aside; starting over from the existing logs");
    }
    return new LmdbStore({
      dir: this.#dir,
      make: () => {
        this.#make();
      },
      log: this.#log,
      database: openDatabase(this.#dir),
      lock: this.#lock,
    });
  }

  /**
   * Reads all entries on a full disk; none from damaged state. Throws a `Problem` when another process holds the directory,
   * the state cannot be read without writing, or a newer release wrote it.
   */
  async read(): Promise<AnyEntry[]> {
    refuseUnmoved(this.#stateDir, this.#dir);
    if (!existsSync(this.#dir)) return [];
    try {
      this.#lock ??= await lockDirectory(this.#dir, this.#log);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    if (!existsSync(join(this.#dir, storeFile))) return [];
    this.#checkReadable();
    const fault = await this.#fault();
    if (fault === undefined) return this.#entries();
    this.#log.error({ reason: fault }, "the state is unusable; starting over from the existing logs");
    return [];
  }

  /** Unlocks the directory when no store was opened. */
  async close(): Promise<void> {
    await this.#lock?.release();
  }

  #make(): void {
    makeStateDirectory(this.#stateDir);
    makePrivateDirectory(this.#dir, this.#log);
    for (const name of storeFiles) checkOwnFile(join(this.#dir, name), this.#dir);
  }

  async #fault(): Promise<string | undefined> {
    return (await findDamage(join(this.#dir, storeFile), this.#log)) ?? this.#formatFault();
  }

  /** Checks the format version; returns the reason why intact state is unusable, or undefined. */
  #formatFault(): string | undefined {
    let database: Database;
    try {
      database = openAnyDatabase(this.#dir);
    } catch (error) {
      if (isDiskFull(error)) throw error;
      return `it cannot be opened: ${errorMessage(error)}`;
    }
    const text = database.get(formatKey)?.toString();
    const isEmpty = text === undefined && database.getCount({ limit: 1 }) === 0;
    void database.close();
    if (isEmpty) return undefined;
    const format = Number(text);
    const which = `in ${this.#dir} it has format ${text ?? "unknown"}, and this release reads ${oldestVersion} to ${formatVersion}`;
    if (format > formatVersion) throw newerState(which);
    return format >= oldestVersion ? undefined : which;
  }

  /** Checks that LMDB's lock file has disk space: opening writes to it through a memory map, which crashes on a full disk. */
  #checkReadable(): void {
    const lock = statSync(join(this.#dir, lockFile), { throwIfNoEntry: false });
    if (lock !== undefined && lock.blocks > 0) return;
    throw new Problem(`cannot read the state in ${this.#dir}: the disk is full, with no room for its lock file`, {
      details: ["free disk space, or choose another directory: --state DIR"],
    });
  }

  async #entries(): Promise<AnyEntry[]> {
    const database = openAnyDatabase(this.#dir);
    try {
      const entries: AnyEntry[] = [];
      for (const { key, value: bytes } of database.getRange()) {
        const entry = isEntryKey(key) ? parseEntry(bytes) : undefined;
        if (entry !== undefined) entries.push({ key: entry[0], value: entry[1] });
      }
      return entries;
    } finally {
      await database.close();
    }
  }
}

/**
 * Moves the store's files to a new directory beside them and returns it; what was set aside before is removed, so that a
 * start that fails again and again does not fill the disk.
 */
function quarantine(dir: string): string {
  for (const name of readdirSync(dir)) {
    if (name.startsWith(asidePrefix)) rmSync(join(dir, name), { recursive: true, force: true });
  }
  const stamp = new Date().toISOString().replaceAll(/[:.]/gu, "-");
  const aside = join(dir, `${asidePrefix}${stamp}`);
  mkdirSync(aside);
  for (const name of storeFiles) {
    if (existsSync(join(dir, name))) renameSync(join(dir, name), join(aside, name));
  }
  return aside;
}
