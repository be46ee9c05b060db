import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { errorCode, errorMessage, Problem } from "../problem.ts";
import { formatKey, formatVersion, storeFile, storeOptions } from "./layout.ts";

/** The database in the state directory. */
export type Database = RootDatabase<Buffer, Buffer>;

/** Makes the state directory; throws a `Problem`. */
export function makeDirectory(dir: string): void {
  try {
    makeWithParents(dir);
  } catch (error) {
    throw new Problem(`cannot make the state directory ${dir}: ${errorMessage(error)}`, {
      details: ["give a directory that this user can write to: --state DIR"],
      cause: error,
    });
  }
}

/** Like `mkdirSync` with `recursive`, which never returns on a file system that refuses with ENOENT, as /proc does. */
function makeWithParents(dir: string): void {
  if (existsSync(dir)) return;
  if (dirname(dir) !== dir) makeWithParents(dirname(dir));
  try {
    mkdirSync(dir);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

/** Opens the database, and gives it its format when it is new. */
export function openDatabase(dir: string): Database {
  const database = openAnyDatabase(dir);
  if (database.get(formatKey) === undefined) database.putSync(formatKey, Buffer.from(String(formatVersion)));
  return database;
}

/** Opens the database, whatever its format. */
export function openAnyDatabase(dir: string): Database {
  return open<Buffer, Buffer>({ ...storeOptions, path: join(dir, storeFile) });
}
