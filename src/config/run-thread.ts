import { parentPort, workerData } from "node:worker_threads";
import { errorMessage } from "../problem.ts";
import { runModule } from "./run-module.ts";

// The thread in which a config is run: reports what came of it, once.
const file = String(workerData);
const outcome = await runModule(file);
try {
  parentPort?.postMessage(outcome);
} catch (error) {
  // Functions and symbols cannot leave the thread, and no key of the config takes one.
  parentPort?.postMessage({ fault: `: a config is plain data: ${errorMessage(error)}` });
}
