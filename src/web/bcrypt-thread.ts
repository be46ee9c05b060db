import { parentPort } from "node:worker_threads";
import { compareSync } from "bcryptjs";

// Worker thread that compares passwords with hashes, in the order in which they come: a comparison takes 50 ms and more,
// for which the logs must not wait.
parentPort?.on("message", (pair: unknown) => {
  const [password, hash] = Array.isArray(pair) ? pair.map(String) : [];
  parentPort?.postMessage(password !== undefined && hash !== undefined && compareSync(password, hash));
});
