import { once } from "node:events";
import { parentPort } from "node:worker_threads";
import { loadCompiler, runModule, type Outcome } from "./run-module.ts";
import { isRecord } from "../serializable.ts";

// Worker thread that evaluates the config whose path it is sent: posts the result once.
if (parentPort === null) throw new Error("run-thread runs in a worker thread only");
const asked: Promise<unknown[]> = once(parentPort, "message");
loadCompiler();
const outcome = await runModule(String((await asked)[0]));
try {
  parentPort.postMessage(withoutFunction(outcome));
} catch {
  // The text of the error would show the value.
  parentPort.postMessage({
    fault: ": a config must be plain data, except for extend.changeRules; it holds a function or an object of a class",
  });
}

/** Omits `extend.changeRules`, since functions cannot leave the thread, and marks the result. */
function withoutFunction(from: Outcome): Outcome {
  if ("fault" in from || !isRecord(from.value) || !isRecord(from.value["extend"])) return from;
  const { changeRules, ...extend } = from.value["extend"];
  if (typeof changeRules !== "function") return from;
  return { value: { ...from.value, extend }, leftOut: true };
}
