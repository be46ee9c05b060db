import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { makeDirectory } from "../make-directory.ts";
import { errorMessage, Problem } from "../problem.ts";
import { formatKey, formatVersion, storeFile, storeOptions } from "./layout.ts";

/** The database in the state directory. */
export type Database = RootDatabase<Buffer, Buffer>;

/** Makes the state directory; throws a `Problem`. */
export function makeStateDirectory(dir: string): void {
  try {
    makeDirectory(dir);
  } catch (error) {
    throw new Problem(`cannot make the state directory ${dir}: ${errorMessage(error)}`, {
      details: ["give a directory that this user can write to: --state DIR"],
      cause: error,
    });
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
