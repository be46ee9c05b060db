import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { formatKey, formatVersion } from "./format.ts";

/** LMDB database of the state directory. */
export type Database = RootDatabase<Buffer, Buffer>;

/** The store's file in the state directory. */
export const storeFile = "state.mdb";

/** LMDB's lock file beside it. */
export const lockFile = `${storeFile}-lock`;

/** Both files of the store. */
export const storeFiles = [storeFile, lockFile] as const;

/** Options for every open of the store. */
export const storeOptions = {
  encoding: "binary",
  keyEncoding: "binary",
  // A commit resolves only once it is on disk.
  overlappingSync: false,
  maxReaders: 16,
} as const;

/** Opens the database; a new one, and one of an older format, gets the current format version. */
export function openDatabase(dir: string): Database {
  const database = openAnyDatabase(dir);
  const current = Buffer.from(String(formatVersion));
  if (database.get(formatKey)?.equals(current) !== true) database.putSync(formatKey, current);
  return database;
}

/** Opens the database of any format version. */
export function openAnyDatabase(dir: string): Database {
  // The library makes files with all permissions that the mask leaves.
  const mask = process.umask(0o077);
  try {
    return open<Buffer, Buffer>({ ...storeOptions, path: join(dir, storeFile) });
  } finally {
    process.umask(mask);
  }
}
