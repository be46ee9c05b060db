import { open } from "lmdb";
import { isIntact } from "./format.ts";
import { damagedExitCode, isEntryKey, storeOptions } from "./layout.ts";
import { isOutOfRoom } from "./room.ts";

// Reads every entry of a store and checks it: `node verify.js FILE`. A program of its own, because a damaged file that is
// mapped into memory may end the process that reads it.
try {
  const store = open<Buffer, Buffer>({ ...storeOptions, path: process.argv[2] ?? "" });
  let last = Buffer.alloc(0);
  for (const { key, value } of store.getRange()) {
    // Damaged pages may lead back to earlier ones, without end.
    if (Buffer.compare(last, key) >= 0) throw new Error("its entries are out of order");
    if (isEntryKey(key) && !isIntact(value)) throw new Error("an entry is damaged");
    last = Buffer.from(key);
  }
  // A commit reads the lists of free pages as well.
  store.transactionSync(() => {
    const key = Buffer.from("#verified");
    void store.put(key, Buffer.from(String(process.pid)));
    void store.remove(key);
  });
} catch (error) {
  // A full disk is no fault of what is on it, and by then everything was read.
  if (!isOutOfRoom(error)) {
    process.stderr.write(String(error));
    process.exitCode = damagedExitCode;
  }
}
