import { setTimeout as sleep } from "node:timers/promises";

/** How long counts may stand still before they are taken for final (ms): only what fails waits for that long. */
export const patienceMs = 60_000;

/** How many lines are counted too few, and too many. */
export interface Miscount {
  readonly lost: number;
  readonly twice: number;
}

/** Waits until all is counted once, for as long as the counts come nearer; fails with what `otherwise` adds. */
export async function untilCountedOnce(compare: () => Promise<Miscount>, otherwise: () => string): Promise<void> {
  let best = Number.POSITIVE_INFINITY;
  let end = performance.now() + patienceMs;
  for (;;) {
    const { lost, twice } = await compare();
    if (lost + twice === 0) return;
    if (lost + twice < best) end = performance.now() + patienceMs;
    best = Math.min(best, lost + twice);
    if (twice > 0 || performance.now() > end) throw new Error(`lost ${lost}, counted twice ${twice}${otherwise()}`);
    await sleep(20);
  }
}
