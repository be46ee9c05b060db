import { Worker } from "node:worker_threads";
import { errorMessage, Problem } from "../problem.ts";
import { runModule, type Outcome } from "./run-module.ts";

/** True when running from source, under the tests, where the thread needs a TypeScript loader. */
const fromSource = import.meta.url.endsWith(".ts");
const thread = new URL(fromSource ? "./run-thread.ts" : "./run-thread.js", import.meta.url);

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
  const outcome = "leftOut" in inThread && withFunctions ? await runModule(file) : inThread;
  if ("fault" in outcome) throw new Problem(`${file}${outcome.fault}`, { exitCode: 2 });
  return outcome.value;
}

async function runInThread(file: string, withinMs: number): Promise<Outcome> {
  const execArgv = fromSource ? ["--import", "jiti/register"] : [];
  const worker = new Worker(thread, { workerData: file, execArgv });
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
  });
  worker.on("error", () => undefined);
  void worker.terminate();
  return outcome;
}
