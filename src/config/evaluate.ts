import { Worker } from "node:worker_threads";
import { errorMessage, Problem } from "../problem.ts";
import { runModule, type Outcome } from "./run-module.ts";

/** Whether this runs as it was written, under the tests, where the thread needs to be told how to read TypeScript. */
const fromSource = import.meta.url.endsWith(".ts");
const thread = new URL(fromSource ? "./run-thread.ts" : "./run-thread.js", import.meta.url);

/**
 * The default export of a TypeScript or JavaScript config; of a function what it returns, and of a promise what it
 * gives. It is run in a thread of its own: only there does each call see every edit of the file and of all that it
 * imports (what Node has imported once it never reads again), and what a config starts, waits for or ends harms nobody.
 * Throws a `Problem` for whatever goes wrong in the file, and for one that is not done within `withinMs`.
 *
 * `withFunctions` is for a command that calls what the config holds (`extend.changeRules`): a function cannot leave the
 * thread, so such a config is run once more in this one. Without it the function is left out.
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
    const patience = setTimeout(() => {
      done({ fault: `: the config is not done after ${withinMs / 1000} s; something that it waits for does not come` });
    }, withinMs);
    worker.once("message", (message: Outcome) => {
      done(message);
    });
    worker.once("error", (error) => {
      done({ fault: `: the config cannot be run: ${errorMessage(error)}` });
    });
    worker.once("exit", () => {
      clearTimeout(patience);
      done({ fault: ": the config ended before it was done; something that it waits for does not come" });
    });
  });
  worker.on("error", () => undefined);
  void worker.terminate();
  return outcome;
}
