import { setImmediate as otherWork } from "node:timers/promises";

/** How long a turn takes (ms). */
const turnMs = 5;

/** Does work on each item, in turns of a few milliseconds between which other work has its own. */
export async function inTurns<T>(items: Iterable<T>, work: (item: T) => unknown): Promise<void> {
  let began = performance.now();
  for (const item of items) {
    const done = work(item);
    if (done instanceof Promise) await done;
    if (performance.now() - began < turnMs) continue;
    await otherWork();
    began = performance.now();
  }
}
