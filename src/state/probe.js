// Runs as a process of its own, before the store is opened: pages that are damaged end the process that reads them. Reads
// every entry of the store whose path it is given, and writes one, so that what lists the free pages is read too.
import { open } from "lmdb";

const [path = ""] = process.argv.slice(2);
const database = open({ path, encoding: "binary", keyEncoding: "binary", overlappingSync: false, maxReaders: 16 });
let bytes = 0;
for (const { value } of database.getRange({})) bytes += value.length;
database.transactionSync(() => {
  const key = Buffer.from("#probe");
  void database.put(key, Buffer.from(String(bytes)));
  void database.remove(key);
});
await database.close();
