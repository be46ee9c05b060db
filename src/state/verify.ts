import { open } from "lmdb";
import { isIntact } from "./entry-bytes.ts";
import { damagedExitCode, isEntryKey, storeOptions } from "./layout.ts";

// Reads every entry of a store and checks it: `node verify.js FILE`. A program of its own, because a damaged file that is
// mapped into memory may end the process that reads it.
try {
  const store = open<Buffer, Buffer>({ ...storeOptions, path: process.argv[2] ?? "" });
  for (const { key, value } of store.getRange()) {
    if (isEntryKey(key) && !isIntact(value)) throw new Error("an entry is damaged");
  }
  // A commit reads the lists of free pages as well.
  store.transactionSync(() => {
    const key = Buffer.from("#verified");
    void store.put(key, Buffer.from(String(process.pid)));
    void store.remove(key);
  });
} catch (error) {
  process.stderr.write(String(error));
  process.exitCode = damagedExitCode;
}
