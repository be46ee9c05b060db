import { open } from "lmdb";
import { isIntact } from "./entry-bytes.ts";
import { damagedExitCode, isEntryKey, storeOptions } from "./layout.ts";

// Reads every entry of a store and checks it: `node verify.js FILE`. A program of its own, because a damaged file that is
// mapped into memory may end the process that reads it.
try {
  const store = open<Buffer, Buffer>({ ...storeOptions, path: process.argv[2] ?? "", readOnly: true });
  for (const { key, value } of store.getRange()) {
    if (isEntryKey(key) && !isIntact(value)) throw new Error("an entry is damaged");
  }
} catch (error) {
  process.stderr.write(String(error));
  process.exitCode = damagedExitCode;
}
