import { Worker } from "node:worker_threads";
import { errorMessage, Problem } from "../problem.ts";
import { programFile, threadOptions } from "../program-files.ts";
import type { Outcome } from "./run-module.ts";

/** A thread that loads the compiler while this one loads the rest of the program; the first evaluation takes it. */
let prepared: Worker | undefined;

/** Starts the thread that the first evaluation will need, since loading the compiler takes as long as all else of a start. */
export function prepareThread(): void {
  prepared ??= startThread();
}

/**
 * Evaluates the default export of a TypeScript or JavaScript config, calling functions and awaiting promises. Runs in a
 * worker thread: there each call reads the file and its imports anew (Node caches imported modules), and the config's
 * timers, open handles or exits do no harm. Throws a `Problem` for any failure, or when it takes longer than `withinMs`.
 *
 * `withFunctions` keeps `extend.changeRules`: functions cannot leave the thread, so such a config is evaluated again in
 * this one. Otherwise the function is omitted.
 */
export async function evaluateModule(file: string, withFunctions = false, withinMs = 10_000): Promise<unknown> {
  const inThread = await runInThread(file, withinMs);
  const outcome =
    "leftOut" in inThread && withFunctions ? await (await import("./run-module.ts")).runModule(file) : inThread;
  if ("fault" in outcome) throw new Problem(`${file}${outcome.fault}`, { exitCode: 2 });
  return outcome.value;
}

async function runInThread(file: string, withinMs: number): Promise<Outcome> {
  const worker = prepared ?? startThread();
  prepared = undefined;
  worker.ref();
  const outcome = await new Promise<Outcome>((done) => {
    const timeout = setTimeout(() => {
      done({
        fault: `: the config did not finish within ${withinMs / 1000} s; it waits for something that never completes`,
      });
    }, withinMs);
    worker.once("message", (message: Outcome) => {
      done(message);
    });
    worker.once("error", (error) => {
      done({ fault: `: the config cannot be run: ${errorMessage(error)}` });
    });
    worker.once("exit", () => {
      clearTimeout(timeout);
      done({ fault: ": the config exited before it finished; it waits for something that never completes" });
    });
    worker.postMessage(file);
  });
  void worker.terminate();
  return outcome;
}

function startThread(): Worker {
  const worker = new Worker(programFile("config/run-thread"), { execArgv: [...threadOptions] });
  // Without a listener, what a config does after it was evaluated would end the program.
  worker.on("error", () => undefined);
  // One that is never used must not keep the program from its end.
  worker.unref();
  return worker;
}
