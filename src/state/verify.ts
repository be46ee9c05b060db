import { open } from "lmdb";
import { storeOptions } from "./database.ts";
import { isEntryKey, isIntact } from "./format.ts";
import { damagedExitCode } from "./integrity-check.ts";
import { isDiskFull } from "./writable-directory.ts";

// Checks every entry of a store: `node verify.js FILE`. A separate program, since reading a damaged file through a memory
// map may crash the process.

// The lock file is made if it is missing.
process.umask(0o077);
try {
  const store = open<Buffer, Buffer>({ ...storeOptions, path: process.argv[2] ?? "" });
  let last = Buffer.alloc(0);
  for (const { key, value } of store.getRange()) {
    // Damaged pages may form a cycle.
    if (Buffer.compare(last, key) >= 0) throw new Error("its entries are out of order");
    if (isEntryKey(key) && !isIntact(value)) throw new Error("an entry is damaged");
    last = Buffer.from(key);
  }
  // A commit also reads the lists of free pages.
  store.transactionSync(() => {
    const key = Buffer.from("#verified");
    void store.put(key, Buffer.from(String(process.pid)));
    void store.remove(key);
  });
} catch (error) {
  // A full disk is no damage, and all entries were read by then.
  if (!isDiskFull(error)) {
    process.stderr.write(String(error));
    process.exitCode = damagedExitCode;
  }
}
