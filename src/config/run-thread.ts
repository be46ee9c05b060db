import { parentPort, workerData } from "node:worker_threads";
import { errorMessage } from "../problem.ts";
import { runModule, type Outcome } from "./run-module.ts";

// The thread in which a config is run: reports what came of it, once.
const outcome = await runModule(String(workerData));
try {
  parentPort?.postMessage(movable(outcome));
} catch (error) {
  parentPort?.postMessage({ fault: `: but for extend.changeRules a config is plain data: ${errorMessage(error)}` });
}

/** Functions cannot leave the thread; the one that a config may have is left out, and that is said. */
function movable(from: Outcome): Outcome {
  if ("fault" in from || !isRecord(from.value) || !isRecord(from.value["extend"])) return from;
  const { changeRules, ...extend } = from.value["extend"];
  if (typeof changeRules !== "function") return from;
  return { value: { ...from.value, extend }, leftOut: true };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
