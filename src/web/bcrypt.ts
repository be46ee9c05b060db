import { Worker } from "node:worker_threads";
import { programFile, threadOptions } from "../program-files.ts";

/** Compares a password with a bcrypt hash. */
export type Compare = (password: string, hash: string) => Promise<boolean>;

/** Compares in a thread of its own, one after the other; the thread starts with the first comparison. */
export function bcryptInThread(): Compare {
  const waiting: { done: (matches: boolean) => void; fail: (error: unknown) => void }[] = [];
  let thread: Worker | undefined;
  const start = (): Worker => {
    const worker = new Worker(programFile("web/bcrypt-thread"), { execArgv: [...threadOptions] });
    worker.on("message", (matches: unknown) => waiting.shift()?.done(matches === true));
    worker.on("error", (error) => {
      thread = undefined;
      for (const { fail } of waiting.splice(0)) fail(error);
    });
    worker.unref();
    return worker;
  };
  return async (password, hash) => {
    thread ??= start();
    const worker = thread;
    return new Promise((done, fail) => {
      waiting.push({ done, fail });
      worker.postMessage([password, hash]);
    });
  };
}
