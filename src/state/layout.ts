/** The store's file in the state directory. */
export const storeFile = "state.mdb";

/** Grows when what is kept can no longer be read by an older release, or the other way round. */
export const formatVersion = 1;

/** Where the format's number is kept. */
export const formatKey = Buffer.from("#format");

/** Whether a key is an entry's, and not one of the store's own. */
export function isEntryKey(key: Buffer): boolean {
  return key[0] === 0x5b;
}

/** How the store is opened, by whoever opens it. */
export const storeOptions = {
  encoding: "binary",
  keyEncoding: "binary",
  // A commit is over when it is on the disk, not before.
  overlappingSync: false,
  maxReaders: 16,
} as const;

/** What the program that verifies a store ends with when it is damaged. */
export const damagedExitCode = 3;
